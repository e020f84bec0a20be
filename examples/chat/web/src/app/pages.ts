import { computed, inject, signal } from '@angular/core';
import { Server } from './server';

/** A list that the server gives page by page, in its answers under `name`. */
export class Pages<T> {
  protected readonly server = inject(Server);
  protected readonly cursor = signal<string | null>(null);
  readonly items = signal<readonly T[]>([]);
  readonly hasMore = computed(() => !!this.cursor());

  constructor(protected readonly path: string, private readonly name: string) {}

  async reload(): Promise<void> {
    this.items.set(await this.read());
  }

  async more(): Promise<void> {
    const items = await this.read({ cursor: this.cursor() ?? '' });
    this.items.update((known) => [...known, ...items]);
  }

  protected async read(params = {}): Promise<T[]> {
    const answer = await this.server.ask<Record<string, any>>('GET', this.path, { params });
    this.cursor.set(answer['next_cursor']);
    return answer[this.name];
  }
}
