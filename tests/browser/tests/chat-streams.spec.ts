import { ChatPerson, expect, test } from '../support/chat.ts';

test.describe('with a partner who takes their time', () => {
  test.use({ hasPartner: true });

  test('an answer is seen as it comes, in every window, and after a reload in the middle of it', async ({ page, context, partner }) => {
    const jane = new ChatPerson(page);
    await page.goto('/');
    await jane.signIn('jane@example.com');
    await jane.beginConversation();
    await jane.say('Tell me a story');
    await partner.say('Once upon a time');
    await expect(jane.messages.last()).toContainText('Once upon a time');

    const second = new ChatPerson(await context.newPage());
    await second.page.goto(page.url());
    await expect(second.messages.last()).toContainText('Once upon a time');
    await page.reload();
    await expect(jane.messages.last()).toContainText('Once upon a time');
    await expect(page.getByText('Writing…')).toBeVisible();

    await partner.say(', there was a fox.');
    for (const window of [jane, second]) await expect(window.messages.last()).toContainText('Once upon a time, there was a fox.');
    partner.finish();
    for (const window of [jane, second]) await window.expectAnswer('there was a fox.');
  });

  test('an answer that the server’s restart interrupts is told, and the conversation goes on', async ({ page, partner, server }) => {
    const jane = new ChatPerson(page);
    await page.goto('/');
    await jane.signIn('jane@example.com');
    await jane.beginConversation();
    await jane.say('Tell me a story');
    await partner.say('Once upon');
    await expect(jane.messages.last()).toContainText('Once upon');
    await server.stop();
    await expect(page.getByText('The server cannot be reached. Trying again…')).toBeVisible();
    await server.start();

    await expect(jane.messages.last()).toContainText('The server was restarted.');
    await jane.say('Tell me again');
    await expect(page.getByText('Writing…')).toBeVisible();
    await partner.say('Once upon a time there was an owl.');
    partner.finish();
    await jane.expectAnswer('there was an owl.');
  });

  test.describe('and tokens that end within the minute', () => {
    test.use({ chatSettings: { ACCESS_TOKEN_AGE: '60' } });
    test.setTimeout(300_000);

    test('the stream ends with the token, and the page goes on with the next one', async ({ page, partner }) => {
      const jane = new ChatPerson(page);
      let streams = 0;
      page.on('request', (request) => (streams += Number(request.url().endsWith('/stream') && request.method() === 'GET')));
      await page.goto('/');
      await jane.signIn('jane@example.com');
      await jane.beginConversation();
      await jane.say('Tell me a long story');
      await partner.say('Once upon a time');
      await expect(jane.messages.last()).toContainText('Once upon a time');

      await expect.poll(() => streams, { timeout: 150_000 }).toBeGreaterThan(1);
      await partner.say(', long after, there was a fox.');
      await expect(jane.messages.last()).toContainText('Once upon a time, long after, there was a fox.');
      await expect(page.getByText('cannot be reached')).toHaveCount(0);
      partner.finish();
      await jane.expectAnswer('there was a fox.');
    });
  });
});
