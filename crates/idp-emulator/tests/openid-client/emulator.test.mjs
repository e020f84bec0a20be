// openid-client, which we did not write, signs people in at the emulator.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as client from 'openid-client';

import { open, press } from './browser.mjs';

const { ISSUER, CLIENT_ID, CLIENT_SECRET } = process.env;
const REDIRECT_URI = 'http://localhost:8000/auth/callback';

async function discover(authentication = client.ClientSecretBasic()) {
  return client.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET, authentication, {
    // Without the second, a token that comes straight from the token endpoint is not verified.
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
  });
}

async function begin(config, more = {}) {
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
  };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: 'openid email profile',
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...more,
  });
  return { url, checks };
}

/** Picks the person with this e-mail address on the account chooser. */
async function choose(url, email) {
  const page = await open(url);
  assert.equal(page.status, 200);
  for (const form of page.forms) {
    const button = form.buttons.find(({ text }) => text.includes(email));
    if (button) return press(form, button);
  }
  throw new Error(`the page does not offer ${email}`);
}

async function signIn(config, email, more) {
  const { url, checks } = await begin(config, more);
  return client.authorizationCodeGrant(config, await choose(url, email), checks);
}

for (const [name, authentication] of [
  ['client_secret_basic', client.ClientSecretBasic()],
  ['client_secret_post', client.ClientSecretPost()],
]) {
  test(`a sign-in with ${name} goes all the way`, async () => {
    const config = await discover(authentication);

    const tokens = await signIn(config, 'jane@gmail.com');
    const claims = tokens.claims();
    const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);

    assert.equal(config.serverMetadata().issuer, ISSUER);
    assert.equal(claims.iss, ISSUER);
    assert.equal(claims.aud, CLIENT_ID);
    assert.equal(claims.azp, CLIENT_ID);
    assert.equal(claims.email, 'jane@gmail.com');
    assert.equal(claims.email_verified, true);
    assert.equal(userinfo.name, 'Jane Doe');
    assert.equal(tokens.token_type, 'bearer');
  });
}

test('what is typed makes a person on the fly', async () => {
  const config = await discover();
  const { url, checks } = await begin(config);
  const { forms } = await open(url);
  const form = forms.find(({ buttons }) => buttons.some(({ value }) => value === 'another'));

  const typed = { email: 'zoë@corp.example', name: 'Zoë <b>', email_verified: 'yes', hosted_domain: 'yes' };
  const callback = await press(form, form.buttons[0], typed);
  const tokens = await client.authorizationCodeGrant(config, callback, checks);

  assert.equal(tokens.claims().email, 'zoë@corp.example');
  assert.equal(tokens.claims().name, 'Zoë <b>');
  assert.equal(tokens.claims().hd, 'corp.example');
  assert.equal((await fetch(tokens.claims().picture)).headers.get('content-type'), 'image/svg+xml');
});

test('a refresh token comes on the first consent, works, and can be given back', async () => {
  const config = await discover();
  const offline = { access_type: 'offline' };

  const first = await signIn(config, 'max@corp.example', offline);
  const second = await signIn(config, 'max@corp.example', offline);
  const asked = await signIn(config, 'max@corp.example', { ...offline, prompt: 'consent' });
  const refreshed = await client.refreshTokenGrant(config, first.refresh_token);

  assert.equal(typeof first.refresh_token, 'string');
  assert.equal(second.refresh_token, undefined);
  assert.equal(typeof asked.refresh_token, 'string');
  assert.equal(refreshed.claims().sub, first.claims().sub);
  await client.fetchUserInfo(config, refreshed.access_token, first.claims().sub);

  await client.tokenRevocation(config, first.refresh_token);
  await assert.rejects(client.refreshTokenGrant(config, first.refresh_token), { error: 'invalid_grant' });
});

test('max_age brings auth_time', async () => {
  const config = await discover();
  const { url, checks } = await begin(config, { max_age: '60' });

  const callback = await choose(url, 'jane@gmail.com');
  const tokens = await client.authorizationCodeGrant(config, callback, { ...checks, maxAge: 60 });

  assert.equal(typeof tokens.claims().auth_time, 'number');
});

test('who cancels is denied', async () => {
  const config = await discover();
  const { url, checks } = await begin(config);
  const { forms } = await open(url);
  const form = forms.find(({ buttons }) => buttons.some(({ value }) => value === 'deny'));

  const callback = await press(form, form.buttons[0]);

  await assert.rejects(client.authorizationCodeGrant(config, callback, checks), { error: 'access_denied' });
});

test('prompt=none finds nobody', async () => {
  const config = await discover();
  const { url, checks } = await begin(config, { prompt: 'none' });

  const { location } = await open(url);

  await assert.rejects(client.authorizationCodeGrant(config, new URL(location), checks), { error: 'login_required' });
});

test('another code verifier is refused', async () => {
  const config = await discover();
  const { url, checks } = await begin(config);
  const callback = await choose(url, 'jane@gmail.com');

  const other = { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() };

  await assert.rejects(client.authorizationCodeGrant(config, callback, other), { error: 'invalid_grant' });
});

test('a wrong secret is refused', async () => {
  const config = await client.discovery(new URL(ISSUER), CLIENT_ID, undefined, client.ClientSecretBasic('wrong'), {
    execute: [client.allowInsecureRequests],
  });

  await assert.rejects(signIn(config, 'jane@gmail.com'), { status: 401, code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE' });
});

test('a code works once', async () => {
  const config = await discover();
  const { url, checks } = await begin(config);
  const callback = await choose(url, 'jane@gmail.com');

  const tokens = await client.authorizationCodeGrant(config, callback, checks);

  await assert.rejects(client.authorizationCodeGrant(config, callback, checks), { error: 'invalid_grant' });
  await assert.rejects(client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub));
});
