import { generateKeyPairSync } from 'node:crypto';
import type { Settings } from '../support/belgie.ts';
import { type Changes, withForeignProvider } from '../support/foreign-provider.ts';
import { Person } from '../support/person.ts';
import { expect, type Foreign, test } from './test.ts';
import { expectWholeStory, type Habits, type Known } from './whole-story.ts';

interface Standing {
  changes: Changes;
  settings?: Settings;
}

const JANE = { email: 'jane@example.org', name: 'Jane', email_verified: true };

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
const P256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
const ED25519 = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });

/** A provider that signs with one algorithm, and announces no other. */
function signing(algorithm: string, key: object): Changes {
  return {
    client: { id_token_signed_response_alg: algorithm },
    configuration: { jwks: { keys: [key] }, enabledJWA: { idTokenSigningAlgValues: [algorithm] } },
  };
}

const SIGNED_USERINFO: Changes = {
  client: { userinfo_signed_response_alg: 'RS256' },
  configuration: { features: { jwtUserinfo: { enabled: true } } },
};

const DPOP: Changes = {
  client: { dpop_bound_access_tokens: true },
  configuration: { features: { dPoP: { enabled: true } } },
};

const WORKING: Record<string, Standing & { known?: Known }> = {
  RS256: { changes: signing('RS256', RSA) },
  PS256: { changes: signing('PS256', RSA) },
  ES256: { changes: signing('ES256', P256) },
  EdDSA: { changes: signing('EdDSA', ED25519) },
  'EdDSA by its newer name, Ed25519': { changes: signing('Ed25519', ED25519) },
  'a client that is registered for client_secret_post': {
    changes: { client: { token_endpoint_auth_method: 'client_secret_post' } },
    settings: { OIDC_ACME_TOKEN_AUTH_METHOD: 'client_secret_post' },
  },
  'client_secret_post alone': {
    changes: {
      client: { token_endpoint_auth_method: 'client_secret_post' },
      configuration: { clientAuthMethods: ['client_secret_post'] },
    },
  },
  'a public client': { changes: { client: { token_endpoint_auth_method: 'none', client_secret: null } } },
  'claims in the ID token': { changes: { configuration: { conformIdTokenClaims: false } } },
  'claims in userinfo alone': { changes: { configuration: { conformIdTokenClaims: true } } },
  'userinfo as a signed JWT': { changes: SIGNED_USERINFO },
  'claims of odd types in the ID token': {
    changes: {
      claims: { email_verified: 'true', name: 12345, updated_at: '2024-01-02 03:04:05' },
      configuration: { conformIdTokenClaims: false },
    },
    known: { ...JANE, name: null },
  },
  'claims of odd types in userinfo': {
    changes: { claims: { email_verified: 'false', name: 12345, updated_at: 'Wed Apr 04 18:45:44 CEST 2018' } },
    known: { ...JANE, name: null, email_verified: false },
  },
  'an issuer with a path': { changes: { path: '/realms/acme' } },
  'further parameters of the request': { changes: {}, settings: { OIDC_ACME_PARAMETERS: 'ui_locales=de&login_hint=jane' } },
};

const REFUSED_BY_CHECK: Record<string, { changes: Changes; says: RegExp }> = {
  'HS256 alone': {
    changes: signing('HS256', RSA),
    says: /announces none of the allowed algorithms for ID tokens, but HS256: choose an asymmetric one there/,
  },
  'pushed authorization requests, required of everyone': {
    changes: { configuration: { features: { pushedAuthorizationRequests: { requirePushedAuthorizationRequests: true } } } },
    says: /requires pushed authorization requests, which are not supported/,
  },
};

/** `asked` are those where the provider shows its pages first. */
const REFUSED_AT_SIGN_IN: Record<string, { changes: Changes; asked: boolean; log: RegExp }> = {
  'HS256 for this client': {
    changes: {
      client: { id_token_signed_response_alg: 'HS256' },
      configuration: { enabledJWA: { idTokenSigningAlgValues: ['RS256', 'HS256'] } },
    },
    asked: true,
    log: /the ID token is signed by \\?"HS256/,
  },
  'pushed authorization requests, required of this client': {
    changes: { client: { require_pushed_authorization_requests: true } },
    asked: false,
    log: /Pushed Authorization Request must be used/,
  },
  // The provider keeps to itself that DPoP is what it misses.
  'DPoP, required of this client': {
    changes: DPOP,
    asked: true,
    log: /the provider refused the authorization code: invalid_grant: grant request is invalid/,
  },
};

function npm(changes: Changes): Foreign {
  return { beside: (redirectUri, work) => withForeignProvider(redirectUri, work, changes) };
}

const habits: Habits = {
  authenticate: (page) => new Person(page).authenticateAtForeignProvider('jane'),
  consent: (page) => new Person(page).consentAtForeignProvider(),
  refuse: (page) => new Person(page).cancelAtForeignProvider(),
};

test.describe('oidc-provider works with', () => {
  for (const [name, { changes, settings = {}, known = JANE }] of Object.entries(WORKING)) {
    test.describe(() => {
      test.use({ foreign: npm(changes), settings });

      test(name, async ({ page, belgie }) => {
        await expectWholeStory(page, belgie, habits, known);
      });
    });
  }
});

test.describe('oidc-provider is refused by `belgie check` for', () => {
  for (const [name, { changes, says }] of Object.entries(REFUSED_BY_CHECK)) {
    test.describe(() => {
      test.use({ foreign: npm(changes) });

      test(name, async ({ page, belgie }) => {
        await expect(belgie.command('check')).rejects.toThrow(says);

        await new Person(page).chooseProvider('Acme');
        await expect(page).toHaveURL(/\/auth\/provider\/acme\/signin/);
        await expect.poll(() => belgie.log()).toMatch(says);
      });
    });
  }
});

test.describe('oidc-provider is refused at the sign-in for', () => {
  for (const [name, { changes, asked, log }] of Object.entries(REFUSED_AT_SIGN_IN)) {
    test.describe(() => {
      test.use({ foreign: npm(changes) });

      test(name, async ({ page, belgie }) => {
        const person = new Person(page);

        await person.chooseProvider('Acme');
        if (asked) await person.signInAtForeignProvider('jane');

        await expect(page).toHaveURL(/\/auth\/provider\/acme\/callback/);
        await expect.poll(() => belgie.log()).toMatch(log);
        await person.expectSignedOut();
      });
    });
  }
});
