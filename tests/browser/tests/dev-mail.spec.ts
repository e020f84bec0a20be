import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test.ts';
import type { Watch } from '../support/watch.ts';

const EMAIL = 'jane@home.example';

async function register(page: Page): Promise<void> {
  const answer = await page.request.post('/auth/register', { data: { email: EMAIL, password: 'correct horse battery staple', name: 'Jane Doe' } });
  expect(answer.status()).toBe(201);
}

/** The page, once a mail is there: it is sent after the answer to the request that caused it. */
async function openMails(page: Page): Promise<void> {
  await expect(async () => {
    await page.goto('/dev/mail');
    await expect(page.getByRole('article')).toHaveCount(1, { timeout: 500 });
  }).toPass();
}

async function expectAccessible(page: Page): Promise<void> {
  // No script runs in a mail, and no checker either.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().exclude('iframe').analyze();
  expect(violations).toEqual([]);
  const overflow = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  expect(await page.evaluate(overflow), 'pixels to scroll sideways').toBeLessThanOrEqual(0);
}

/** Playwright tries to look into the frame by a script, and the browser remarks that none runs there. */
function forgetPlaywright(watch: Watch): void {
  watch.forget(/Blocked script execution in 'about:srcdoc'/);
}

test('the mails of the development server are shown on a page, with links that work', async ({ page, belgie, watch }) => {
  await page.route('**/verify?token=*', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Verify</title>' }));
  await page.goto('/dev/mail');
  await expect(page.getByRole('heading', { name: 'No mail yet' })).toBeVisible();
  await expectAccessible(page);
  await register(page);
  await openMails(page);

  const mail = page.getByRole('article');
  await expect(mail.getByRole('heading')).toHaveText(/Confirm your e-mail address/);
  await expect(mail).toContainText(`To ${EMAIL}`);
  await mail.getByRole('link', { name: '/verify?token=t_' }).click();
  await expect(page).toHaveURL(/\/verify\?token=t_/);

  await page.goBack();
  await mail.getByText('Show as HTML').click();
  const html = page.frameLocator('iframe');
  const button = html.getByRole('link', { name: 'Confirm the address' });
  await expect(button).toHaveCSS('background-color', 'rgb(31, 79, 216)');
  await expectAccessible(page);
  await page.locator('iframe').scrollIntoViewIfNeeded();
  await button.click();
  await expect(page).toHaveURL(/\/verify\?token=t_/);
  expect(belgie.log()).toContain(`mail to ${EMAIL} is at ${belgie.url}/dev/mail`);
  forgetPlaywright(watch);
});

test.describe('at 320 pixels and in the dark', () => {
  test.use({ viewport: { width: 320, height: 640 }, colorScheme: 'dark' });

  test('the mails fit', async ({ page, watch }) => {
    await page.goto('/');
    await register(page);
    await openMails(page);
    await page.getByText('Show as HTML').click();
    await expect(page.frameLocator('iframe').getByText('Hello,')).toBeVisible();
    await expectAccessible(page);
    forgetPlaywright(watch);
  });
});
