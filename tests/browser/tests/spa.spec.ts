import type { Page } from '@playwright/test';
import { SPA, testOf } from '../support/front-end.ts';
import { Person } from '../support/person.ts';
import { expect } from '../support/test.ts';

const test = testOf(SPA);

test('an access token in the fragment is taken out of the address, and renewed by the session cookie', async ({ page, belgie, frontEnd }) => {
  const email = await signIn(page, frontEnd.url, 'Sign in with Google');

  await expectSignedIn(page, email, 'an access token');
  expect(page.url()).toBe(`${frontEnd.url}/`);
  expect(await stored(page)).toBe('');
  await page.getByRole('button', { name: 'Ask who I am' }).click();
  await expectSignedIn(page, email, 'an access token');
  await page.reload();
  await expectSignedIn(page, email, 'an access token');

  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByText('You are signed out.')).toBeVisible();
  await page.reload();
  await expect(page.getByText('You are signed out.')).toBeVisible();
  expect((await page.request.get(`${belgie.url}/api/me`)).status()).toBe(401);
});

test('a one-time code becomes a session token, without any cookie', async ({ page, context, belgie, frontEnd }) => {
  const email = await signIn(page, frontEnd.url, 'Sign in with Google, by code');

  await expectSignedIn(page, email, 'a session token');
  expect(page.url()).toBe(`${frontEnd.url}/`);
  expect(await stored(page)).toBe('');
  const cookies = await context.cookies(belgie.url);
  expect(cookies.map((cookie) => cookie.name)).not.toContain('belgie_session');

  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByText('You are signed out.')).toBeVisible();
  expect(await belgie.command('session', 'list', email)).not.toMatch(/[0-9a-f]{8}-/);
});

test('cancelling at the provider is shown by the page itself', async ({ page, belgie: _, frontEnd }) => {
  for (const button of ['Sign in with Google', 'Sign in with Google, by code']) {
    await page.goto(frontEnd.url);
    await page.getByRole('button', { name: button, exact: true }).click();
    await page.getByRole('button', { name: /cancel/i }).click();

    await expect(page.getByRole('status')).toHaveText('The sign-in failed: access_denied.');
    await expect(page.getByText('You are signed out.')).toBeVisible();
    expect(page.url()).toBe(`${frontEnd.url}/`);
  }
});

test('a sign-in that this tab did not begin is refused', async ({ page, belgie: _, frontEnd }) => {
  for (const planted of ['#access_token=a.b.c&token_type=Bearer&expires_in=600&state=x', '?code=x&state=x']) {
    await page.goto('about:blank');
    await page.goto(`${frontEnd.url}/${planted}`);

    await expect(page.getByRole('status')).toHaveText('This tab did not begin the sign-in.');
    await expect(page.getByText('You are signed out.')).toBeVisible();
  }
});

async function signIn(page: Page, site: string, button: string): Promise<string> {
  await page.goto(site);
  await page.getByRole('button', { name: button, exact: true }).click();
  return new Person(page).chooseAccount();
}

async function expectSignedIn(page: Page, email: string, credential: string): Promise<void> {
  await expect(page.getByText(`Signed in as ${email} with ${credential}.`)).toBeVisible();
}

/** What another script of the origin would find. */
async function stored(page: Page): Promise<string> {
  return page.evaluate(() => [document.cookie, ...Object.values(sessionStorage), ...Object.values(localStorage)].join());
}
