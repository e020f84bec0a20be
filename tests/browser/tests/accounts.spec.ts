import { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

test('an account is connected, signs in, and is disconnected', async ({ page, anotherBrowser }) => {
  const person = new Person(page);
  const email = await person.signIn();
  await page.goto('/dashboard');
  await page.getByRole('link', { name: 'Manage your account' }).click();
  await expect(page.getByText('your only way to sign in')).toBeVisible();
  await expect(page.getByRole('button', { name: /disconnect/i })).toHaveCount(0);

  await page.getByRole('button', { name: 'Connect Google' }).click();
  await person.typeAccount('jane@work.example', 'Jane Doe');

  await expect(page).toHaveURL(/\/account$/);
  await expect(page.getByText('The account is connected.')).toBeVisible();
  await expect(page.getByRole('button', { name: /disconnect/i })).toHaveCount(2);
  const elsewhere = new Person(await anotherBrowser());
  await elsewhere.chooseProvider(/google/i);
  await elsewhere.chooseAccount('jane@work.example');
  await elsewhere.expectSignedIn(email);

  await page.getByRole('button', { name: /disconnect.*jane@work\.example/i }).click();
  await expect(page.getByText('The account is disconnected.')).toBeVisible();
  await expect(page.getByText('jane@work.example')).toHaveCount(0);
  await expect(page.getByText('your only way to sign in')).toBeVisible();
});

test('cancelling at the provider connects nothing and signs nobody out', async ({ page }) => {
  const person = new Person(page);
  const email = await person.signIn();
  await page.goto('/account');

  await page.getByRole('button', { name: 'Connect Google' }).click();
  await page.getByRole('button', { name: /cancel/i }).click();

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Google was not connected');
  await expect(page.getByText('you are still signed in')).toBeVisible();
  await page.getByRole('link', { name: 'Your account' }).click();
  await expect(page).toHaveURL(/\/account$/);
  await page.goto('/dashboard');
  await person.expectSignedIn(email);
});
