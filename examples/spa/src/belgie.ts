/** Set by the build. */
declare const BELGIE_URL: string;

export const BELGIE = BELGIE_URL;

export interface Provider {
  id: string;
  name: string;
}

export interface User {
  id: string;
  email: string | null;
  name: string | null;
}

/**
 * What the page shows with its requests. It lives in memory alone, so that it ends with the page and no other script of
 * the origin finds it in a storage.
 */
export interface Credential {
  kind: 'access token' | 'session token';
  bearer: string;
}

export async function providers(): Promise<Provider[]> {
  const answer = await ask('/auth/providers');
  return (await answer.json()).providers;
}

/** Returns the user, or `undefined` if the credential is no longer good. */
export async function me({ bearer }: Credential): Promise<User | undefined> {
  const answer = await ask('/api/me', { headers: { Authorization: `Bearer ${bearer}` } }, 401);
  return answer.ok ? answer.json() : undefined;
}

/** Returns an access token for the session whose cookie the browser holds, or `undefined` if there is none. */
export async function accessToken(): Promise<Credential | undefined> {
  const answer = await ask('/auth/token', { method: 'POST', credentials: 'include' }, 401);
  return answer.ok ? { kind: 'access token', bearer: (await answer.json()).access_token } : undefined;
}

/** Exchanges a one-time code for a session token. */
export async function exchange(code: string, code_verifier: string): Promise<Credential> {
  const answer = await ask('/auth/exchange', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ code, code_verifier }),
  });
  return { kind: 'session token', bearer: (await answer.json()).token };
}

/** Ends the session: that of the session token, or that of the cookie. */
export async function signOut({ kind, bearer }: Credential): Promise<void> {
  const proof: RequestInit =
    kind === 'session token' ? { headers: { Authorization: `Bearer ${bearer}` } } : { credentials: 'include' };
  await ask('/auth/signout', { method: 'POST', ...proof });
}

async function ask(path: string, request: RequestInit = {}, alsoExpected?: number): Promise<Response> {
  const headers = { Accept: 'application/json', ...request.headers };
  const answer = await fetch(new URL(path, BELGIE), { ...request, headers });
  if (answer.ok || answer.status === alsoExpected) return answer;
  const problem = await answer.json().catch(() => ({ title: answer.statusText }));
  throw new Error(`${path} answered ${answer.status}: ${problem.detail ?? problem.title}`);
}
