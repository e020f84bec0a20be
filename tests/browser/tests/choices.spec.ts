import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { withBelgie } from '../support/belgie.ts';
import { asAcme, withForeignProvider } from '../support/foreign-provider.ts';
import { freePort } from '../support/loopback.ts';
import { Person } from '../support/person.ts';
import { expect, test as base } from '../support/test.ts';

const EMAIL = 'jane@example.org';

/** Acme is trusted for no address; the local provider is, for those of a Workspace. */
const test = base.extend({
  belgie: async ({ foreignSites }, use) => {
    const BASE_URL = `http://localhost:${await freePort()}`;
    await withForeignProvider(`${BASE_URL}/auth/provider/acme/callback`, async (provider) => {
      foreignSites.add(provider.issuer);
      await withBelgie('dev', { BASE_URL, ...asAcme(provider) }, use);
    });
  },
});

/** Signs in with Acme, whose word for the address does not count. */
async function signInWithAcme(page: Page): Promise<string> {
  const person = new Person(page);
  await person.chooseProvider(/acme/i);
  await person.signInAtForeignProvider('jane');
  await expect(page).toHaveURL(/\/dashboard$/);
  return idOf(page);
}

async function idOf(page: Page): Promise<string> {
  return (await (await page.request.get('/api/me')).json()).id;
}

/** Comes with the same address from the provider that is trusted for it. */
async function comeWithGoogle(page: Page): Promise<void> {
  await new Person(page).chooseProvider(/google/i);
  await page.getByText(/another account/i).click();
  await page.getByLabel(/e-mail/i).first().fill(EMAIL);
  await page.getByLabel(/Workspace/).check();
  await page.getByRole('button', { name: /continue/i }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${EMAIL} is already in use here`);
  await expect(page.getByText(/Someone signed up with it on .*, with Acme, and never confirmed it\. Was that you\?/)).toBeVisible();
}

test('the holder of the address signs in as before and connects', async ({ page, anotherBrowser }) => {
  const id = await signInWithAcme(await anotherBrowser());
  await comeWithGoogle(page);
  const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  expect(found.violations).toEqual([]);

  await page.getByRole('link', { name: 'Yes: connect Google to that account' }).click();
  await new Person(page).signInAtForeignProvider('jane');

  await expect(page).toHaveURL(/\/dashboard$/);
  await expect(page.getByText('The account is connected.')).toBeVisible();
  expect(await (await page.request.get('/api/me')).json()).toMatchObject({ id, email: EMAIL, email_proved: true });
  await page.goto('/account');
  await expect(page.getByRole('button', { name: /disconnect/i })).toHaveCount(2);
});

test('another person starts with a new account and gets the address', async ({ page, anotherBrowser }) => {
  const elsewhere = await anotherBrowser();
  const id = await signInWithAcme(elsewhere);
  await comeWithGoogle(page);

  await page.getByRole('button', { name: 'No: start with a new account' }).click();

  await new Person(page).expectSignedIn(EMAIL);
  expect(await idOf(page)).not.toBe(id);
  await new Person(elsewhere).expectSignedOut();
  await new Person(elsewhere).chooseProvider(/acme/i);
  await expect(elsewhere).toHaveURL(/\/dashboard$/);
  expect(await (await elsewhere.request.get('/api/me')).json()).toMatchObject({ id, email: null });
});

test('a person who cancels is not signed in and can begin anew', async ({ page, anotherBrowser }) => {
  await signInWithAcme(await anotherBrowser());
  await comeWithGoogle(page);
  await page.goto('/auth/pending');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${EMAIL} is already in use here`);

  await page.getByRole('button', { name: 'Cancel' }).click();

  await expect(page).toHaveURL(/\/signin$/);
  await new Person(page).expectSignedOut();
  await comeWithGoogle(page);
});
