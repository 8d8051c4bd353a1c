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

// Asked by run-file.mjs when it should have ended. It answers in the run's output: its channel is closed by then.
process.on('SIGUSR2', () => {
  const open = [...process._getActiveHandles().map(nameOf), ...process.getActiveResourcesInfo()];
  console.error(`still open in ${process.pid}: ${open.join(', ')}`);
});

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

/** A socket by its ends, a server by its address, a child by its words. */
function nameOf(handle) {
  const { localPort, remotePort, spawnargs } = handle;
  if (spawnargs !== undefined) return `child ${handle.pid} ${spawnargs.join(' ')}`;
  if (localPort !== undefined) return `socket ${localPort} to ${remotePort}`;
  return `${handle.constructor.name} ${JSON.stringify(handle.address?.() ?? '')}`;
}

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
