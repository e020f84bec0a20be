import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

const EMAIL = 'jane@home.example';
const PASSWORD = 'correct horse battery staple';
// No mail arrives anywhere; no page waits for it.
const MAIL = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'belgie@site.example' };

test.describe('long after the sign-in', () => {
  test.use({ settings: { ...MAIL, SESSION_FRESH_AGE: '1s' } });

  test('the password confirms who one is, and leads back', async ({ page }) => {
    await register(page);
    const before = await authenticatedAt(page);
    await untilStale(page);
    await page.getByRole('button', { name: 'Connect Google' }).click();

    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Confirm that it is you');
    await expectAccessible(page);
    await page.getByLabel('Password').fill('a wrong password of Jane');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await expect(page.getByRole('alert')).toContainText('This is not your current password.');
    await expect(page.getByLabel('Password')).toHaveValue('');
    await expectAccessible(page);
    expect(await authenticatedAt(page)).toBe(before);

    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await expect(page).toHaveURL(/\/account$/);
    await expect(page.getByRole('status')).toHaveText('Thank you. You can make your change now.');
    expect(await authenticatedAt(page)).not.toBe(before);
  });

  test('a provider confirms who one is, and leads back', async ({ page }) => {
    const person = new Person(page);
    const email = await person.signIn();
    const before = await authenticatedAt(page);
    await untilStale(page);
    await page.getByText('Set a password').click();
    await page.getByRole('link', { name: 'Confirm that it is you' }).first().click();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Continue with Google' }).click();
    await person.chooseAccount(email);

    await expect(page).toHaveURL(/\/account$/);
    expect(await authenticatedAt(page)).not.toBe(before);
  });
});

for (const [view, options] of Object.entries({
  'on a wide screen': {},
  'on a dark phone': { viewport: { width: 320, height: 640 }, colorScheme: 'dark' },
} as const)) {
  test.describe(view, () => {
    test.use({ ...options, settings: MAIL });

    test('another address is asked to confirm', async ({ page }) => {
      await register(page);
      await page.goto('/account');
      await page.getByText('Change e-mail address').click();
      await expectAccessible(page);
      await page.getByLabel('New e-mail address').fill('jane@home');
      await page.getByRole('button', { name: 'Send confirmation link' }).click();
      await expect(page.getByRole('alert')).toBeFocused();
      await expectAccessible(page);
      await page.getByLabel('New e-mail address').fill('jane@new.example');
      await page.getByRole('button', { name: 'Send confirmation link' }).click();

      await expect(page).toHaveURL(/\/account$/);
      await expect(page.getByRole('status')).toContainText('We sent a link to jane@new.example.');
      await expect(page.getByRole('status')).toBeFocused();
      await expectAccessible(page);
      await page.reload();
      await expect(page.getByRole('status')).toHaveCount(0);
      await expect(page.getByText(EMAIL).first()).toBeVisible();
    });
  });
}

test('name and picture are edited', async ({ page }) => {
  await new Person(page).signIn();
  await page.goto('/account');
  await page.getByText('Edit name').click();
  await page.getByLabel('Name').fill(' ');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('alert')).toBeFocused();
  await expectAccessible(page);
  await page.getByRole('link', { name: /^Enter a name/ }).click();
  await expect(page.getByLabel('Name')).toBeFocused();
  await page.getByLabel('Name').fill('J. D.');
  await page.keyboard.press('Enter');

  await expect(page.getByRole('status')).toHaveText('Your changes are saved.');
  await expect(page.getByRole('heading', { name: 'J. D.' })).toBeVisible();
  await page.getByText('Change picture').click();
  await page.getByLabel('Address of the picture').fill('http://pictures.example/j');
  await page.getByRole('button', { name: 'Save picture' }).click();
  await expect(page.getByRole('alert')).toContainText('begins with https://');
  await expect(page.getByLabel('Address of the picture')).toHaveValue('http://pictures.example/j');
  await expectAccessible(page);
});

test('the own data is downloaded', async ({ page }) => {
  const email = await new Person(page).signIn();
  await page.goto('/account');
  const started = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download my data' }).click();
  const download = await started;

  expect(download.suggestedFilename()).toBe('personal-data.json');
  const file = JSON.parse(await readFile(await download.path(), 'utf8'));
  expect(JSON.stringify(file)).toContain(email);
});

test('an account is deleted by typing its address', async ({ page, anotherBrowser }) => {
  const person = new Person(page);
  const email = await person.signIn();
  const elsewhere = new Person(await anotherBrowser());
  await elsewhere.signIn(email);
  await page.goto('/account');
  await page.getByRole('link', { name: 'Delete account' }).click();
  await page.getByText('Delete my account …').click();
  await expectAccessible(page);
  await page.getByLabel(`Type ${email} to confirm`).fill('somebody@else.example');
  await page.getByRole('button', { name: 'Delete my account for ever' }).click();
  await expect(page.getByRole('alert')).toContainText('Enter the e-mail address of your account.');
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Keep it' }).click();
  await expect(page.getByRole('button', { name: 'Delete my account for ever' })).toBeHidden();

  await page.getByText('Delete my account …').click();
  await page.getByLabel(`Type ${email} to confirm`).fill(email);
  await page.getByRole('button', { name: 'Delete my account for ever' }).click();
  await expect(page.getByRole('status')).toHaveText('Your account is deleted.');
  await person.expectSignedOut();
  await elsewhere.expectSignedOut();
});

async function register(page: Page): Promise<void> {
  await page.goto('/signup');
  await page.getByLabel('E-mail address').fill(EMAIL);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await new Person(page).expectSignedIn(EMAIL);
}

/** Waits until sensitive changes need a new sign-in. */
async function untilStale(page: Page): Promise<void> {
  await expect(async () => {
    await page.goto('/account');
    await expect(page.getByRole('link', { name: 'Confirm that it is you', includeHidden: true }).first()).toBeAttached({ timeout: 100 });
  }).toPass();
}

async function authenticatedAt(page: Page): Promise<string> {
  const { session } = await (await page.request.get('/auth/session')).json();
  return session.authenticated_at;
}

/** Against WCAG 2.2 AA, as far as a program can check. */
async function expectAccessible(page: Page): Promise<void> {
  const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  expect(found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow).toBeLessThanOrEqual(0);
}
