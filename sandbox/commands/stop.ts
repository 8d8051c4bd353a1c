import path from 'node:path';
import { poll } from '../postgres/poll.ts';
import { defaultDataDirectory, findRunning, removeDirectory } from './lock.ts';
import type { CommandOptions } from './options.ts';

/** A sandbox ends its servers within seconds; twice the slowest seen. */
const endTimeout = 30_000;

/** Ends a running sandbox, and removes what a killed one left. */
export async function stopCommand({ dataDirectory }: CommandOptions): Promise<number> {
  const directory = path.resolve(dataDirectory ?? defaultDataDirectory());
  const running = findRunning(directory);
  if (running !== undefined) {
    process.kill(running.pid, 'SIGTERM');
    const ended = await poll(endTimeout, () => (findRunning(directory) === undefined ? true : undefined));
    if (ended !== true)
      throw new Error(`sandbox with pid ${running.pid} does not end\nHINT: kill -9 ${running.pid}, then stop again.`);
  }
  await removeDirectory(directory);
  console.log(running === undefined ? 'no sandbox was running' : 'sandbox is stopped');
  return 0;
}
