import type pg from 'pg';
import { type ConnectionTarget, type ConnectOptions, connect, resetSession } from './connect.ts';

/** A fixed number of sessions that work through a list together. */
export type SessionPool = {
  readonly size: number;
  /**
   * Runs `work` for every item, `size` at a time; the first error stops the rest and is thrown. A session that has worked
   * is reset before it works again: code of trusted owners may have run in it.
   */
  forEach<T>(items: Iterable<T> | AsyncIterable<T>, work: (client: pg.Client, item: T) => Promise<void>): Promise<void>;
};

export async function withSessionPool<T>(
  target: ConnectionTarget,
  options: ConnectOptions & { readonly size: number },
  run: (pool: SessionPool) => Promise<T>,
): Promise<T> {
  const opened = await Promise.allSettled(Array.from({ length: options.size }, () => connect(target, options)));
  const clients = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  try {
    const refused = opened.find((result) => result.status === 'rejected');
    if (refused !== undefined) throw refused.reason;
    return await run(makePool(clients, options));
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => {})));
  }
}

function makePool(clients: readonly pg.Client[], options: ConnectOptions): SessionPool {
  const used = new Set<pg.Client>();
  return {
    size: clients.length,
    async forEach(items, work) {
      const queue = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
      let stopped = false;
      const workers = clients.map(async (client) => {
        if (used.has(client)) await resetSession(client, options);
        used.add(client);
        while (!stopped) {
          const next = await queue.next();
          if (next.done === true) return;
          try {
            await work(client, next.value);
          } catch (error) {
            stopped = true;
            throw error;
          }
        }
      });
      // Every worker has come to rest before the error is thrown: nothing runs on behind the caller's back.
      const results = await Promise.allSettled(workers);
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  };
}
