import { ChatPerson, expect, test } from '../support/chat.ts';

test('an admin gives and takes roles, which act at once, and disables a person, who is out', async ({ page, anotherBrowser }) => {
  const [jane, john] = [new ChatPerson(page), new ChatPerson(await anotherBrowser())];
  await jane.page.goto('/');
  await jane.signIn('jane@example.com');
  await john.page.goto('/');
  await john.signIn('john@example.com');
  await john.beginConversation();
  await expect(john.page.getByRole('link', { name: 'People' })).toHaveCount(0);
  await john.page.goto('/people');
  await expect(john.page.getByRole('heading', { name: 'You do not have access to this page' })).toBeVisible();
  await john.page.getByRole('link', { name: 'Go to your conversations' }).click();

  await jane.page.getByRole('link', { name: 'People' }).click();
  const row = jane.page.getByRole('listitem').filter({ hasText: 'john@example.com' });
  await row.getByRole('button', { name: 'Make admin' }).click();
  await expect(row.getByText('admin', { exact: true })).toBeVisible();
  await john.page.reload();
  await john.page.getByRole('link', { name: 'People' }).click();
  const seen = john.page.getByRole('listitem').filter({ hasText: 'john@example.com' });
  await expect(seen.getByText('admin', { exact: true })).toBeVisible();

  await row.getByRole('button', { name: 'Make user' }).click();
  await expect(row.getByText('user', { exact: true })).toBeVisible();
  await seen.getByRole('button', { name: 'Make user' }).click();
  await expect(john.page.getByRole('heading', { name: 'You do not have access to this page' })).toBeVisible();
  await expect(john.page.getByRole('link', { name: 'People' })).toHaveCount(0);

  await john.page.getByRole('link', { name: 'Go to your conversations' }).click();
  await john.silenceNextStream();
  await john.page.getByRole('navigation').getByRole('link').first().click();
  await row.getByRole('button', { name: 'Disable' }).click();
  await expect(row).toContainText('disabled');
  await john.say('Am I still here?');
  await expect(john.page.getByText('You have been signed out. Sign in again to continue.')).toBeVisible();
  await john.page.getByRole('button', { name: /sign in with google/i }).click();
  await john.page.getByRole('button', { name: 'john@example.com' }).click();
  await expect(john.page.getByRole('heading', { name: 'Your account is disabled' })).toBeVisible();

  await row.getByRole('button', { name: 'Enable' }).click();
  await john.page.getByRole('button', { name: 'Try again' }).click();
  await john.page.getByRole('button', { name: 'john@example.com' }).click();
  await john.expectAnswer('Am I still here?');
});

test('a disabled person who only looks on is signed out, too', async ({ page, anotherBrowser }) => {
  const [jane, john] = [new ChatPerson(page), new ChatPerson(await anotherBrowser())];
  await john.page.goto('/');
  await john.signIn('john@example.com');
  await john.beginConversation();
  await jane.page.goto('/people');
  await jane.signIn('jane@example.com');
  await jane.page.getByRole('listitem').filter({ hasText: 'john@example.com' }).getByRole('button', { name: 'Disable' }).click();

  await expect(john.page.getByText('You have been signed out. Sign in again to continue.')).toBeVisible({ timeout: 60_000 });
});

test('the last admin stays one, and is told why', async ({ page }) => {
  await page.goto('/people');
  await new ChatPerson(page).signIn('jane@example.com');
  await page.getByRole('button', { name: 'Make user' }).click();

  await expect(page.getByRole('alert').filter({ hasText: /admin/i })).toBeVisible();
  await expect(page.getByRole('listitem').getByText('admin', { exact: true })).toBeVisible();
});

for (const stay of [true, false]) {
  test(`a change asks for a fresh sign-in, and goes on after it, ${stay ? 'with' : 'without'} the cookie`, async ({ page, server, anotherBrowser }) => {
    const john = new ChatPerson(await anotherBrowser());
    await john.page.goto('/');
    await john.signIn('john@example.com');
    await page.goto('/people');
    await new ChatPerson(page).signIn('jane@example.com', { stay });
    await server.sql("UPDATE belgie_sessions SET authenticated_at = 0");
    const row = page.getByRole('listitem').filter({ hasText: 'john@example.com' });
    await row.getByRole('button', { name: 'Make admin' }).click();

    await expect(page.getByText('Confirm that it is you')).toBeVisible();
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('button', { name: 'jane@example.com' }).click();
    await expect(page).toHaveURL(/\/people$/);
    await row.getByRole('button', { name: 'Make admin' }).click();
    await expect(row.getByText('admin', { exact: true })).toBeVisible();
  });
}

test('confirming as somebody else, or cancelling, changes nothing', async ({ page, server }) => {
  await page.goto('/people');
  await new ChatPerson(page).signIn('jane@example.com');
  for (const [choice, heading] of [['Cancel', 'You cancelled'], ['john@example.com', 'That was another account']] as const) {
    await server.sql("UPDATE belgie_sessions SET authenticated_at = 0");
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('button', { name: choice }).click();
    await expect(page.getByRole('heading', { name: heading })).toBeVisible();
    await page.getByRole('link', { name: 'Go to your conversations' }).click();
    await page.getByRole('link', { name: 'People' }).click();
  }
  await expect(page.getByRole('banner')).toContainText('Jane Doe');
});
