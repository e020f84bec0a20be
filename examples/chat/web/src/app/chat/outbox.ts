import { effect, inject, Service, signal } from '@angular/core';
import { Session } from '../auth/session';
import { isSignedOut, wordsFor } from '../problem';
import { Server } from '../server';
import { Conversations } from './conversations';

/** A message that the server does not have yet. One that it has refused is no longer pending, and waits for the person. */
export type Outgoing = { id: string; conversation: string; is_answer: false; text: string; is_pending: boolean; error: string | null };

/** Sends messages one after the other, so that they keep their order. What waits stays in this tab, through reloads and sign-ins. */
@Service()
export class Outbox {
  readonly #conversations = inject(Conversations);
  readonly #server = inject(Server);
  readonly #session = inject(Session);
  readonly #key = `outbox of ${this.#session.user()?.id}`;
  #last = Promise.resolve();
  readonly items = signal<readonly Outgoing[]>(JSON.parse(sessionStorage.getItem(this.#key) ?? '[]'));

  constructor() {
    effect(() => sessionStorage.setItem(this.#key, JSON.stringify(this.items())));
    this.items().forEach((item) => this.#send(item));
  }

  add(conversation: string, text: string): void {
    const item: Outgoing = { id: crypto.randomUUID(), conversation, is_answer: false, text, is_pending: true, error: null };
    this.items.update((items) => [...items, item]);
    this.#send(item);
  }

  remove(id: string): void {
    this.items.update((items) => items.filter((item) => item.id !== id));
  }

  #send(item: Outgoing): void {
    if (item.is_pending) this.#last = this.#last.then(() => this.#deliver(item));
  }

  /** Sent again with the same id, because the answer was lost, a message is stored once. */
  async #deliver({ id, conversation, text }: Outgoing): Promise<void> {
    if (!this.#session.user()) return;
    try {
      await this.#server.persist(() => this.#server.ask('POST', `/api/conversations/${conversation}/messages`, { body: { id, text } }));
      this.remove(id);
    } catch (error) {
      if (isSignedOut(error)) return;
      this.items.update((items) => items.map((item) => (item.id === id ? { ...item, is_pending: false, error: wordsFor(error) } : item)));
    }
    if (this.items().every(({ is_pending }) => !is_pending)) void this.#conversations.reload();
  }
}
