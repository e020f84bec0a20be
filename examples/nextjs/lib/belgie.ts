import 'server-only';
import { createRemoteJWKSet, jwtVerify, type JWTPayload } from 'jose';

/** Belgie's `BASE_URL`. */
export const BELGIE_URL = process.env.BELGIE_URL ?? 'http://localhost:8000';
/** This application's own address. */
export const SITE_URL = process.env.SITE_URL ?? 'http://localhost:3000';

export interface User {
  id: string;
  email: string | null;
  name: string | null;
  role: string;
}

export interface AccessToken {
  access_token: string;
  expires_in: number;
}

export interface Session {
  token: string;
  expires_in: number;
}

/** Where to send the browser to sign in; it comes back to `/callback` with a one-time code. */
export function signInUrl(provider: string, state: string, code_challenge: string): URL {
  const url = new URL(`/auth/provider/${provider}/signin`, BELGIE_URL);
  const redirect_url = new URL('/callback', SITE_URL).href;
  url.search = new URLSearchParams({ mode: 'code', redirect_url, state, code_challenge }).toString();
  return url;
}

/** Exchanges the one-time code for a session token; `undefined` if the code is refused. */
export async function exchange(code: string, code_verifier: string): Promise<Session | undefined> {
  const answer = await post('/auth/exchange', { 'Content-Type': 'application/json' }, JSON.stringify({ code, code_verifier }));
  if (answer.status === 400) return undefined;
  return (await expected(answer)).json();
}

/** Returns an access token of the session; `undefined` if the session has ended. */
export async function accessToken(session: string): Promise<AccessToken | undefined> {
  const answer = await post('/auth/token', bearer(session));
  if (answer.status === 401) return undefined;
  return (await expected(answer)).json();
}

/** Ends the session. */
export async function signOut(session: string): Promise<void> {
  await expected(await post('/auth/signout', bearer(session)));
}

/** Returns the user as Belgie knows them now; `undefined` if the session has ended. */
export async function me(accessToken: string): Promise<User | undefined> {
  const answer = await fetch(new URL('/api/me', BELGIE_URL), { headers: bearer(accessToken), cache: 'no-store' });
  if (answer.status === 401) return undefined;
  return (await expected(answer)).json();
}

const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', BELGIE_URL));

/** Returns the claims of an access token; `undefined` unless Belgie issued it for this application and it is still good. */
export async function verify(token: string): Promise<JWTPayload | undefined> {
  const expectations = { issuer: BELGIE_URL, audience: BELGIE_URL, typ: 'at+jwt', algorithms: ['ES256'] };
  const verified = await jwtVerify(token, keys, expectations).catch(() => undefined);
  return verified?.payload;
}

function bearer(token: string): HeadersInit {
  return { Authorization: `Bearer ${token}` };
}

function post(path: string, headers: HeadersInit, body?: string): Promise<Response> {
  return fetch(new URL(path, BELGIE_URL), {
    method: 'POST',
    headers: { Accept: 'application/json', ...headers },
    body,
    cache: 'no-store',
  });
}

async function expected(answer: Response): Promise<Response> {
  if (!answer.ok) throw new Error(`Belgie answered ${answer.status}: ${await answer.text()}`);
  return answer;
}
