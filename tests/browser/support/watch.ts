import { type BrowserContext, type ConsoleMessage, expect, type Request } from '@playwright/test';

/**
 * Notes whatever is wrong with the pages of a browser while a test uses it: messages in the console (a broken
 * Content-Security-Policy speaks there), errors of scripts, and anything fetched from another machine.
 */
export class Watch {
  #complaints: string[] = [];
  readonly #navigations = new Set<string>();
  readonly #foreignSites: ReadonlySet<string>;

  constructor(context: BrowserContext, foreignSites: ReadonlySet<string>) {
    this.#foreignSites = foreignSites;
    context.on('console', (message) => this.#heard(message));
    context.on('weberror', (error) => this.#complaints.push(`${error.page()?.url()}: ${error.error()}`));
    context.on('request', (request) => this.#saw(request));
  }

  /** Drops the complaints that a test provoked. */
  forget(provoked: RegExp): void {
    this.#complaints = this.#complaints.filter((complaint) => !provoked.test(complaint));
  }

  expectNothing(): void {
    expect(this.#complaints, 'what the console and the network reported').toEqual([]);
  }

  #heard(message: ConsoleMessage): void {
    if (!['error', 'warning'].includes(message.type())) return;
    const page = message.page()?.url() ?? '';
    if (this.#isForeign(page) || this.#isForeign(message.location().url)) return;
    // An error page is answered with an error status, which the browser remarks upon.
    const isErrorPage = message.text().startsWith('Failed to load resource') && this.#navigations.has(message.location().url);
    if (!isErrorPage) this.#complaints.push(`${page}: ${message.text()}`);
  }

  #saw(request: Request): void {
    if (request.isNavigationRequest()) this.#navigations.add(request.url());
    const url = new URL(request.url());
    const isLocal = ['localhost', '127.0.0.1'].includes(url.hostname) || ['data:', 'blob:', 'about:'].includes(url.protocol);
    if (!isLocal && !this.#isForeign(request.headers().referer)) this.#complaints.push(`fetched ${request.url()}`);
  }

  #isForeign(url: string | undefined): boolean {
    return URL.canParse(url ?? '') && this.#foreignSites.has(new URL(url as string).origin);
  }
}
