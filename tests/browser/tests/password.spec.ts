import { expectAccessible } from '../support/accessible.ts';
import { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

const EMAIL = 'jane@home.example';
const PASSWORD = 'correct horse battery staple';

test('one registers, signs out, and signs in with the password', async ({ page }) => {
  const person = new Person(page);
  await page.goto('/signin');
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Create an account' }).click();
  await expectAccessible(page);
  await page.getByLabel('E-mail address').fill(EMAIL);
  await page.getByLabel('Password').fill('too short');
  await page.getByRole('button', { name: 'Create account' }).click();

  await expect(page).toHaveTitle(/^Error: /);
  await expect(page.getByRole('alert')).toBeFocused();
  await expectAccessible(page);
  await page.getByRole('link', { name: /longer password/ }).click();
  await expect(page.getByLabel('Password')).toBeFocused();
  await expect(page.getByLabel('Password')).toHaveValue('');
  await expect(page.getByLabel('E-mail address')).toHaveValue(EMAIL);
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await person.expectSignedIn(EMAIL);

  await person.signOut();
  await page.goto('/signin?redirect_url=/account');
  await page.getByLabel('E-mail address').fill(EMAIL);
  await page.getByLabel('Password').fill('a wrong password of Jane');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('The e-mail address or the password is wrong.');
  await expectAccessible(page);
  await expect(page.getByLabel('E-mail address')).toHaveValue(EMAIL);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/account$/);
});

test('the password is changed, and a first one is set', async ({ page }) => {
  const person = new Person(page);
  await person.signIn();
  await page.goto('/account');
  await page.getByText('Set a password').first().click();
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set a password' }).click();
  await expect(page.getByRole('status')).toContainText('Your password is set.');
  await expectAccessible(page);

  await page.getByText('Change password').first().click();
  await page.getByLabel('Current password').fill('a wrong password of Jane');
  await page.getByLabel('New password').fill('a second password of hers');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByRole('alert')).toContainText('This is not your current password.');
  await expectAccessible(page);
  await page.getByLabel('Current password').fill(PASSWORD);
  await page.getByLabel('New password').fill('a second password of hers');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByRole('status')).toContainText('Your password is changed.');
});

test('a known address leads to the sign-in page', async ({ page, anotherBrowser }) => {
  const email = await new Person(page).signIn();
  const other = await anotherBrowser();
  await other.goto('/signup');
  await other.getByLabel('E-mail address').fill(email);
  await other.getByLabel('Password').fill(PASSWORD);
  await other.getByRole('button', { name: 'Create account' }).click();

  await expect(other.getByRole('alert')).toContainText('There is already an account with this address.');
  await expectAccessible(other);
  await other.getByRole('link', { name: 'Sign in instead' }).click();
  await expect(other).toHaveURL(/\/signin$/);
});
