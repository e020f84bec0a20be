import { withBelgie } from '../support/belgie.ts';
import { asAcme, type ForeignProvider } from '../support/foreign-provider.ts';
import { freePort } from '../support/loopback.ts';
import { test as base } from '../support/test.ts';

/** How to run something beside a provider whose client may be sent back to `redirectUri`. */
export interface Foreign {
  beside(redirectUri: string, work: (provider: ForeignProvider) => Promise<void>): Promise<void>;
}

/** A test with a `belgie serve` that knows one foreign provider, as `acme`. */
export const test = base.extend<{ foreign: Foreign | undefined }>({
  foreign: [undefined, { option: true }],

  belgie: async ({ foreign, foreignSites, settings }, use, info) => {
    const BASE_URL = `http://localhost:${await freePort()}`;
    await foreign?.beside(`${BASE_URL}/auth/provider/acme/callback`, async (provider) => {
      foreignSites.add(new URL(provider.issuer).origin);
      const all = { BASE_URL, SECRET: 'kX9-vR2_mQ7zLw4TnB8cYd5HsJf3GpAe', ...asAcme(provider), ...settings };
      await withBelgie('serve', all, async (belgie) => {
        await use(belgie);
        if (info.status !== info.expectedStatus) console.log(`${info.title}: belgie logged\n${belgie.log()}`);
      });
    });
  },
});

export { expect } from '../support/test.ts';
