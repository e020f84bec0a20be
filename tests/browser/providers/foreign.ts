import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ForeignProvider } from '../support/foreign-provider.ts';
import { freePort, untilReady } from '../support/loopback.ts';
import { Program } from '../support/program.ts';
import type { Foreign } from './test.ts';
import type { Habits, Known } from './whole-story.ts';

/** An implementation by other authors, in another language. */
export interface Implementation {
  readonly name: string;
  /**
   * Starts it. The environment names its `PORT` on 127.0.0.1, and the client: `REDIRECT_URI`, `CLIENT_ID`,
   * `CLIENT_SECRET` and `TOKEN_AUTH_METHOD`.
   */
  command(port: number): [file: string, ...args: string[]];
  /** The path of its issuer. */
  readonly path: string;
  readonly habits: Habits;
  readonly known: Known;
}

export type TokenAuthMethod = 'client_secret_basic' | 'client_secret_post';

/**
 * Starts that implementation in an empty directory, with a client that is registered for one method; `further` is what
 * else the environment says.
 */
export function foreign(
  { command, path }: Implementation,
  method: TokenAuthMethod,
  further: NodeJS.ProcessEnv = {},
): Foreign {
  return {
    async beside(redirectUri, work) {
      const port = await freePort();
      const issuer = `http://127.0.0.1:${port}${path}`;
      const discovery = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
      const client = { client_id: 'belgie', client_secret: 'a-secret-of-the-tests-alone' };
      const directory = await mkdtemp(join(tmpdir(), 'belgie-provider-'));
      const [file, ...args] = command(port);
      const program = new Program(file, args, {
        cwd: directory,
        env: { ...environment(port, redirectUri, client, method), ...further },
      });
      try {
        await untilReady(discovery, () => program.isRunning, 60_000).catch((error: Error) => {
          throw program.failure(error.message);
        });
        await work({ issuer, ...client });
        await program.stop();
      } finally {
        program.kill();
        await rm(directory, { recursive: true, force: true });
      }
    },
  };
}

type Client = Pick<ForeignProvider, 'client_id' | 'client_secret'>;

function environment(port: number, redirectUri: string, client: Client, method: TokenAuthMethod): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    PORT: String(port),
    REDIRECT_URI: redirectUri,
    CLIENT_ID: client.client_id,
    CLIENT_SECRET: client.client_secret ?? '',
    TOKEN_AUTH_METHOD: method,
  };
}
