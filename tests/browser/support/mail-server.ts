import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { target } from './belgie.ts';
import { freePort } from './loopback.ts';
import { Program } from './program.ts';
import { test as base } from './test.ts';

/** A mail server that we did not write (`aiosmtpd` of Python), which prints the mails it receives. */
export class MailServer {
  readonly url: string;
  readonly #port: number;
  readonly #program: Program;
  readonly #read = new Map<string, number>();

  constructor(port: number) {
    this.#port = port;
    this.url = `smtp://127.0.0.1:${port}`;
    const handler = ['-c', 'aiosmtpd.handlers.Debugging', 'stdout'];
    const args = ['-u', '-m', 'aiosmtpd', '-n', ...handler, '-l', `127.0.0.1:${port}`];
    this.#program = new Program(join(target, 'mail-server/bin/python'), args);
  }

  /** Waits until it listens. */
  async ready(): Promise<void> {
    for (let tries = 0; tries < 600; tries += 1) {
      if (!this.#program.isRunning) throw this.#program.failure('ended by itself');
      if (await listens(this.#port)) return;
      await sleep(50);
    }
    throw this.#program.failure('never listened');
  }

  /** Waits for the next mail to this address, and returns the link in it. */
  async nextLinkTo(address: string): Promise<string> {
    const number = this.#read.get(address) ?? 0;
    this.#read.set(address, number + 1);
    for (let tries = 0; tries < 600; tries += 1) {
      const mail = this.#mailsTo(address)[number];
      const [link] = /https?:\/\/\S+\?token=t_[\w-]+/.exec(mail ?? '') ?? [];
      if (link) return link;
      if (mail) throw new Error(`no link in ${mail}`);
      await sleep(50);
    }
    throw this.#program.failure(`got no mail ${number + 1} to ${address}`);
  }

  kill(): void {
    this.#program.kill();
  }

  /** The mails that have arrived whole, with the lines that quoted-printable breaks joined again. */
  #mailsTo(address: string): string[] {
    const printed = this.#program.output.replaceAll('=\n', '').replaceAll('=3D', '=');
    const mails = printed.split('---------- MESSAGE FOLLOWS ----------');
    return mails.filter((mail) => mail.includes(`To: ${address}\n`) && mail.includes('------------ END MESSAGE ------------'));
  }
}

async function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.end();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** A Playwright test whose `belgie` sends mails. */
export const test = base.extend<{ mails: MailServer; mailSettings: Record<string, string> }>({
  mailSettings: [{}, { option: true }],

  mails: async ({}, use) => {
    const mails = new MailServer(await freePort());
    try {
      await mails.ready();
      await use(mails);
    } finally {
      mails.kill();
    }
  },

  settings: async ({ mails, mailSettings }, use) => {
    await use({ SMTP_URL: mails.url, MAIL_FROM: 'no-reply@home.example', ...mailSettings });
  },
});
