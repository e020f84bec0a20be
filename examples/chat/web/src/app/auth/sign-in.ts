import { inject, Service } from '@angular/core';
import { Router, type UrlTree } from '@angular/router';
import { codeOf } from '../problem';
import { Server, SERVER } from '../server';
import { codeChallenge, randomSecret } from './pkce';
import { Session } from './session';

export type Provider = { id: string; name: string };
/** What a sign-in brings: an access token beside the cookie, a one-time code without one, or the cookie alone. */
export type Mode = 'fragment' | 'code' | 'cookie';

/** Takes people to a provider and back. */
@Service()
export class SignIn {
  readonly #origin = inject(SERVER);
  readonly #router = inject(Router);
  readonly #server = inject(Server);
  readonly #session = inject(Session);

  async providers(): Promise<Provider[]> {
    const request = () => this.#server.ask<{ providers: Provider[] }>('GET', '/auth/providers');
    return (await this.#server.persist(request)).providers;
  }

  /** Leaves this page for the provider. `return_to` is where the person wants to go afterwards. */
  async begin(provider: string, mode: Mode = 'fragment', return_to = '/'): Promise<void> {
    const [state, verifier] = [randomSecret(), randomSecret()];
    sessionStorage.setItem('attempt', JSON.stringify({ provider, mode, return_to, state, verifier }));
    const query = new URLSearchParams({ mode, state, redirect_url: new URL('callback', document.baseURI).href });
    if (mode === 'code') query.set('code_challenge', await codeChallenge(verifier));
    if (mode === 'cookie') query.set('reauthenticate', '1');
    location.assign(`${this.#origin}/auth/provider/${encodeURIComponent(provider)}/signin?${query}`);
  }

  /** Signs in once more, where the server wants that to have been recent: `fresh_sign_in_required`. */
  async reauthenticate(return_to: string): Promise<void> {
    const proof = this.#session.proof;
    const { session } = await this.#server.ask<{ session: { provider: string } }>('GET', '/auth/session', proof);
    await this.begin(session.provider, proof.withCredentials ? 'cookie' : 'code', return_to);
  }

  /** Completes the sign-in that the browser comes back from, and returns where to go in this application. */
  async complete(): Promise<UrlTree> {
    const answer = new URLSearchParams(location.hash.slice(1) || location.search);
    // No token or code stays in the address bar or in the history.
    history.replaceState(null, '', location.pathname);
    const { state, verifier, ...attempt } = JSON.parse(sessionStorage.getItem('attempt') ?? '{}');
    sessionStorage.removeItem('attempt');

    const failed = (error: string, again = {}) => this.#router.createUrlTree(['/signin-failed'], { queryParams: { error, ...again } });
    // A sign-in that this tab did not begin may be an attacker's, and must not become this person's.
    if (!state || answer.get('state') !== state) return failed('invalid_state');
    const error = answer.get('error') ?? (await this.#accept(answer, verifier).catch(codeOf));
    return error ? failed(error, attempt) : this.#router.parseUrl(attempt.return_to);
  }

  async #accept(answer: URLSearchParams, code_verifier: string): Promise<void> {
    const [access_token, code] = [answer.get('access_token'), answer.get('code')];
    if (access_token) this.#session.accept({ access_token, expires_in: Number(answer.get('expires_in')) });
    const body = { code, code_verifier };
    if (code) this.#session.token = (await this.#server.ask<{ token: string }>('POST', '/auth/exchange', { body })).token;
  }
}
