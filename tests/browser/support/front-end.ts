import { withBelgie } from './belgie.ts';
import { withExample } from './example.ts';
import { freePort } from './loopback.ts';
import { test as base } from './test.ts';

/** A front end on an origin of its own, which Belgie trusts. */
export interface FrontEnd {
  readonly url: string;
}

export interface Example {
  /** Its folder in `examples`. */
  readonly name: string;
  /** What `node` runs there. */
  command(port: number): string[];
  environment(port: number, url: string, belgie: string): NodeJS.ProcessEnv;
}

/** A static page in plain TypeScript. */
export const SPA: Example = {
  name: 'spa',
  command: () => ['serve.js'],
  environment: (port, _url, belgie) => ({ PORT: String(port), BELGIE_URL: belgie }),
};

/** An application whose server signs people in. It must have been built. */
export const NEXTJS: Example = {
  name: 'nextjs',
  command: (port) => ['node_modules/next/dist/bin/next', 'start', '--hostname', 'localhost', '--port', String(port)],
  environment: (_port, url, belgie) => ({ SITE_URL: url, BELGIE_URL: belgie }),
};

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
