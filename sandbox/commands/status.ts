import path from 'node:path';
import { defaultDataDirectory, findRunning, leftIn } from './lock.ts';
import type { CommandOptions } from './options.ts';

/** Says what is running; exit code 0 when something is, 3 when nothing is. */
export async function statusCommand({ dataDirectory }: CommandOptions): Promise<number> {
  const directory = path.resolve(dataDirectory ?? defaultDataDirectory());
  const running = findRunning(directory);
  if (running === undefined) {
    console.log('no sandbox is running');
    const left = leftIn(directory);
    if (left !== undefined)
      console.log(`${left}\nHINT: 'npm run sandbox -- stop' removes it, and so does the next start in the same place.`);
    return 3;
  }
  console.log(
    `sandbox is running: pid ${running.pid}, endpoint ${running.endpoint ?? 'not ready yet'}, since ${running.startedAt}, data ${directory}`,
  );
  return 0;
}
