// A certified OpenID Connect provider that is not ours, on a free port of 127.0.0.1, for one client:
//
//     node tests/browser/oidc-provider.mjs http://localhost:8000/auth/provider/acme/callback
//
// A second argument, in JSON, changes it: `path` of the issuer, metadata of the `client`, `claims` of everybody, and
// any `configuration` of oidc-provider.
//
// Prints one line of JSON with its issuer and the client's credentials. Its development pages take any
// name and password: `jane` is jane@example.org, verified, and called Jane; `jane-unverified` is not.

import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [redirect_uri, changes = '{}'] = process.argv.slice(2);
const { path = '', client: metadata, claims, configuration } = JSON.parse(changes);
const client = { client_id: 'belgie', client_secret: 'a secret of the tests alone', ...metadata };
const server = createServer();
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}${path}`;

const provider = new Provider(issuer, {
  clients: [{ ...client, client_secret: client.client_secret ?? undefined, redirect_uris: [redirect_uri] }],
  pkce: { required: () => true },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'updated_at'] },
  cookies: { keys: ['cookies of the tests alone'] },
  findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ ...claimsOf(sub), ...claims }) }),
  ...configuration,
});
const answer = provider.callback();
server.on('request', (request, response) => {
  request.originalUrl = request.url;
  request.url = request.url.slice(path.length);
  return answer(request, response);
});
process.on('SIGTERM', () => process.exit(0));
console.log(JSON.stringify({ issuer, ...client }));

function claimsOf(sub) {
  const [first] = sub.split('-');
  const name = first[0].toUpperCase() + first.slice(1);
  return { sub, name, email: `${sub}@example.org`, email_verified: !sub.endsWith('-unverified') };
}
