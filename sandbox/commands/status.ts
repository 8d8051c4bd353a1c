import path from 'node:path';
import { defaultDataDirectory, findRunning } from './lock.ts';
import type { CommandOptions } from './options.ts';

/** Says what is running; exit code 0 when something is, 3 when nothing is. */
export async function statusCommand({ dataDirectory }: CommandOptions): Promise<number> {
  const directory = path.resolve(dataDirectory ?? defaultDataDirectory());
  const running = findRunning(directory);
  if (running === undefined) {
    console.log('no sandbox is running');
    return 3;
  }
  console.log(
    `sandbox is running: pid ${running.pid}, endpoint ${running.endpoint ?? 'not ready yet'}, since ${running.startedAt}, data ${directory}`,
  );
  return 0;
}
