import type { Response } from '@playwright/test';
import { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

test('every page of ours forbids foreign content and is not stored', async ({ page }) => {
  await new Person(page).signIn();

  for (const path of ['/dashboard', '/account', '/', '/nowhere', '/auth/provider/google/callback?code=x&state=y']) {
    const answer = (await page.goto(path)) as Response;
    const headers = answer.headers();
    const policy = headers['content-security-policy'] ?? '';
    expect(policy, path).toContain("default-src 'none'");
    expect(policy, path).toContain("frame-ancestors 'none'");
    expect(policy, path).not.toContain('unsafe');
    expect(headers, path).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': expect.stringContaining('no-store') });
  }
});

test('a script smuggled into a page does not run', async ({ page, watch }) => {
  await page.goto('/');
  const refused = page.waitForEvent('console', (message) => /Content Security Policy/.test(message.text()));

  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "smuggled"';
    document.body.append(script);
  });

  await refused;
  await expect(page).not.toHaveTitle('smuggled');
  watch.forget(/Content Security Policy/);
});

test('what the address says appears in no page as markup', async ({ page }) => {
  for (const path of ['/signin?redirect_url=', '/auth/provider/google/callback?state=x&error=', '/auth/provider/']) {
    await page.goto(`${path}${encodeURIComponent('"><h2>smuggled</h2>')}`);
    await expect(page.getByRole('heading', { name: 'smuggled' })).toHaveCount(0);
  }
});
