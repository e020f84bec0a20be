import { Component, inject } from '@angular/core';
import { RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { Server } from '../server';
import { Conversations } from './conversations';

/** The list of conversations beside the one that is open. */
@Component({
  selector: 'chat-page',
  imports: [RouterLink, RouterLinkActive, RouterOutlet],
  template: `
    <nav aria-label="Conversations">
      <button type="button" class="primary" (click)="conversations.begin()">New conversation</button>
      <ul>
        @for (conversation of conversations.items(); track conversation.id) {
          <li><a [routerLink]="['/c', conversation.id]" routerLinkActive ariaCurrentWhenActive="page"><bdi>{{ conversation.title }}</bdi></a></li>
        }
      </ul>
      @if (conversations.hasMore()) { <button type="button" (click)="conversations.more()">Show more</button> }
    </nav>
    <div class="pane"><router-outlet /></div>
  `,
})
export class ChatPage {
  protected readonly conversations = inject(Conversations);

  constructor() {
    void inject(Server).persist(() => this.conversations.reload());
  }
}
