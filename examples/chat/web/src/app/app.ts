import { afterNextRender, Component, inject, Injector } from '@angular/core';
import { NavigationEnd, Router, RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { Session } from './auth/session';
import { Problems } from './problem';
import { Server } from './server';

@Component({
  selector: 'chat-root',
  imports: [RouterLink, RouterLinkActive, RouterOutlet],
  template: `
    @if (session.user(); as user) {
      <header class="bar">
        <a routerLink="/"><img src="icon.svg" alt="" width="28" height="28" /> <b>Chat</b></a>
        @if (user.role === 'admin') { <a routerLink="/people" routerLinkActive ariaCurrentWhenActive="page">People</a> }
        <bdi class="who">{{ user.name ?? user.email }}</bdi>
        <button type="button" (click)="session.signOut()">Sign out</button>
      </header>
    }
    <p role="status" class="note warn">{{ server.lost() ? 'The server cannot be reached. Trying again…' : '' }}</p>
    <p role="alert" class="note bad">{{ problems.words() }}</p>
    <main><router-outlet /></main>
  `,
})
export class App {
  protected readonly session = inject(Session);
  protected readonly server = inject(Server);
  protected readonly problems = inject(Problems);

  constructor() {
    const injector = inject(Injector);
    inject(Router).events.subscribe((event) => {
      if (!(event instanceof NavigationEnd)) return;
      this.problems.words.set('');
      if (event.id > 1) afterNextRender(focusPage, { injector });
    });
  }
}

/** Takes the keyboard and screen readers along, which a navigation without a page load would leave behind. */
function focusPage(): void {
  const field = matchMedia('(pointer: fine)').matches && document.querySelector('textarea');
  (field || document.querySelector('h1'))?.focus();
}
