import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, type Page } from '@playwright/test';
import { target } from './belgie.ts';
import { freePort, untilReady } from './loopback.ts';
import { Partner } from './partner.ts';
import { Person } from './person.ts';
import { withPostgresDatabase } from './postgres.ts';
import { Program } from './program.ts';
import { withStaticSite } from './static-site.ts';
import { test as base } from './test.ts';
import { Watch } from './watch.ts';

/** The server of `examples/chat`, in a directory of its own, with the local provider. */
export class ChatServer {
  readonly url: string;
  readonly #surroundings: { cwd: string; env: NodeJS.ProcessEnv };
  #program?: Program;

  constructor(url: string, surroundings: { cwd: string; env: NodeJS.ProcessEnv }) {
    this.url = url;
    this.#surroundings = surroundings;
  }

  async start(): Promise<void> {
    const program = new Program(binary, ['--dev'], this.#surroundings);
    this.#program = program;
    await untilReady(`${this.url}/auth/providers`, () => program.isRunning).catch((error: Error) => {
      throw program.failure(error.message);
    });
  }

  async stop(): Promise<void> {
    await this.#program?.stop();
  }

  /** Runs a statement on its database. */
  async sql(statement: string): Promise<void> {
    await promisify(execFile)('sqlite3', ['-cmd', '.timeout 30000', join(this.#surroundings.cwd, 'chat.db'), statement]);
  }

  kill(): void {
    this.#program?.kill();
  }
}

interface Fixtures {
  /** Settings of this test's server, by their names without the prefix. */
  chatSettings: Record<string, string>;
  /** Whether the test's own partner answers; else the server repeats what is said. */
  hasPartner: boolean;
  partner: Partner;
  onPostgres: boolean;
  server: ChatServer;
}

/** A test of the chat: its server, and its application, which must have been built, on another origin. That is the base address. */
export const test = base.extend<Fixtures>({
  chatSettings: [{}, { option: true }],

  hasPartner: [false, { option: true }],

  partner: async ({}, use) => {
    const partner = new Partner();
    await use(partner);
    partner.close();
  },

  watch: async ({ context }, use) => {
    // Requests fail where a test wants them to; but nothing may be against the policy of the page.
    const watch = new Watch(context, new Set());
    await use(watch);
    watch.forget(/Failed to load resource/);
    watch.expectNothing();
  },

  baseURL: async ({}, use) => {
    await use(`http://localhost:${await freePort()}`);
  },

  onPostgres: [false, { option: true }],

  server: [
    async ({ baseURL, chatSettings, foreignSites, hasPartner, onPostgres, partner }, use) => {
      foreignSites.add(baseURL!);
      const [port, providerPort] = [await freePort(), await freePort()];
      const settings = {
        BIND: `127.0.0.1:${port}`,
        BASE_URL: `http://localhost:${port}`,
        FRONTEND_URL: baseURL!,
        PROVIDER_BIND: `127.0.0.1:${providerPort}`,
        ...(hasPartner && { PARTNER_URL: await partner.listen(), PARTNER_KEY: 'key', PARTNER_TIMEOUT: '600' }),
        ...chatSettings,
      };
      const run = (more: Record<string, string>) => withChat(`http://localhost:${port}`, baseURL!, { ...settings, ...more }, use);
      await (onPostgres ? withPostgresDatabase((url) => run({ DATABASE_URL: url })) : run({}));
    },
    { auto: true },
  ],
});

/** Runs `work` beside a server in an empty directory, and the application at its own address. */
async function withChat(
  url: string,
  applicationUrl: string,
  settings: Record<string, string>,
  work: (server: ChatServer) => Promise<void>,
): Promise<void> {
  const cwd = await mkdtemp(join(tmpdir(), 'belgie-chat-'));
  const server = new ChatServer(url, { cwd, env: environment(settings) });
  const site = { port: Number(new URL(applicationUrl).port), settings: { server: url }, policy: policy(url) };
  try {
    await server.start();
    await withStaticSite(application, site, () => work(server));
    await server.stop();
  } finally {
    server.kill();
    await rm(cwd, { recursive: true, force: true });
  }
}

/** What a person does in the chat, by what they see there. */
export class ChatPerson {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Signs in with the local provider's account of that address, from wherever the application asks for it. */
  async signIn(email: string, { stay = true } = {}): Promise<void> {
    const box = this.page.getByRole('checkbox', { name: /stay signed in/i });
    await expect(box).toBeVisible();
    await box.setChecked(stay);
    await this.page.getByRole('button', { name: /sign in with google/i }).click();
    await new Person(this.page).chooseAccount(email);
    await expect(this.page.getByRole('button', { name: 'Sign out' })).toBeVisible();
  }

  async beginConversation(): Promise<void> {
    await this.page.getByRole('button', { name: 'New conversation' }).click();
    await expect(this.page).toHaveURL(/\/c\//);
    await expect(this.field).toBeVisible();
  }

  /** Lets the next stream say nothing, so that only what the person does can tell the page that the session has ended. */
  async silenceNextStream(): Promise<void> {
    await this.page.route('**/stream', () => undefined, { times: 1 });
  }

  get field() {
    return this.page.getByRole('textbox', { name: 'Message' });
  }

  get messages() {
    return this.page.getByRole('log').getByRole('listitem');
  }

  async say(text: string): Promise<void> {
    await this.field.fill(text);
    await this.field.press('Enter');
  }

  /** Waits until the newest message is the partner's, and complete. */
  async expectAnswer(text: RegExp | string): Promise<void> {
    await expect(this.messages.last()).toContainText('Partner');
    await expect(this.messages.last()).toContainText(text);
    await expect(this.page.getByText('Writing…')).toHaveCount(0);
  }
}

export { expect } from '@playwright/test';

function environment(settings: Record<string, string>): NodeJS.ProcessEnv {
  const prefixed = Object.entries(settings).map(([name, value]) => [`CHAT_${name}`, value]);
  return { PATH: process.env.PATH, ...Object.fromEntries(prefixed) };
}

/** What the application may do in the browser: no styles or scripts but its own, and no requests but to the server. */
function policy(server: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${server}`,
    "base-uri 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types angular',
  ].join('; ');
}

const application = resolve(import.meta.dirname, '../../../examples/chat/web/dist/web/browser');
const binary = process.env.BELGIE_CHAT_BIN ?? join(target, 'debug', 'chat');
