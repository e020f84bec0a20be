import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort, untilReady } from './loopback.ts';
import { Program } from './program.ts';

/** Settings by their names without the prefix: `{ SECRET: '…' }`. */
export type Settings = Record<string, string>;

/** A running `belgie dev` or `belgie serve`. */
export interface Belgie {
  readonly url: string;
  /** Runs another command of `belgie` on what this server uses, and returns what it prints. */
  command(...args: string[]): Promise<string>;
  /** What the server has logged until now. */
  log(): string;
}

/** Runs `work` beside a `belgie` of its own, in an empty directory and on a free port. */
export async function withBelgie(command: 'dev' | 'serve', settings: Settings, work: (belgie: Belgie) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'belgie-browser-'));
  const port = Number(new URL(settings.BASE_URL ?? `http://localhost:${await freePort()}`).port);
  const url = `http://localhost:${port}`;
  const surroundings = { cwd: directory, env: environment({ BIND: `127.0.0.1:${port}`, BASE_URL: url, ...settings }) };
  const program = new Program(binary, [command], surroundings);
  try {
    await untilReady(`${url}/readyz`, () => program.isRunning).catch((error: Error) => {
      throw program.failure(error.message);
    });
    const dev = command === 'dev' ? ['--dev'] : [];
    await work({
      url,
      command: async (...args) => (await promisify(execFile)(binary, [...args, ...dev], surroundings)).stdout,
      log: () => program.output,
    });
    await program.stop();
  } finally {
    program.kill();
    await rm(directory, { recursive: true, force: true });
  }
}

/** The tests' own environment stays outside: a `belgie` sees the settings given here and no others. */
function environment(settings: Settings): NodeJS.ProcessEnv {
  const prefixed = Object.entries(settings).map(([name, value]) => [`BELGIE_${name}`, value]);
  return { PATH: process.env.PATH, HOME: process.env.HOME, ...Object.fromEntries(prefixed) };
}

/** Where everything is that was built or downloaded. */
export const target = process.env.CARGO_TARGET_DIR ?? resolve(import.meta.dirname, '../../../target');
const binary = process.env.BELGIE_BIN ?? join(target, 'debug', 'belgie');
