import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A language model whose answers are told by the test: an endpoint like OpenAI's, for the chat to talk to. */
export class Partner {
  readonly #answers: ServerResponse[] = [];
  readonly #server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    this.#answers.push(response);
    response.on('close', () => this.#answers.splice(this.#answers.indexOf(response), 1));
  });

  /** Starts it, and returns its address. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Says a part of the newest answer, as soon as one is asked for. */
  async say(text: string): Promise<void> {
    while (this.#answers.length === 0) await sleep(20);
    this.#answers.at(-1)!.write(`data: ${JSON.stringify({ choices: [{ delta: { content: text } }] })}\n\n`);
  }

  /** Ends the newest answer. */
  finish(): void {
    this.#answers.at(-1)?.end('data: [DONE]\n\n');
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
