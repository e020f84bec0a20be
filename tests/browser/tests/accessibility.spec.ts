import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

const VIEWS = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'at 320 pixels': { viewport: { width: 320, height: 640 } },
} as const;

/** Every page, and how one gets there. */
const PAGES: Record<string, (page: Page) => Promise<void>> = {
  'the front page': async (page) => void (await page.goto('/')),
  'the sign-in page': async (page) => void (await page.goto('/signin')),
  'the account chooser of the local provider': (page) => new Person(page).chooseProvider(/google/i),
  'the home page of a signed-in user': async (page) => {
    await new Person(page).signIn();
    await page.goto('/');
  },
  'the dashboard': async (page) => void (await new Person(page).signIn()),
  'the account page': async (page) => {
    await new Person(page).signIn();
    await page.goto('/account');
    for (const closed of await page.locator('summary').all()) await closed.click();
  },
  'the page that asks who one is': async (page) => {
    await new Person(page).signIn();
    await page.goto('/auth/reauthenticate');
  },
  'the page that asks before signing out': async (page) => void (await page.goto('/auth/signout')),
  'the front page after signing out': async (page) => {
    const person = new Person(page);
    await person.signIn();
    await person.signOut();
    await expect(page.getByRole('status')).toHaveText(/signed out/i);
    await expect(page.getByRole('status')).toBeFocused();
  },
  'the sign-in page of a browser that has signed in': async (page) => {
    await new Person(page).signIn();
    await page.goto('/signin?again=1');
    await expect(page.getByText('Last used here')).toBeVisible();
  },
  'a list of many devices': async (page) => {
    const person = new Person(page);
    await person.signIn();
    for (let count = 0; count < 5; count += 1) {
      const other = (await page.context().browser()?.newContext({ baseURL: new URL(page.url()).origin }))!;
      await new Person(await other.newPage()).signIn();
      await other.close();
    }
    await page.goto('/account');
    await page.getByText('Show 1 more').click();
  },
  'a page that does not exist': async (page) => void (await page.goto('/nowhere')),
  'a sign-in gone wrong': async (page) => {
    await page.goto('/auth/provider/google/callback?code=x&state=y');
    await page.getByText('Details for support').click();
  },
};

for (const [view, options] of Object.entries(VIEWS)) {
  test.describe(view, () => {
    test.use(options);

    for (const [name, open] of Object.entries(PAGES)) {
      test(`${name} is accessible`, async ({ page }) => {
        await open(page);

        await expect(page).toHaveTitle(/\S/);
        await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
        expect(await violations(page)).toEqual([]);
        expect(await overflow(page), 'pixels to scroll sideways').toBeLessThanOrEqual(0);
      });
    }
  });
}

// The text on the accent, its lines and its fill have enough contrast whatever the colour.
for (const color of ['#ffcc00', '#0f766e', '#111111', '#ffffff']) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`with the accent ${color} on ${colorScheme} pages`, () => {
      test.use({
        colorScheme,
        settings: {
          APP_NAME: 'Acme Notes',
          APP_COLOR: color,
          APP_SUPPORT: 'help@acme.example',
          APP_PRIVACY_URL: 'https://acme.example/privacy',
          APP_HOME_URL: 'https://acme.example',
        },
      });

      test('the pages are accessible', async ({ page }) => {
        for (const path of ['/', '/nowhere']) {
          await page.goto(path);
          await expect(page.getByRole('link', { name: 'Privacy' })).toHaveAttribute('href', 'https://acme.example/privacy');
          expect(await violations(page), path).toEqual([]);
        }
        await new Person(page).signIn();
        expect(await violations(page), 'the dashboard').toEqual([]);
        await expect(page.getByRole('link', { name: 'Back to Acme Notes' })).toBeVisible();
      });
    });
  }
}

/** What axe finds against WCAG 2.2 AA, as far as a program can check. */
async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`));
}

async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
