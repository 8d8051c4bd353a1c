import { asAdministrator } from '../postgres/administration.ts';
import type { Sandbox } from '../sandbox.ts';

/** True milliseconds, as pg_cron's job would be. */
const period = 5_000;

/**
 * Stands in for pg_cron, whose library is not among the binaries: calls `gameday.fence_when_stale()` of an instance as its job does,
 * and does nothing while the server is not there. It knows nothing of agents, regions or the network.
 */
export function startDeadMan(
  sandbox: Sandbox,
  instance: string,
  database: string,
  region = sandbox.region,
  every = period,
): { stop(): void } {
  const stopping = new AbortController();
  const look = async () => {
    try {
      const server = sandbox.rds.inspect.server(region, instance);
      await asAdministrator(server, (client) => client.query('select gameday.fence_when_stale()'), database);
    } catch {
      // A server that is stopped, frozen or restarting has no jobs; the next look comes.
    }
  };
  const run = async () => {
    while (!stopping.signal.aborted) {
      await look();
      await pause(every, stopping.signal);
    }
  };
  void run();
  // A look at a frozen server never ends: it breaks with the server.
  return { stop: () => stopping.abort() };
}

const pause = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
