import { Component, inject, signal } from '@angular/core';
import { Router } from '@angular/router';
import { Session, type User } from '../auth/session';
import { SignIn } from '../auth/sign-in';
import { Pages } from '../pages';
import { codeOf } from '../problem';
import { Server } from '../server';

type Person = User & { is_active: boolean; messages: number };

@Component({
  selector: 'chat-people-page',
  template: `
    <h1 tabindex="-1">People</h1>
    @if (isStale()) {
      <div class="note warn" role="alert">
        <p>You signed in some time ago. Confirm that it is you, then make the change again.</p>
        <button type="button" (click)="signIn.reauthenticate('/people')">Confirm</button>
      </div>
    }
    <ul class="card">
      @for (person of people.items(); track person.id) {
        <li>
          <div>
            <h2><bdi>{{ person.name ?? person.email }}</bdi></h2>
            <p class="muted"><bdi>{{ person.email }}</bdi> · {{ person.messages }} {{ person.messages === 1 ? 'message' : 'messages' }}</p>
          </div>
          <span class="badge">{{ person.role }}</span>
          @if (!person.is_active) { <span class="badge bad">disabled</span> }
          <button type="button" (click)="change(person, { role: person.role === 'admin' ? 'user' : 'admin' })">
            {{ person.role === 'admin' ? 'Make user' : 'Make admin' }}
          </button>
          <button type="button" (click)="change(person, { is_active: !person.is_active })">{{ person.is_active ? 'Disable' : 'Enable' }}</button>
        </li>
      }
    </ul>
    @if (people.hasMore()) { <button type="button" (click)="people.more()">Show more</button> }
  `,
})
export class PeoplePage {
  readonly #router = inject(Router);
  readonly #server = inject(Server);
  readonly #session = inject(Session);
  protected readonly signIn = inject(SignIn);
  protected readonly people = new Pages<Person>('/api/people');
  /** Whether the server has asked for a fresh sign-in. */
  protected readonly isStale = signal(false);

  constructor() {
    this.people.reload().catch((error) => this.#refused(error));
  }

  /** Changes that matter take the proof of the session, not an access token. */
  protected async change({ id }: Person, body: Partial<Person>): Promise<void> {
    try {
      await this.#server.ask('PATCH', `/api/people/${id}`, { body, ...this.#session.proof });
      this.people.items.update((people) => people.map((person) => (person.id === id ? { ...person, ...body } : person)));
      await this.#session.refresh();
    } catch (error) {
      await this.#refused(error);
    }
  }

  async #refused(error: unknown): Promise<void> {
    this.isStale.set(codeOf(error) === 'fresh_sign_in_required');
    if (this.isStale()) return;
    if (codeOf(error) !== 'forbidden') throw error;
    await this.#session.refresh();
    await this.#router.navigateByUrl('/forbidden');
  }
}
