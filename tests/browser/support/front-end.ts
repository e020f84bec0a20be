import { withBelgie } from './belgie.ts';
import { withExample } from './example.ts';
import { freePort } from './loopback.ts';
import { test as base } from './test.ts';

/** A front end on an origin of its own, which Belgie trusts. */
export interface FrontEnd {
  readonly url: string;
}

interface Example {
  /** Its folder in `examples`. */
  readonly name: string;
  /** What `node` runs there. */
  command(port: number): string[];
  environment(port: number, url: string, belgie: string): NodeJS.ProcessEnv;
}

/** A test with an example's server, and with a `belgie dev` that trusts it. */
export function testOf(example: Example) {
  return base.extend<{ frontEnd: FrontEnd }>({
    frontEnd: async ({ foreignSites }, use) => {
      const url = `http://localhost:${await freePort()}`;
      foreignSites.add(url);
      await use({ url });
    },

    belgie: async ({ frontEnd, settings }, use) => {
      await withBelgie('dev', { FRONTEND_URL: frontEnd.url, ...settings }, async (belgie) => {
        const port = Number(new URL(frontEnd.url).port);
        const environment = example.environment(port, frontEnd.url, belgie.url);
        await withExample(example.name, example.command(port), environment, frontEnd.url, () => use(belgie));
      });
    },
  });
}
