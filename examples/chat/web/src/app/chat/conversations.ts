import { inject, Service } from '@angular/core';
import { Router } from '@angular/router';
import { Pages } from '../pages';

/** The person's conversations, the most recently used first. */
@Service()
export class Conversations extends Pages<{ id: string; title: string }> {
  readonly #router = inject(Router);

  constructor() {
    super('/api/conversations');
  }

  async begin(): Promise<void> {
    const { id } = await this.server.ask<{ id: string }>('POST', this.path);
    await this.reload();
    await this.#router.navigate(['/c', id]);
  }
}
