import { computed, inject, signal } from '@angular/core';
import { Server } from './server';

/** A list that the server gives page by page. */
export class Pages<T> {
  protected readonly server = inject(Server);
  protected readonly cursor = signal<string | null>(null);
  readonly items = signal<readonly T[]>([]);
  readonly hasMore = computed(() => !!this.cursor());

  constructor(protected readonly path: string) {}

  async reload(): Promise<void> {
    this.items.set(await this.read());
  }

  async more(): Promise<void> {
    const items = await this.read({ cursor: this.cursor() ?? '' });
    this.items.update((known) => [...known, ...items]);
  }

  protected async read(params = {}): Promise<T[]> {
    const page = await this.server.ask<{ items: T[]; next_cursor: string | null }>('GET', this.path, { params });
    this.cursor.set(page.next_cursor);
    return page.items;
  }
}
