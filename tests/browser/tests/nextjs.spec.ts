import type { BrowserContext, Page } from '@playwright/test';
import { NEXTJS, testOf } from '../support/front-end.ts';
import { Person } from '../support/person.ts';
import { expect } from '../support/test.ts';

const test = testOf(NEXTJS);

test('the server keeps both tokens where no script reads them, and signs out on both sides', async ({ page, context, belgie, frontEnd }) => {
  await page.goto(`${frontEnd.url}/dashboard`);
  await expect(page).toHaveURL(`${frontEnd.url}/`);

  const email = await signIn(page, frontEnd.url);
  await expectDashboard(page, email, 'user');
  expect(page.url()).toBe(`${frontEnd.url}/dashboard`);
  expect(await page.evaluate(() => document.cookie)).toBe('');
  const session = await cookie(context, frontEnd.url, 'session');
  expect(session).toMatch(/^s_/);
  expect(await sessionStatus(page, belgie.url, session)).toBe(200);

  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(`${frontEnd.url}/`);
  const names = (await context.cookies(frontEnd.url)).map((cookie) => cookie.name);
  expect(names).not.toContain('session');
  expect(names).not.toContain('access_token');
  expect(await sessionStatus(page, belgie.url, session)).toBe(401);
  await page.goto(`${frontEnd.url}/dashboard`);
  await expect(page).toHaveURL(`${frontEnd.url}/`);
});

test('an access token that is missing or about to end is renewed', async ({ page, context, frontEnd }) => {
  const email = await signIn(page, frontEnd.url);
  await expectDashboard(page, email, 'user');
  const first = await cookie(context, frontEnd.url, 'access_token');

  await page.reload();
  await expectDashboard(page, email, 'user');
  expect(await cookie(context, frontEnd.url, 'access_token')).toBe(first);

  await context.clearCookies({ name: 'access_token' });
  await page.reload();
  await expectDashboard(page, email, 'user');
  const second = await cookie(context, frontEnd.url, 'access_token');
  expect(second).toMatch(/^ey/);
  expect(second).not.toBe(first);
});

test.describe('with access tokens that end within the minute', () => {
  test.use({ settings: { ACCESS_TOKEN_MAX_AGE: '60' } });

  test('each visit renews it', async ({ page, context, frontEnd }) => {
    const email = await signIn(page, frontEnd.url);
    await expectDashboard(page, email, 'user');
    const first = await cookie(context, frontEnd.url, 'access_token');

    await page.reload();
    await expectDashboard(page, email, 'user');
    expect(await cookie(context, frontEnd.url, 'access_token')).not.toBe(first);
  });
});

test('a change of role shows at once, and an ended session opens nothing', async ({ page, belgie, frontEnd }) => {
  const email = await signIn(page, frontEnd.url);
  await expectDashboard(page, email, 'user');

  await belgie.command('user', 'set-role', email, 'admin');
  await page.reload();
  await expectDashboard(page, email, 'admin');

  await belgie.command('session', 'revoke', '--user', email);
  await page.reload();
  await expect(page).toHaveURL(`${frontEnd.url}/`);
});

test('a callback without the cookie of its sign-in is refused', async ({ page, belgie: _, frontEnd }) => {
  await page.goto(`${frontEnd.url}/callback?code=x&state=x`);

  await expect(page.getByText('The sign-in failed: invalid_state.')).toBeVisible();
});

test('cancelling at the provider is shown by the application', async ({ page, belgie: _, frontEnd }) => {
  await page.goto(frontEnd.url);
  await page.getByRole('link', { name: 'Sign in with Google' }).click();
  await page.getByRole('button', { name: /cancel/i }).click();

  await expect(page.getByText('The sign-in failed: access_denied.')).toBeVisible();
});

async function signIn(page: Page, site: string): Promise<string> {
  await page.goto(site);
  await page.getByRole('link', { name: 'Sign in with Google' }).click();
  return new Person(page).chooseAccount();
}

async function expectDashboard(page: Page, email: string, role: string): Promise<void> {
  await expect(page.getByText(`Signed in as ${email}, with the role ${role}.`)).toBeVisible();
}

async function cookie(context: BrowserContext, site: string, name: string): Promise<string> {
  const found = (await context.cookies(site)).find((cookie) => cookie.name === name);
  expect(found, name).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
  return found?.value ?? '';
}

async function sessionStatus(page: Page, belgie: string, token: string): Promise<number> {
  const answer = await page.request.get(`${belgie}/auth/session`, { headers: { Authorization: `Bearer ${token}` } });
  return answer.status();
}
