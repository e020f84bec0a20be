import { NextResponse, type NextRequest } from 'next/server';
import { accessToken, exchange, SITE_URL } from '@/lib/belgie';
import { ATTEMPT, keepAccessToken, keepSession } from '@/lib/cookies';

/** Takes the one-time code that the browser brings, and keeps what Belgie gives for it. */
export async function GET(request: NextRequest): Promise<NextResponse> {
  const query = request.nextUrl.searchParams;
  const [state, code_verifier] = request.cookies.get(ATTEMPT)?.value.split('.') ?? [];
  if (!code_verifier || query.get('state') !== state) return refused('invalid_state');
  const code = query.get('code');
  if (!code) return refused(query.get('error') ?? 'invalid_request');

  const session = await exchange(code, code_verifier);
  const token = session && (await accessToken(session.token));
  if (!session || !token) return refused('invalid_code');

  const response = NextResponse.redirect(new URL('/dashboard', SITE_URL), 303);
  keepSession(response.cookies, session);
  keepAccessToken(response.cookies, token);
  response.cookies.delete(ATTEMPT);
  return response;
}

function refused(code: string): NextResponse {
  const home = new URL('/', SITE_URL);
  home.searchParams.set('error', code);
  const response = NextResponse.redirect(home, 303);
  response.cookies.delete(ATTEMPT);
  return response;
}
