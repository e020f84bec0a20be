import { HttpErrorResponse } from '@angular/common/http';
import { type ErrorHandler, Service, signal } from '@angular/core';

/** What nobody else handles is shown at the top of the page. */
@Service()
export class Problems implements ErrorHandler {
  readonly words = signal('');

  handleError(error: unknown): void {
    // The end of a session leads to the sign-in page.
    if (isSignedOut(error)) return;
    if (!(error instanceof HttpErrorResponse)) console.error(error);
    this.words.set(wordsFor(error));
  }
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof HttpErrorResponse && error.status === 401;
}

/** The `code` of the server's problem document (RFC 9457). */
export function codeOf(error: unknown): string {
  return (error instanceof HttpErrorResponse && error.error?.code) || 'internal';
}

/** The `detail` of the server's problem document, which is for people. */
export function wordsFor(error: unknown): string {
  return (error instanceof HttpErrorResponse && error.error?.detail) || 'Something went wrong. Please try again in a moment.';
}
