import { join, resolve } from 'node:path';
import { untilReady } from './loopback.ts';
import { Program } from './program.ts';

const examples = resolve(import.meta.dirname, '../../../examples');

/** Runs `work` beside a server of one of the examples: `node` with these arguments, in its folder. */
export async function withExample(
  name: string,
  args: string[],
  settings: NodeJS.ProcessEnv,
  url: string,
  work: () => Promise<void>,
): Promise<void> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NEXT_TELEMETRY_DISABLED: '1', ...settings };
  const program = new Program(process.execPath, args, { cwd: join(examples, name), env });
  try {
    await untilReady(url, () => program.isRunning).catch((error: Error) => {
      throw program.failure(error.message);
    });
    await work();
  } finally {
    program.kill();
  }
}
