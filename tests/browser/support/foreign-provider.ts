import { join } from 'node:path';
import { Program } from './program.ts';

/** A certified OpenID Connect provider that we did not write. */
export interface ForeignProvider {
  readonly issuer: string;
  readonly client_id: string;
  readonly client_secret: string;
}

/** Runs `work` beside npm's oidc-provider, whose only client may be sent back to `redirectUri`. */
export async function withForeignProvider(redirectUri: string, work: (provider: ForeignProvider) => Promise<void>): Promise<void> {
  const program = new Program(process.execPath, [join(import.meta.dirname, '../oidc-provider.mjs'), redirectUri]);
  try {
    const [line] = await program.untilPrinted(/^\{.*\}$/m);
    await work(JSON.parse(line) as ForeignProvider);
    await program.stop();
  } finally {
    program.kill();
  }
}
