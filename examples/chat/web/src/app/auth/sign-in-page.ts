import { Component, inject, input, signal } from '@angular/core';
import { type Mode, type Provider, SignIn } from './sign-in';

@Component({
  selector: 'chat-sign-in-page',
  template: `
    <section class="card">
      <h1 tabindex="-1">Sign in to Chat</h1>
      @if (notice(); as notice) {
        <p class="note">You {{ notice === 'ended' ? 'have been signed out. Sign in again to continue.' : 'are signed out.' }}</p>
      }
      @for (provider of providers(); track provider.id) {
        <button type="button" class="primary" (click)="signIn.begin(provider.id, mode(), return_to())">Sign in with {{ provider.name }}</button>
      }
      <label class="choice">
        <input type="checkbox" #stay [checked]="mode() === 'fragment'" (change)="mode.set(stay.checked ? 'fragment' : 'code')" />
        <span>Stay signed in <small>{{ mode() === 'fragment' ? 'when this page is reloaded' : 'until this page is reloaded or closed' }}</small></span>
      </label>
    </section>
  `,
})
export class SignInPage {
  readonly notice = input<string>();
  readonly return_to = input<string>();

  protected readonly signIn = inject(SignIn);
  protected readonly providers = signal<Provider[]>([]);
  /** The session is in the server's cookie and outlives this page, or in the page's memory and goes with it. */
  protected readonly mode = signal<Mode>('fragment');

  constructor() {
    void this.signIn.providers().then((providers) => this.providers.set(providers));
  }
}
