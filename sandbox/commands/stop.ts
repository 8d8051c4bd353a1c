import path from 'node:path';
import { poll } from '../postgres/poll.ts';
import { isAlive } from '../postgres/processes.ts';
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
    // Not until the directory has no lock: the sandbox removes that while it is still removing the rest.
    const ended = await poll(endTimeout, () => (isAlive(running.pid) ? undefined : true));
    if (ended !== true)
      throw new Error(`sandbox with pid ${running.pid} does not end\nHINT: kill -9 ${running.pid}, then stop again.`);
  }
  await removeDirectory(directory);
  console.log(running === undefined ? 'no sandbox was running' : 'sandbox is stopped');
  return 0;
}
