import type { Page } from '@playwright/test';
import { ChatPerson, expect, test } from '../support/chat.ts';

for (const onPostgres of [false, true]) {
  test.describe(onPostgres ? 'on PostgreSQL' : 'on SQLite', () => {
    test.use({ onPostgres, hasPartner: true });

    test('a person signs in, writes, sees the answer stream, and is still signed in after a reload', async ({ page, context, partner, server }) => {
      const jane = new ChatPerson(page);
      await page.goto('/');
      await expect(page).toHaveURL(/\/signin/);
      await jane.signIn('jane@example.com');
      expect(page.url()).not.toContain('token');

      await jane.beginConversation();
      await jane.say('Good morning to you, dear partner');
      await partner.say('The same');
      await expect(jane.messages.last()).toContainText('The same');
      await expect(page.getByText('Writing…')).toBeVisible();
      await partner.say(' to you, dear person');
      partner.finish();
      await jane.expectAnswer('The same to you, dear person');
      const conversation = page.url();

      await page.reload();
      await jane.expectAnswer('The same to you, dear person');
      expect(page.url()).toBe(conversation);
      expect(await stored(page)).not.toMatch(/eyJ|s_/);
      expect((await context.cookies(server.url)).map(({ name }) => name)).toContain('belgie_session');
    });
  });
}

test('without staying signed in there is no cookie, and a reload signs in again and comes back', async ({ page, context, server }) => {
  const jane = new ChatPerson(page);
  await page.goto('/');
  await jane.signIn('jane@example.com', { stay: false });
  await jane.beginConversation();
  await jane.say('Hello there');
  await jane.expectAnswer('echoes');
  const conversation = page.url();
  expect((await context.cookies(server.url)).map(({ name }) => name)).not.toContain('belgie_session');
  expect(await stored(page)).not.toMatch(/eyJ|s_/);

  await page.reload();
  await expect(page).toHaveURL(/\/signin/);
  await jane.signIn('jane@example.com', { stay: false });
  await jane.expectAnswer('echoes');
  expect(page.url()).toBe(conversation);
});

test('signing out ends the session on both sides', async ({ page, server }) => {
  for (const stay of [true, false]) {
    const jane = new ChatPerson(page);
    await page.goto('/');
    await jane.signIn('jane@example.com', { stay });
    await page.getByRole('button', { name: 'Sign out' }).click();

    await expect(page.getByText('You are signed out.')).toBeVisible();
    expect((await page.request.get(`${server.url}/api/me`)).status()).toBe(401);
    await page.goto('/people');
    await expect(page).toHaveURL(/\/signin\?return_to=%2Fpeople/);
  }
});

test('two people on one server do not see each other’s conversations', async ({ page, anotherBrowser }) => {
  const [jane, john] = [new ChatPerson(page), new ChatPerson(await anotherBrowser())];
  for (const [person, email] of [[jane, 'jane@example.com'], [john, 'john@example.com']] as const) {
    await person.page.goto('/');
    await person.signIn(email);
    await person.beginConversation();
  }
  await Promise.all([jane.say('A secret of Jane, in a word or two'), john.say('A secret of John, in a word or two')]);
  await jane.expectAnswer('“A secret of Jane');
  await john.expectAnswer('“A secret of John');

  await john.page.goto(jane.page.url());
  await expect(john.page.getByRole('heading', { name: 'Conversation', exact: true })).toBeVisible();
  await expect(john.field).toHaveCount(0);
  await expect(john.page.getByText('secret of Jane')).toHaveCount(0);
  await expect(john.page.getByRole('navigation').getByRole('link')).toHaveCount(2);
});

test('a refused consent is told in words, with a way on', async ({ page }) => {
  for (const stay of [true, false]) {
    await page.goto('/people');
    await page.getByRole('checkbox').setChecked(stay);
    await page.getByRole('button', { name: /sign in with google/i }).click();
    await page.getByRole('button', { name: /cancel/i }).click();

    await expect(page.getByRole('heading', { name: 'You cancelled' })).toBeVisible();
    await expect(page.getByText('access_denied')).toBeVisible();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'jane@example.com' }).click();
    await expect(page).toHaveURL(/\/people$/);
    await page.getByRole('button', { name: 'Sign out' }).click();
  }
});

test('every code of a failed sign-in has words, and a sign-in that this tab did not begin is refused', async ({ page }) => {
  const codes = ['account_disabled', 'account_exists', 'account_taken', 'code_rejected', 'email_not_verified', 'email_required', 'invalid_id_token'];
  codes.push('invalid_request', 'invalid_state', 'issuer_mismatch', 'not_authenticated', 'provider_error', 'provider_unavailable');
  codes.push('rate_limited', 'registration_closed', 'session_expired', 'unavailable');
  for (const code of codes) {
    await page.goto(`/signin-failed?error=${code}`);
    await expect(page.getByText(code)).toBeVisible();
    await expect(page.getByText('Please try again in a moment.', { exact: true })).toHaveCount(code === 'unavailable' ? 1 : 0);
  }
  await page.goto('/signin-failed?error=<b>nonsense</b>');
  await expect(page.getByText('<b>nonsense</b>')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Signing in did not work' })).toBeVisible();

  for (const planted of ['#access_token=a.b.c&token_type=Bearer&expires_in=600&state=x', '?code=x&state=x', '']) {
    await page.goto('about:blank');
    await page.goto(`/callback${planted}`);
    await expect(page.getByRole('heading', { name: 'This tab did not begin the sign-in' })).toBeVisible();
    expect(page.url()).not.toContain('token');
    await page.getByRole('link', { name: 'Choose how to sign in' }).click();
    await expect(page).toHaveURL(/\/signin/);
  }
});

test('markup in messages, titles and names stays text', async ({ page, server }) => {
  const jane = new ChatPerson(page);
  await page.goto('/');
  await jane.signIn('jane@example.com');
  const name = '<img src=x onerror=alert(1)>';
  const answer = await page.request.patch(`${server.url}/api/me`, { data: { name }, headers: { Origin: server.url } });
  expect(answer.status()).toBe(200);
  await page.reload();
  await expect(page.getByRole('banner').getByText(name)).toBeVisible();

  await jane.beginConversation();
  const text = '<script>alert(1)</script> <b>bold</b> {{ 1 + 1 }}';
  await jane.say(text);
  await jane.expectAnswer(text);
  await expect(page.getByRole('navigation').getByRole('link', { name: text })).toBeVisible();
  await expect(page.locator('script:not([src]), main b, main img')).toHaveCount(0);
});

test('a message of 64 KiB is sent, and one that is larger is refused in words before and after sending', async ({ page }) => {
  const jane = new ChatPerson(page);
  await page.goto('/');
  await jane.signIn('jane@example.com');
  await jane.beginConversation();
  const largest = 'ä'.repeat(32 * 1024);
  await jane.say(largest);
  await jane.expectAnswer('32768 characters!');

  await jane.say(`${largest}!`);
  await expect(page.getByText('This message is too large. At most 64 KiB can be sent.')).toBeVisible();
  await expect(jane.field).toHaveValue(`${largest}!`);

  await page.route('**/messages', async (route) => {
    const sent = route.request();
    const body = sent.method() === 'POST' ? { ...sent.postDataJSON(), text: `${largest}!` } : undefined;
    await route.continue(body && { postData: JSON.stringify(body) });
  });
  await jane.say('Small when it leaves the page');
  const refused = jane.messages.last();
  await expect(refused).toContainText(/Not sent\. .*64 KiB|Not sent\. .*large/);
  await page.unroute('**/messages');
  await refused.getByRole('button', { name: 'Edit' }).click();
  await expect(jane.field).toHaveValue('Small when it leaves the page');
  await jane.field.press('Enter');
  await jane.expectAnswer('Small when it leaves the page');
});

test('twenty messages sent at once keep their order', async ({ page }) => {
  const jane = new ChatPerson(page);
  await page.goto('/');
  await jane.signIn('jane@example.com');
  await jane.beginConversation();
  const texts = Array.from({ length: 20 }, (_, index) => `message ${index + 1}.`);
  for (const text of texts) await jane.say(text);

  await expect(jane.messages).toHaveCount(40);
  await expect(page.getByText('Writing…')).toHaveCount(0, { timeout: 60_000 });
  for (const state of ['live', 'reloaded']) {
    const written = await page.getByRole('log').locator('.user .text').allInnerTexts();
    expect(written, state).toEqual(texts);
    await page.reload();
    await expect(jane.messages).toHaveCount(40);
  }
});

test('a long conversation shows its end first, and what came before when asked', async ({ page, server }) => {
  const jane = new ChatPerson(page);
  await page.goto('/');
  await jane.signIn('jane@example.com');
  await jane.beginConversation();
  const url = `${server.url}/api/conversations/${page.url().split('/').at(-1)}/messages`;
  for (let number = 1; number <= 30; number += 1) {
    const answer = await page.request.post(url, { data: { text: `Number ${number}.` }, headers: { Origin: server.url } });
    expect(answer.status()).toBe(201);
  }
  await page.reload();
  await jane.expectAnswer('Number 30.');
  await expect(jane.messages.getByText('Number 1.', { exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: 'Show earlier messages' }).click();

  await expect(jane.messages.getByText('Number 1.', { exact: true })).toBeAttached();
  await expect(jane.messages).toHaveCount(60);
  await expect(page.getByRole('button', { name: 'Show earlier messages' })).toHaveCount(0);
});

test('the server’s restart is told and survived, and nothing typed is lost', async ({ page, server }) => {
  const jane = new ChatPerson(page);
  await page.goto('/');
  await jane.signIn('jane@example.com');
  await jane.beginConversation();
  await jane.say('Before the restart');
  await jane.expectAnswer('Before the restart');

  await server.stop();
  await expect(page.getByText('The server cannot be reached. Trying again…')).toBeVisible();
  await jane.say('Written while it was away');
  await jane.say('And one more');
  await jane.field.fill('Only a draft');
  await expect(page.getByText('Sending…')).toHaveCount(2);
  await page.reload();
  await expect(page.getByText('The server cannot be reached. Trying again…')).toBeVisible();

  await server.start();
  await jane.expectAnswer('And one more');
  await expect(page.getByText('cannot be reached')).toHaveCount(0);
  await expect(jane.field).toHaveValue('Only a draft');
  const written = await page.getByRole('log').locator('.user .text').allInnerTexts();
  expect(written).toEqual(['Before the restart', 'Written while it was away', 'And one more']);
});

test('a session that ends leads to the sign-in page, and back to the same place with everything typed', async ({ page, context, server }) => {
  const jane = new ChatPerson(page);
  await page.goto('/');
  await jane.signIn('jane@example.com');
  await jane.silenceNextStream();
  await jane.beginConversation();
  const conversation = page.url();
  await page.request.delete(`${server.url}/auth/sessions`, { headers: { Origin: server.url } });
  await page.request.post(`${server.url}/auth/signout`, { headers: { Origin: server.url } });
  await context.clearCookies({ name: 'belgie_session' });

  await jane.say('Typed after the end');
  await expect(page.getByText('You have been signed out. Sign in again to continue.')).toBeVisible();
  await jane.signIn('jane@example.com');
  await jane.expectAnswer('Typed after the end');
  expect(page.url()).toBe(conversation);
});

test('a session that ended while the server was away leads to the sign-in page, too', async ({ page, server }) => {
  const jane = new ChatPerson(page);
  await page.goto('/');
  await jane.signIn('jane@example.com');
  await jane.beginConversation();
  await server.stop();
  await server.sql('DELETE FROM belgie_sessions');
  await server.start();

  await expect(page.getByText('You have been signed out. Sign in again to continue.')).toBeVisible();
});

/** What another script of the origin would find. */
async function stored(page: Page): Promise<string> {
  return page.evaluate(() => [document.cookie, ...Object.values(sessionStorage), ...Object.values(localStorage)].join());
}