import { type BrowserContext, type BrowserContextOptions, type Page, test as base } from '@playwright/test';
import { type Belgie, type Settings, withBelgie } from './belgie.ts';
import { Watch } from './watch.ts';

interface Fixtures {
  /** Settings for this test's `belgie`, by their names without the prefix. */
  settings: Settings;
  /** This test's own server, started as `belgie dev`, in an empty directory. */
  belgie: Belgie;
  /** Origins whose pages are not Belgie's, and are left alone by the watch that is kept over the others. */
  foreignSites: Set<string>;
  /** What the test's browser complains about: it must be nothing when the test ends. */
  watch: Watch;
  /** Opens a page in another browser that shares nothing with the first. */
  anotherBrowser: (options?: BrowserContextOptions) => Promise<Page>;
}

/** A Playwright test with a `belgie` of its own. */
export const test = base.extend<Fixtures>({
  settings: [{}, { option: true }],

  belgie: async ({ settings }, use) => {
    await withBelgie('dev', settings, use);
  },

  baseURL: async ({ belgie }, use) => {
    await use(belgie.url);
  },

  foreignSites: async ({}, use) => {
    await use(new Set());
  },

  watch: [
    async ({ context, foreignSites }, use) => {
      const watch = new Watch(context, foreignSites);
      await use(watch);
      watch.expectNothing();
    },
    { auto: true },
  ],

  anotherBrowser: async ({ browser, contextOptions, baseURL, foreignSites }, use) => {
    const opened: { context: BrowserContext; watch: Watch }[] = [];
    await use(async (options) => {
      const context = await browser.newContext({ ...contextOptions, baseURL, ...options });
      opened.push({ context, watch: new Watch(context, foreignSites) });
      return context.newPage();
    });
    for (const { context, watch } of opened) {
      watch.expectNothing();
      await context.close();
    }
  },
});

export { expect } from '@playwright/test';
