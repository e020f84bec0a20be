import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

// `localhost` on another port is another origin on the same site, so the cookie travels; 127.0.0.1 is another site.
for (const [site, host] of [['of the same site', 'localhost'], ['of another site', '127.0.0.1']] as const) {
  test(`a page ${site} cannot sign anyone out`, async ({ page, belgie, foreignSites }) => {
    const person = new Person(page);
    const email = await person.signIn();
    const form = `<form method="post" action="${belgie.url}/auth/signout"><button>Win a prize</button></form>`;

    await withPage(host, form, async (url) => {
      foreignSites.add(new URL(url).origin);
      await page.goto(url);
      await page.getByRole('button', { name: 'Win a prize' }).click();
      await expect(page).toHaveURL(/\/auth\/signout$/);
    });

    await page.goto('/dashboard');
    await person.expectSignedIn(email);
  });
}

test('a page of another origin cannot read who is signed in', async ({ page, belgie, foreignSites }) => {
  await new Person(page).signIn();

  await withPage('localhost', '<h1>Elsewhere</h1>', async (url) => {
    foreignSites.add(new URL(url).origin);
    await page.goto(url);
    const read = page.evaluate(async (api) => (await fetch(api, { credentials: 'include' })).text(), `${belgie.url}/api/me`);
    await expect(read).rejects.toThrow(/Failed to fetch/);
  });
});

test('no page of ours can be framed', async ({ page, belgie, foreignSites }) => {
  await new Person(page).signIn();

  for (const path of ['/', '/signin', '/dashboard', '/nowhere']) {
    await withPage('localhost', `<iframe src="${belgie.url}${path}"></iframe>`, async (url) => {
      foreignSites.add(new URL(url).origin);
      await expectEmptyFrame(page, url);
    });
  }
});

async function expectEmptyFrame(page: Page, url: string): Promise<void> {
  const refused = page.waitForEvent('console', (message) => /frame-ancestors|X-Frame-Options/i.test(message.text()));
  await page.goto(url);
  await refused;
  await expect(page.frameLocator('iframe').getByRole('heading')).toHaveCount(0);
}

/** Runs `work` with the address of a page of another site. */
async function withPage(host: string, body: string, work: (url: string) => Promise<void>): Promise<void> {
  const server: Server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html').end(`<!doctype html><title>Elsewhere</title>${body}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work(`http://${host}:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
