import type { Page } from '@playwright/test';
import { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

// Three ways to sign in whose names are as long, as wide and as foreign as names get.
const issuer = 'http://127.0.0.1:9';
const client = { CLIENT_ID: 'a', CLIENT_SECRET: 'b', ISSUER_URL: issuer };
const provider = (id: string, name: string) =>
  Object.fromEntries(Object.entries({ ...client, NAME: name }).map(([key, value]) => [`OIDC_${id}_${key}`, value]));
const settings = {
  APP_NAME: 'Verwaltungsgemeinschaftsportal',
  // Nothing listens there: the pages of mailed links exist, and no mail is sent.
  SMTP_URL: 'smtp://127.0.0.1:9',
  MAIL_FROM: 'no-reply@home.example',
  OIDC_PROVIDERS: 'long,rtl',
  ...provider('LONG', 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'),
  ...provider('RTL', 'بوابة الهوية الوطنية الموحدة'),
};

for (const width of [320, 390]) {
  for (const text of ['100%', '200%']) {
    test.describe(`${width} pixels wide with text at ${text}`, () => {
      test.use({ viewport: { width, height: 640 }, settings });

      test('no page scrolls sideways', async ({ page }) => {
        await page.goto('/signin');
        await expect(page.locator('.provider')).toHaveCount(3);
        expect(await overflow(page, text), 'the sign-in page').toBeLessThanOrEqual(0);
        for (const path of ['/', '/nowhere', '/signup', '/forgot', '/verify', '/reset?token=x']) {
          await page.goto(path);
          expect(await overflow(page, text), path).toBeLessThanOrEqual(0);
        }
        await new Person(page).signIn();
        for (const path of ['/', '/dashboard', '/account', '/auth/reauthenticate']) {
          await page.goto(path);
          for (const closed of await page.locator('summary').all()) await closed.click();
          expect(await overflow(page, text), `${path} when signed in`).toBeLessThanOrEqual(0);
        }
      });
    });
  }
}

/** By how many pixels the page is wider than its window when its text is enlarged. */
async function overflow(page: Page, text: string): Promise<number> {
  return page.evaluate((size) => {
    const root = document.documentElement;
    root.style.fontSize = size;
    return root.scrollWidth - root.clientWidth;
  }, text);
}
