import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/accessible.ts';
import { test } from '../support/mail-server.ts';
import { Person } from '../support/person.ts';
import { expect } from '../support/test.ts';

const EMAIL = 'jane@home.example';
const PASSWORD = 'correct horse battery staple';
const SECOND = 'a second password of hers';
const THIRD = 'a third one, chosen while signed in';

const VIEWS = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'at 320 pixels': { viewport: { width: 320, height: 640 } },
} as const;

for (const [view, options] of Object.entries(VIEWS)) {
  test.describe(view, () => {
    test.use({ ...options, mailSettings: { EMAIL_VERIFICATION: 'required' } });

    test('one registers, verifies the address, forgets the password, changes it and deletes the account', async ({ page, mails }) => {
      const person = new Person(page);
      await page.goto('/signup');
      await page.getByLabel('E-mail address').fill(EMAIL);
      await page.getByLabel('Password').fill(PASSWORD);
      await page.getByRole('button', { name: 'Create account' }).click();
      await expectPage(page, 'Check your mail');
      await expect(page.getByText(EMAIL)).toBeVisible();

      const verify = await mails.nextLinkTo(EMAIL);
      await page.goto(verify);
      await expectPage(page, 'Confirm your address');
      await page.getByLabel('Your password').fill('too short');
      await page.getByRole('button', { name: 'Confirm address' }).click();
      await expect(page).toHaveTitle(/^Error: /);
      await expect(page.getByRole('alert')).toBeFocused();
      await expectPage(page, 'Confirm your address');
      await page.getByLabel('Your password').fill(PASSWORD);
      await page.getByRole('button', { name: 'Confirm address' }).click();
      await expectNotice(page, 'Your e-mail address is confirmed.');
      await signIn(page, PASSWORD);
      await person.expectSignedIn(EMAIL);
      await person.signOut();

      await page.goto('/signin');
      await page.getByRole('link', { name: 'Forgot password?' }).click();
      await expectPage(page, 'Forgot your password?');
      await page.getByLabel('E-mail address').fill(EMAIL);
      await page.getByRole('button', { name: 'Send link' }).click();
      await expectPage(page, 'Check your mail');
      const replaced = await mails.nextLinkTo(EMAIL);
      await page.getByRole('button', { name: 'Send it again' }).click();
      await expect(page.getByRole('status')).toContainText('We have received your new request.');
      await expectPage(page, 'Check your mail');

      const reset = await mails.nextLinkTo(EMAIL);
      await page.goto(replaced);
      await expectPage(page, 'This link no longer works');
      await page.goto(reset);
      await expectPage(page, 'Choose a new password');
      await page.getByLabel('New password').fill(SECOND);
      await page.getByRole('button', { name: 'Change password' }).click();
      await expectNotice(page, 'Your password is changed.');
      await signIn(page, SECOND);
      await person.expectSignedIn(EMAIL);

      await page.goto('/account');
      await page.getByText('Change password').first().click();
      await page.getByLabel('Current password').fill(SECOND);
      await page.getByLabel('New password').fill(THIRD);
      await page.getByRole('button', { name: 'Change password' }).click();
      await expect(page.getByRole('status')).toContainText('Your password is changed.');
      await person.signOut();
      await page.goto('/signin');
      await signIn(page, THIRD);
      await person.expectSignedIn(EMAIL);

      await page.goto('/account');
      await page.getByText('Delete my account …').click();
      await page.getByLabel(`Type ${EMAIL} to confirm`).fill(EMAIL);
      await page.getByRole('button', { name: 'Delete my account for ever' }).click();
      await expect(page.getByRole('status')).toHaveText('Your account is deleted.');
      await page.goto('/signin');
      await signIn(page, THIRD);
      await expect(page.getByRole('alert')).toBeVisible();
      await person.expectSignedOut();
    });
  });
}

test('a signed-in person verifies by one button', async ({ page, mails, belgie }) => {
  const person = new Person(page);
  await page.goto('/signup');
  await page.getByLabel('E-mail address').fill(EMAIL);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await person.expectSignedIn(EMAIL);

  const link = await mails.nextLinkTo(EMAIL);
  await page.goto(link);
  await expect(page.locator('input[type=password]')).toHaveCount(0);
  await expectPage(page, 'Confirm your address');
  await page.getByRole('button', { name: 'Confirm address' }).click();

  await expect(page).toHaveURL(/\/account$/);
  await expect(page.getByRole('status')).toContainText('Your e-mail address is confirmed.');
  expect(await (await page.request.get('/api/me')).json()).toMatchObject({ email_proved: true });
  expect(belgie.log()).not.toContain(new URL(link).searchParams.get('token'));
  await page.goto(link);
  await expectPage(page, 'This link no longer works');
});

async function signIn(page: Page, password: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(EMAIL);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function expectPage(page: Page, heading: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
  await expectAccessible(page);
}

/** The sign-in page, with what has just been done. */
async function expectNotice(page: Page, text: string): Promise<void> {
  await expect(page).toHaveURL(/\/signin$/);
  await expect(page.getByRole('status')).toContainText(text);
  await expect(page.getByRole('status')).toBeFocused();
  await expectAccessible(page);
}
