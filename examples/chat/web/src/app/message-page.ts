import { Component, input } from '@angular/core';
import { RouterLink } from '@angular/router';

@Component({
  selector: 'chat-message-page',
  imports: [RouterLink],
  template: `
    <section class="card">
      <h1 tabindex="-1">{{ heading() }}</h1>
      <p>{{ text() }}</p>
      @if (leadsOn()) { <a class="button primary" routerLink="/">Go to your conversations</a> }
    </section>
  `,
})
export class MessagePage {
  readonly heading = input.required<string>();
  readonly text = input.required<string>();
  readonly leadsOn = input(false);
}
