import type { Page } from '@playwright/test';
import { createRemoteJWKSet, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

/** Asks for an access token with the page's cookies, as a script of this site would. */
async function requestToken(page: Page): Promise<{ access_token: string; token_type: string; expires_in: number }> {
  const answer = await page.request.post('/auth/token', { headers: { 'Sec-Fetch-Site': 'same-origin' } });
  return answer.json();
}

test('a library by others verifies an access token, also after a rotation', async ({ page, belgie }) => {
  const email = await new Person(page).signIn();
  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', belgie.url), { cooldownDuration: 0 });
  const expected = { issuer: belgie.url, audience: belgie.url, typ: 'at+jwt', algorithms: ['ES256'] };

  const issued = await requestToken(page);
  const { payload, protectedHeader } = await jwtVerify(issued.access_token, keys, expected);

  expect(issued).toMatchObject({ token_type: 'Bearer', expires_in: 600 });
  const me = await (await page.request.get('/api/me')).json();
  expect(payload).toMatchObject({ sub: me.id, email, name: me.name, role: 'user' });
  expect(payload.exp! - payload.iat!).toBe(600);

  await belgie.command('keys', 'rotate', '--now');
  const kid = () => requestToken(page).then(({ access_token }) => decodeProtectedHeader(access_token).kid);
  await expect.poll(kid, { timeout: 20_000 }).not.toBe(protectedHeader.kid);
  const renewed = await requestToken(page);
  await jwtVerify(renewed.access_token, keys, expected);
});

test('that library refuses it where it does not belong', async ({ page, belgie }) => {
  await new Person(page).signIn();
  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', belgie.url));
  const { access_token } = await requestToken(page);

  for (const wrong of [{ typ: 'JWT' }, { issuer: `${belgie.url}/` }, { audience: 'https://api.example' }]) {
    await expect(jwtVerify(access_token, keys, wrong)).rejects.toBeInstanceOf(errors.JWTClaimValidationFailed);
  }
  const late = { currentDate: new Date(Date.now() + 601_000) };
  await expect(jwtVerify(access_token, keys, late)).rejects.toBeInstanceOf(errors.JWTExpired);
});
