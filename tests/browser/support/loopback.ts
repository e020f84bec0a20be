import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until `url` answers 200; gives up when `alive` says so, or after `milliseconds`. */
export async function untilReady(url: string, alive: () => boolean, milliseconds = 120_000): Promise<void> {
  const end = Date.now() + milliseconds;
  while (Date.now() < end) {
    if (!alive()) throw new Error(`the program ended before ${url} answered`);
    const status = await fetch(url).then((answer) => answer.status, () => 0);
    if (status === 200) return;
    await sleep(50);
  }
  throw new Error(`${url} did not answer within ${milliseconds} ms`);
}
