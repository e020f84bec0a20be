import { type Settings, withBelgie } from '../support/belgie.ts';
import { asAcme, type ForeignProvider, withForeignProvider } from '../support/foreign-provider.ts';
import { freePort } from '../support/loopback.ts';
import { Person } from '../support/person.ts';
import { withPostgresDatabase } from '../support/postgres.ts';
import { expect, test as base } from '../support/test.ts';

/** How the provider is configured for `belgie serve`, and the name on its button. */
const STANDINGS = {
  acme: {
    button: /acme/i,
    settings: asAcme,
  },
  google: {
    button: /google/i,
    settings: (provider: ForeignProvider): Settings => ({
      GOOGLE_ISSUER_URL: provider.issuer,
      GOOGLE_CLIENT_ID: provider.client_id,
      GOOGLE_CLIENT_SECRET: provider.client_secret ?? '',
    }),
  },
};

const test = base.extend<{ standing: keyof typeof STANDINGS; database: 'SQLite' | 'PostgreSQL' }>({
  standing: ['acme', { option: true }],
  database: ['SQLite', { option: true }],

  belgie: async ({ standing, database, foreignSites }, use) => {
    const BASE_URL = `http://localhost:${await freePort()}`;
    await withForeignProvider(`${BASE_URL}/auth/provider/${standing}/callback`, async (provider) => {
      foreignSites.add(provider.issuer);
      const settings = { BASE_URL, SECRET: 'kX9-vR2_mQ7zLw4TnB8cYd5HsJf3GpAe', ...STANDINGS[standing].settings(provider) };
      if (database === 'SQLite') return withBelgie('serve', settings, use);
      return withPostgresDatabase((DATABASE_URL) => withBelgie('serve', { ...settings, DATABASE_URL }, use));
    });
  },
});

for (const [standing, { button }] of Object.entries(STANDINGS)) {
  for (const database of ['SQLite', 'PostgreSQL'] as const) {
    test.describe(`oidc-provider as ${standing}, on ${database}`, () => {
      test.use({ standing: standing as keyof typeof STANDINGS, database });

      test('a person signs in, is known, signs out, and comes back as the same user', async ({ page }) => {
        const person = new Person(page);

        await person.chooseProvider(button);
        await person.signInAtForeignProvider('jane');
        await person.expectSignedIn('jane@example.org');
        const first = await (await page.request.get('/api/me')).json();
        await person.signOut();
        await person.expectSignedOut();

        await page.context().clearCookies();
        await person.chooseProvider(button);
        await person.signInAtForeignProvider('jane');
        await person.expectSignedIn('jane@example.org');
        expect(await (await page.request.get('/api/me')).json()).toMatchObject({ id: first.id, name: 'Jane' });
      });

      test('a person who cancels there sees that and can try again', async ({ page }) => {
        const person = new Person(page);
        await person.chooseProvider(button);

        await person.cancelAtForeignProvider();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(/cancel/i);
        expect((await page.request.get('/api/me')).status()).toBe(401);

        await page.getByRole('link', { name: /try .* again/i }).click();
        await person.signInAtForeignProvider('jane');
        await person.expectSignedIn('jane@example.org');
      });
    });
  }
}

test('an address that the provider has not verified is shown as such', async ({ page }) => {
  const person = new Person(page);

  await person.chooseProvider(/acme/i);
  await person.signInAtForeignProvider('joe-unverified');

  await person.expectSignedIn('joe-unverified@example.org');
  await expect(page.getByText('Not verified')).toBeVisible();
});
