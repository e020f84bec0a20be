import 'server-only';
import type { NextResponse } from 'next/server';
import { SITE_URL, type AccessToken, type Session } from './belgie';

export const SESSION = 'session';
export const ACCESS_TOKEN = 'access_token';
/** What this browser needs to complete the sign-in that it began. */
export const ATTEMPT = 'sign_in_attempt';

const secure = new URL(SITE_URL).protocol === 'https:';
/** No script reads them, and no other site sends them along with more than a link. */
const attributes = { httpOnly: true, sameSite: 'lax', secure, path: '/' } as const;

type Cookies = NextResponse['cookies'];

export function keepSession(cookies: Cookies, { token, expires_in }: Session): void {
  cookies.set(SESSION, token, { ...attributes, maxAge: expires_in });
}

export function keepAccessToken(cookies: Cookies, { access_token, expires_in }: AccessToken): void {
  cookies.set(ACCESS_TOKEN, access_token, { ...attributes, maxAge: expires_in });
}

/** Keeps the `state` and the code verifier, neither of which contains a dot. */
export function keepAttempt(cookies: Cookies, state: string, code_verifier: string): void {
  cookies.set(ATTEMPT, `${state}.${code_verifier}`, { ...attributes, maxAge: 600 });
}
