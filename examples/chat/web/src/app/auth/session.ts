import { inject, Service, signal } from '@angular/core';
import { type Params, Router } from '@angular/router';
import { isSignedOut } from '../problem';
import { type Options, Server } from '../server';

export type User = { id: string; name: string | null; email: string | null; role: string };
/** An access token, as it comes in the fragment after a sign-in and from `POST /auth/token`. */
export type Grant = { access_token: string; expires_in: number };

/** Who is signed in. Tokens are in memory alone, where no other script of this origin finds them. */
@Service()
export class Session {
  readonly user = signal<User | undefined>(undefined);
  /** What the code of `mode=code` was exchanged for. In the other modes the session is in a cookie on the server's origin. */
  token = '';

  readonly #router = inject(Router);
  readonly #server = inject(Server);
  #access = { token: '', endsAt: 0 };
  #renewal?: Promise<Grant>;
  #timer = 0;

  /** What a request carries to prove the session itself. */
  get proof(): Options {
    return this.token ? { headers: { Authorization: `Bearer ${this.token}` } } : { withCredentials: true };
  }

  /** Takes an access token, and renews it before it ends. */
  accept({ access_token, expires_in }: Grant): string {
    const life = expires_in * 1000;
    this.#access = { token: access_token, endsAt: Date.now() + life };
    clearTimeout(this.#timer);
    // Should this fail, the next request tries again.
    this.#timer = window.setTimeout(() => this.renew().catch(() => undefined), Math.max(life - 60_000, life / 2));
    return access_token;
  }

  /** Returns the user, also after a reload, or `undefined` if nobody is signed in. */
  async restore(): Promise<User | undefined> {
    if (!this.user()) await this.refresh().catch((error) => isSignedOut(error) || Promise.reject(error));
    return this.user();
  }

  /** Asks for the user again: name and role may have changed. */
  async refresh(): Promise<void> {
    this.user.set(await this.#server.persist(() => this.#server.ask<User>('GET', '/api/me')));
  }

  /** Returns an access token that has not ended. */
  async accessToken(): Promise<string> {
    return Date.now() < this.#access.endsAt ? this.#access.token : this.renew();
  }

  /** Gets the next access token, once for all who ask, unless there is another already than the one that was `refused`. */
  async renew(refused?: string): Promise<string> {
    if (refused && this.#access.token !== refused) return this.accessToken();
    const request = () => this.#server.ask<Grant>('POST', '/auth/token', this.proof);
    this.#renewal ??= this.#server.persist(request).finally(() => (this.#renewal = undefined));
    return this.accept(await this.#renewal);
  }

  async signOut(): Promise<void> {
    await this.#server.persist(() => this.#server.ask('POST', '/auth/signout', this.proof));
    sessionStorage.clear();
    this.#leave({ notice: 'signed-out' });
  }

  /** The server does not know the session any more: leads to the sign-in page, and from there back to this one. */
  end(): void {
    if (this.user()) this.#leave({ notice: 'ended', return_to: this.#router.url });
  }

  #leave(queryParams: Params): void {
    clearTimeout(this.#timer);
    this.#access = { token: '', endsAt: 0 };
    this.token = '';
    this.user.set(undefined);
    void this.#router.navigate(['/signin'], { queryParams });
  }
}
