import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the range from which Linux (32768) and macOS (49152) take ports for outgoing connections: a server that
 * restarts would else find its port taken by somebody's client.
 */
const firstPort = 20_000;
const lastPort = 32_000;
const attempts = 200;

export class NoFreePortError extends Error {
  override readonly name = 'NoFreePortError';
}

/** A port of 127.0.0.1 that nothing listens on at this moment. */
export async function findFreePort(taken: ReadonlySet<number> = new Set()): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = randomInt(firstPort, lastPort);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new NoFreePortError(
    `no free port between ${firstPort} and ${lastPort} in ${attempts} attempts\n` +
      'HINT: Are servers of an earlier run still there?',
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
