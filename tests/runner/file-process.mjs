// A process that runs test files: started by jest-runner.mjs, which sends it one file after the other.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const entry = createRequire(import.meta.url).resolve('jest-light-runner');
const { default: run, setWorkerData } = await import(pathToFileURL(path.join(path.dirname(entry), 'worker-runner.js')));

// Whoever started it is gone: nobody wants the result, and servers end with their process.
const leave = () => process.exit(1);
process.once('disconnect', leave);

process.on('message', async (message) => {
  if (message === 'end') {
    // From here it must end by itself: what keeps it alive was left open by a test.
    process.off('disconnect', leave);
    process.disconnect();
    return;
  }
  const { file, ...workerData } = message;
  setWorkerData(workerData);
  const since = coreSeconds();
  const reported = await run(file).then(
    (result) => ({ result }),
    (error) => ({ error: { message: String(error?.message ?? error), stack: String(error?.stack ?? error) } }),
  );
  process.send({ ...reported, coreSeconds: coreSeconds() - since });
});

/** Of this process and of its children that have ended; on systems without /proc the children are not counted. */
function coreSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + childrenSeconds();
}

function childrenSeconds() {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return 0;
  }
}
