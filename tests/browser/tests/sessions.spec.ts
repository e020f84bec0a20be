import { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

test('a session is ended from another browser', async ({ page, anotherBrowser }) => {
  const here = new Person(page);
  const there = new Person(await anotherBrowser());
  const email = await here.signIn();
  await there.signIn(email);

  await page.goto('/dashboard');
  const others = page.locator('form[action$="/revoke"]');
  await expect(others).toHaveCount(1);
  await others.getByRole('button', { name: /sign out/i }).click();

  await expect(others).toHaveCount(0);
  await there.expectSignedOut();
  await here.expectSignedIn(email);
});

test('one button signs out everywhere else', async ({ page, anotherBrowser }) => {
  const here = new Person(page);
  const elsewhere = [new Person(await anotherBrowser()), new Person(await anotherBrowser())];
  const email = await here.signIn();
  for (const person of elsewhere) await person.signIn(email);

  await page.goto('/dashboard');
  await page.getByRole('button', { name: /everywhere else|all other/i }).click();

  for (const person of elsewhere) await person.expectSignedOut();
  await here.expectSignedIn(email);
});

test('the list tells this browser from the others', async ({ page, anotherBrowser }) => {
  const email = await new Person(page).signIn();
  await new Person(await anotherBrowser()).signIn(email);

  await page.goto('/dashboard');

  await expect(page.getByRole('heading', { name: /Chrom(e|ium) on Linux/ })).toHaveCount(2);
  await expect(page.getByRole('heading', { name: /This device/ })).toHaveCount(1);
});
