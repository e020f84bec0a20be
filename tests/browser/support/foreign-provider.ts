import { join } from 'node:path';
import { Program } from './program.ts';

/** An OpenID Connect provider that we did not write, and the client that it knows. */
export interface ForeignProvider {
  readonly issuer: string;
  readonly client_id: string;
  /** None, if the client is a public one. */
  readonly client_secret: string | null;
}

/** How npm's oidc-provider differs from its usual self: see `oidc-provider.mjs`. */
export interface Changes {
  path?: string;
  client?: object;
  claims?: object;
  configuration?: object;
}

/** Runs `work` beside npm's oidc-provider, whose only client may be sent back to `redirectUri`. */
export async function withForeignProvider(
  redirectUri: string,
  work: (provider: ForeignProvider) => Promise<void>,
  changes: Changes = {},
): Promise<void> {
  const script = join(import.meta.dirname, '../oidc-provider.mjs');
  const program = new Program(process.execPath, [script, redirectUri, JSON.stringify(changes)]);
  try {
    const [line] = await program.untilPrinted(/^\{.*\}$/m);
    await work(JSON.parse(line) as ForeignProvider);
    await program.stop();
  } finally {
    program.kill();
  }
}

/** The settings with which Belgie knows this provider as `acme`. */
export function asAcme({ issuer, client_id, client_secret }: ForeignProvider): Record<string, string> {
  const settings = {
    OIDC_PROVIDERS: 'acme',
    OIDC_ACME_NAME: 'Acme',
    OIDC_ACME_ISSUER_URL: issuer,
    OIDC_ACME_CLIENT_ID: client_id,
  };
  return client_secret === null ? settings : { ...settings, OIDC_ACME_CLIENT_SECRET: client_secret };
}
