import { createHash, randomBytes } from 'node:crypto';
import { NextResponse, type NextRequest } from 'next/server';
import { signInUrl } from '@/lib/belgie';
import { keepAttempt } from '@/lib/cookies';

/** Sends the browser to sign in, and remembers in a cookie that it was this browser. */
export function GET(request: NextRequest): NextResponse {
  const provider = request.nextUrl.searchParams.get('provider') ?? 'google';
  const [state, code_verifier] = [secret(), secret()];
  const code_challenge = createHash('sha256').update(code_verifier).digest('base64url');
  const response = NextResponse.redirect(signInUrl(provider, state, code_challenge), 303);
  keepAttempt(response.cookies, state, code_verifier);
  return response;
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}
