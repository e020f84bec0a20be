// Takes the pictures of the README: `just screenshots`.
import { join } from 'node:path';
import { devices } from '@playwright/test';
import { Person } from '../support/person.ts';
import { test } from '../support/test.ts';

const images = join(import.meta.dirname, '../../../docs/images');

test.use({ viewport: { width: 1080, height: 720 }, deviceScaleFactor: 2, colorScheme: 'light' });

test('the sign-in page', async ({ page }) => {
  await page.goto('/signin');
  await page.screenshot({ path: join(images, 'sign-in.png') });
});

test('the account page', async ({ page, anotherBrowser }) => {
  const email = await new Person(page).signIn();
  await new Person(await anotherBrowser({ userAgent: devices['iPhone 15'].userAgent })).signIn(email);
  await page.goto('/account');
  await page.screenshot({ path: join(images, 'account.png'), fullPage: true });
});
