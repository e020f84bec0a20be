import { NextResponse, type NextRequest } from 'next/server';
import { accessToken, SITE_URL, verify } from '@/lib/belgie';
import { ACCESS_TOKEN, keepAccessToken, SESSION } from '@/lib/cookies';

export const config = { matcher: ['/dashboard/:path*'] };

/** An access token that ends sooner is renewed, in seconds. */
const RENEWED_BEFORE = 60;

/** Lets only people who are signed in pass, and renews their access token before it ends. */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const token = request.cookies.get(ACCESS_TOKEN)?.value;
  const claims = token ? await verify(token) : undefined;
  if (claims?.exp && claims.exp - Date.now() / 1000 > RENEWED_BEFORE) return NextResponse.next();

  const session = request.cookies.get(SESSION)?.value;
  const renewed = session ? await accessToken(session) : undefined;
  if (!renewed) return signedOut();

  // The page that is about to be rendered sees the new token, and so does the browser.
  request.cookies.set(ACCESS_TOKEN, renewed.access_token);
  const response = NextResponse.next({ request });
  keepAccessToken(response.cookies, renewed);
  return response;
}

function signedOut(): NextResponse {
  const response = NextResponse.redirect(new URL('/', SITE_URL), 303);
  response.cookies.delete(SESSION);
  response.cookies.delete(ACCESS_TOKEN);
  return response;
}
