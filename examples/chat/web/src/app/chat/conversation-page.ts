import { Component, computed, effect, inject, Injector, input, linkedSignal, resource, runInInjectionContext } from '@angular/core';
import { RouterLink } from '@angular/router';
import { wordsFor } from '../problem';
import { Conversations } from './conversations';
import { Outbox } from './outbox';
import { Thread } from './thread';

@Component({
  selector: 'chat-conversation-page',
  imports: [RouterLink],
  template: `
    <header>
      <a class="button back" routerLink="/" aria-label="All conversations">←</a>
      <h1 tabindex="-1"><bdi>{{ title() }}</bdi></h1>
    </header>
    @if (following.error(); as error) {
      <p>{{ wordsFor(error) }}</p>
    } @else {
      <div #log class="log" role="log" aria-label="Messages" tabindex="0" [attr.aria-busy]="thread().isBusy()">
        <ol>
          @if (thread().hasMore()) { <li><button type="button" (click)="thread().more()">Show earlier messages</button></li> }
          @for (message of messages(); track message.id) {
            <li [class]="message.is_answer ? 'partner' : 'user'">
              <p class="muted">{{ message.is_answer ? 'Partner' : 'You' }}</p>
              <p class="text">{{ message.text }}</p>
              @if (message.is_pending) {
                <p class="muted">{{ message.is_answer ? 'Writing…' : 'Sending…' }}</p>
              } @else if (message.error) {
                <p class="bad">{{ message.is_answer ? '' : 'Not sent.' }} {{ message.error }}</p>
                @if (!message.is_answer) {
                  <button type="button" (click)="draft.set((message.text + '\\n' + draft()).trim()); outbox.remove(message.id)">Edit</button>
                }
              }
            </li>
          }
        </ol>
      </div>
      <form (submit)="send($event, log)">
        <textarea #field aria-label="Message" aria-describedby="size" placeholder="Write a message" rows="1" enterkeyhint="send"
          [attr.aria-invalid]="isTooLarge()" [value]="draft()" (input)="draft.set(field.value)" (keydown.enter)="send($event, log)"></textarea>
        <button class="primary">Send</button>
        <p id="size" class="bad" role="status">{{ isTooLarge() ? 'This message is too large. At most 64 KiB can be sent.' : '' }}</p>
      </form>
    }
  `,
})
export class ConversationPage {
  readonly id = input.required<string>();

  readonly #conversations = inject(Conversations);
  readonly #injector = inject(Injector);
  protected readonly wordsFor = wordsFor;
  protected readonly outbox = inject(Outbox);
  protected readonly thread = computed(() => runInInjectionContext(this.#injector, () => new Thread(this.id())));
  protected readonly following = resource({
    params: () => this.thread(),
    loader: ({ params: thread, abortSignal }) => thread.follow(abortSignal),
  });
  protected readonly title = computed(() => this.#conversations.items().find(({ id }) => id === this.id())?.title ?? 'Conversation');
  protected readonly messages = computed(() => {
    const known = new Set(this.thread().items().map(({ id }) => id));
    const outgoing = this.outbox.items().filter(({ id, conversation }) => conversation === this.id() && !known.has(id));
    return [...this.thread().messages(), ...outgoing];
  });
  /** What is being written stays in this tab, through reloads and sign-ins. */
  protected readonly draft = linkedSignal(() => sessionStorage.getItem(`draft of ${this.id()}`) ?? '');
  protected readonly isTooLarge = computed(() => new TextEncoder().encode(this.draft()).length > 64 * 1024);

  constructor() {
    effect(() => sessionStorage.setItem(`draft of ${this.id()}`, this.draft()));
  }

  protected send(event: Event, log: HTMLElement): void {
    // With Enter, input methods also confirm the characters that they offer.
    if (event instanceof KeyboardEvent && event.isComposing) return;
    event.preventDefault();
    if (this.isTooLarge() || !this.draft().trim()) return;
    this.outbox.add(this.id(), this.draft());
    this.draft.set('');
    // The log is laid out from its end, where the newest message is.
    log.scrollTop = 0;
  }
}
