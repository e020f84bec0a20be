import { HttpClient, HttpErrorResponse } from '@angular/common/http';
import { inject, InjectionToken, Service, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';

/** The origin of the server: Belgie's routes are below `/auth`, the chat's below `/api`. */
export const SERVER = new InjectionToken<string>('server');

export type Options = { body?: unknown; params?: Record<string, string>; headers?: Record<string, string>; withCredentials?: boolean };

@Service()
export class Server {
  /** Whether it cannot be reached at present. */
  readonly lost = signal(false);
  readonly #http = inject(HttpClient);
  readonly #origin = inject(SERVER);

  ask<T = void>(method: string, path: string, options: Options = {}): Promise<T> {
    return firstValueFrom(this.#http.request<T>(method, this.#origin + path, options));
  }

  /** Repeats a request until the server answers it, or until it is aborted. */
  async persist<T>(request: () => Promise<T>, abort?: AbortSignal): Promise<T> {
    for (let wait = 500; ; wait = Math.min(wait * 2, 8_000)) {
      try {
        const answer = await request();
        this.lost.set(false);
        return answer;
      } catch (error) {
        const isLost = error instanceof HttpErrorResponse && [0, 502, 503, 504].includes(error.status);
        if (!isLost || abort?.aborted) throw error;
        this.lost.set(true);
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }
}
