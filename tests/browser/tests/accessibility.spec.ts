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
  'the sign-in methods': async (page) => {
    await new Person(page).signIn();
    await page.goto('/account');
  },
  'the page that asks before signing out': async (page) => void (await page.goto('/auth/signout')),
  'the front page after signing out': async (page) => {
    const person = new Person(page);
    await person.signIn();
    await person.signOut();
    await expect(page.getByRole('status')).toHaveText(/signed out/i);
    await expect(page.getByRole('status')).toBeFocused();
  },
  'a page that does not exist': async (page) => void (await page.goto('/nowhere')),
  'a sign-in gone wrong': async (page) => void (await page.goto('/auth/provider/google/callback?code=x&state=y')),
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

/** What axe finds against WCAG 2.2 AA, as far as a program can check. */
async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`));
}

async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
