import { HttpErrorResponse } from '@angular/common/http';
import { computed, inject } from '@angular/core';
import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream';
import { Session } from '../auth/session';
import { Pages } from '../pages';
import { SERVER } from '../server';

type Message = { id: string; position: number; is_answer: boolean; text: string; is_pending: boolean; error: string | null };

/** The messages of a conversation, kept up to date by the server's stream. */
export class Thread extends Pages<Message> {
  readonly #origin = inject(SERVER);
  readonly #session = inject(Session);
  readonly messages = computed(() => this.items().toSorted((one, other) => one.position - other.position));
  readonly isBusy = computed(() => this.items().some(({ is_pending }) => is_pending));

  constructor(private readonly conversation: string) {
    super(`/api/conversations/${conversation}/messages`);
  }

  /** Keeps them up to date until it is aborted, through the ends of tokens and restarts of the server. */
  async follow(abort: AbortSignal): Promise<void> {
    while (!abort.aborted) await this.server.persist(() => this.#listen(abort), abort);
  }

  /** Returns when the access token has ended and the next one is there. */
  async #listen(abort: AbortSignal): Promise<void> {
    const token = await this.#session.accessToken();
    const stream = `${this.#origin}/api/conversations/${this.conversation}/stream`;
    for await (const { event, data } of events(stream, token, abort)) {
      if (event === 'ready') await this.#catchUp();
      if (event === 'message') this.#put(JSON.parse(data));
      if (event === 'end') return void (await this.#session.renew(token));
    }
    lost();
  }

  /** Reads the newest messages. What the stream tells meanwhile comes on top of them. */
  async #catchUp(): Promise<void> {
    const [cursor, isFirst] = [this.cursor(), !this.items().length];
    (await this.read()).forEach((message) => this.#put(message));
    if (!isFirst) this.cursor.set(cursor);
    this.server.lost.set(false);
  }

  #put(message: Message): void {
    this.items.update((items) => [...items.filter(({ id }) => id !== message.id), message]);
  }
}

/** Yields server-sent events for as long as they come. `HttpClient` does not stream, and `EventSource` sends no token. */
async function* events(url: string, token: string, signal: AbortSignal): AsyncGenerator<EventSourceMessage> {
  const headers = { Accept: 'text/event-stream', Authorization: `Bearer ${token}` };
  const answer = await fetch(url, { headers, signal }).catch(lost);
  if (answer.status === 401) return yield { event: 'end', data: '' };
  if (!answer.ok || !answer.body) throw new HttpErrorResponse({ status: answer.status, error: await answer.json().catch(lost) });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream()).getReader();
  try {
    for (let read = await reader.read().catch(lost); !read.done; read = await reader.read().catch(lost)) yield read.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Says that the connection is lost, in the way that `HttpClient` does. */
function lost(error?: unknown): never {
  throw new HttpErrorResponse({ status: 0, error });
}
