import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program under test: what it printed, whether it runs, and how to stop it by its pid. */
export class Program {
  output = '';
  readonly #name: string;
  readonly #child: ChildProcess;

  constructor(file: string, args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
    this.#name = [file, ...args].join(' ');
    this.#child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout?.on('data', (text) => (this.output += text));
    this.#child.stderr?.on('data', (text) => (this.output += text));
    this.#child.on('error', (error) => (this.output += `${error}\n`));
  }

  get isRunning(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves with the first match of `pattern` in what the program prints. */
  async untilPrinted(pattern: RegExp, milliseconds = 120_000): Promise<RegExpExecArray> {
    const end = Date.now() + milliseconds;
    for (;;) {
      const match = pattern.exec(this.output);
      if (match) return match;
      if (!this.isRunning || Date.now() > end) throw this.failure(`never printed ${pattern}`);
      await sleep(20);
    }
  }

  /** Asks the program to end and expects that it does so in good order, without the half minute that connections may take. */
  async stop(): Promise<void> {
    if (!this.isRunning) throw this.failure('ended by itself');
    const ended = once(this.#child, 'exit', { signal: AbortSignal.timeout(25_000) });
    this.#child.kill('SIGTERM');
    const [code, signal] = await ended.catch(() => {
      throw this.failure('did not end on SIGTERM');
    });
    if (code !== 0) throw this.failure(`ended with ${signal ?? `status ${code}`} on SIGTERM`);
  }

  /** Ends the program at once, if it still runs. */
  kill(): void {
    if (this.isRunning) this.#child.kill('SIGKILL');
  }

  failure(what: string): Error {
    return new Error(`\`${this.#name}\` ${what}; it printed:\n${this.output}`);
  }
}
