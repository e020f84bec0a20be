import { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

test('a session is ended from another browser', async ({ page, anotherBrowser }) => {
  const here = new Person(page);
  const there = new Person(await anotherBrowser());
  const email = await here.signIn();
  await there.signIn(email);

  await page.goto('/account');
  const others = page.locator('form[action$="/revoke"]');
  await expect(others).toHaveCount(1);
  await others.getByRole('button', { name: /sign out/i }).click();

  await expect(others).toHaveCount(0);
  await expect(page).toHaveURL(/\/account$/);
  await expect(page.getByRole('status')).toHaveText(/Chrom(e|ium) on Linux has been signed out\./);
  await there.expectSignedOut();
  await page.goto('/dashboard');
  await here.expectSignedIn(email);
});

test('one button signs out everywhere else', async ({ page, anotherBrowser }) => {
  const here = new Person(page);
  const elsewhere = [new Person(await anotherBrowser()), new Person(await anotherBrowser())];
  const email = await here.signIn();
  for (const person of elsewhere) await person.signIn(email);

  await page.goto('/account');
  await page.getByRole('button', { name: /everywhere else|all other/i }).click();

  await expect(page.getByRole('status')).toHaveText(/signed out everywhere else/);
  for (const person of elsewhere) await person.expectSignedOut();
  await page.goto('/dashboard');
  await here.expectSignedIn(email);
});

test('the list tells this browser from the others', async ({ page, anotherBrowser }) => {
  const email = await new Person(page).signIn();
  await new Person(await anotherBrowser()).signIn(email);

  await page.goto('/account');

  await expect(page.getByRole('heading', { name: /Chrom(e|ium) on Linux/ })).toHaveCount(2);
  await expect(page.getByRole('heading', { name: /This device/ })).toHaveCount(1);
});
