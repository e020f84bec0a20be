import { BELGIE, exchange, type Credential } from './belgie.ts';
import { codeChallenge, randomSecret } from './secret.ts';

export type Mode = 'fragment' | 'code';

/** What this tab remembers while the person is at the provider. */
interface Attempt {
  state: string;
  code_verifier?: string;
}

/** Leaves the page for the provider. */
export async function begin(provider: string, mode: Mode): Promise<void> {
  const attempt: Attempt = { state: randomSecret() };
  const url = new URL(`/auth/provider/${provider}/signin`, BELGIE);
  url.searchParams.set('mode', mode);
  url.searchParams.set('redirect_url', `${location.origin}/`);
  url.searchParams.set('state', attempt.state);
  if (mode === 'code') {
    attempt.code_verifier = randomSecret();
    url.searchParams.set('code_challenge', await codeChallenge(attempt.code_verifier));
  }
  sessionStorage.setItem('attempt', JSON.stringify(attempt));
  location.assign(url);
}

/**
 * Completes a sign-in if the browser has just come back from one, and returns what the page may use from now on.
 * Throws if it failed, or if this tab began none: an attacker's sign-in must not become this person's.
 */
export async function complete(): Promise<Credential | undefined> {
  const answer = new URLSearchParams(location.hash.slice(1) || location.search);
  if (!['access_token', 'code', 'error'].some((name) => answer.has(name))) return undefined;
  // No token or code stays in the address bar or the history.
  history.replaceState(null, '', location.pathname);

  const attempt: Attempt = JSON.parse(sessionStorage.getItem('attempt') ?? '{}');
  sessionStorage.removeItem('attempt');
  if (!attempt.state || answer.get('state') !== attempt.state) throw new Error('This tab did not begin the sign-in.');
  if (answer.has('error')) throw new Error(`The sign-in failed: ${answer.get('error')}.`);

  const code = answer.get('code');
  if (code) return exchange(code, attempt.code_verifier ?? '');
  return { kind: 'access token', bearer: answer.get('access_token') ?? '' };
}
