import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { type Mode, SignIn } from './sign-in';

/** Says in words why a sign-in failed. Anybody can write a link to this page, so it proves nothing. */
@Component({
  selector: 'chat-sign-in-failed-page',
  imports: [RouterLink],
  template: `
    <section class="card">
      <h1 tabindex="-1">{{ words()[0] }}</h1>
      <p>{{ words()[1] }}</p>
      @if (provider(); as provider) {
        <button type="button" class="primary" (click)="signIn.begin(provider, mode(), return_to())">Try again</button>
      }
      <a class="button" routerLink="/">{{ mode() === 'cookie' ? 'Go to your conversations' : 'Choose how to sign in' }}</a>
      <p class="muted">For support: <code>{{ error() }}</code></p>
    </section>
  `,
})
export class SignInFailedPage {
  readonly error = input('internal');
  readonly provider = input<string>();
  readonly mode = input<Mode>();
  readonly return_to = input<string>();

  protected readonly signIn = inject(SignIn);
  protected readonly words = computed(() => WORDS[this.error()] ?? ['Signing in did not work', 'Please try again in a moment.']);
}

const UNVERIFIED = ['Signing in did not work', 'The provider’s answer could not be verified. Please try again; if it keeps happening, tell us.'];
const SIGNED_OUT = ['You have been signed out', 'There was no sign-in left to confirm. Please sign in again.'];
const WORDS: Record<string, string[] | undefined> = {
  access_denied: ['You cancelled', 'The provider shared nothing with this chat. You can try again whenever you like.'],
  account_disabled: ['Your account is disabled', 'Ask an administrator to enable it, or sign in with another account.'],
  account_exists: ['This e-mail address is in use', 'An account with it exists already. Sign in the way you did before.'],
  account_taken: ['That was another account', 'Use the account that you are signed in with here.'],
  code_rejected: UNVERIFIED,
  email_not_verified: ['Verify your e-mail address first', 'Follow the link in the mail that you got, then sign in again.'],
  email_required: ['Your e-mail address is missing', 'The provider did not share it. Allow it to, or sign in another way.'],
  invalid_id_token: UNVERIFIED,
  invalid_request: ['This sign-in took too long', 'Please try again.'],
  invalid_state: ['This tab did not begin the sign-in', 'Perhaps it took too long, or began in another tab. Please sign in again.'],
  issuer_mismatch: UNVERIFIED,
  not_authenticated: SIGNED_OUT,
  provider_error: ['The provider refused', 'Try again in a minute, or sign in another way.'],
  provider_unavailable: ['The provider is not responding', 'Try again in a minute, or sign in another way.'],
  rate_limited: ['Too many tries', 'Wait a minute, then try again.'],
  registration_closed: ['Registration is closed', 'Ask an administrator for an invitation.'],
  session_expired: SIGNED_OUT,
  unavailable: ['The server is busy', 'Please try again in a moment.'],
};
