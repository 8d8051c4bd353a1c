import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** A write that was acknowledged: from then on it must be on the primary, or in the loss that is declared. */
export type Acknowledged = { readonly id: number; readonly at: number };

export type Application = {
  readonly acknowledged: readonly Acknowledged[];
  /** Writes a second since it began, or since `from`, until `to`. */
  rate(from: number, to: number): number;
  /** When the first write was acknowledged after a moment; undefined: none was. */
  firstAfter(moment: number): number | undefined;
  stop(): Promise<void>;
};

/** Of a client that must not wait for ever: a server that is frozen answers nothing. */
const patience = 1_500;

/**
 * An application: some connections that write one row each, and know of each whether it was acknowledged. One that breaks is made anew
 * to wherever `targets` leads then, and is kept when it can be written to, as with target_session_attrs=read-write.
 */
export function startApplication(
  targets: () => readonly pg.ClientConfig[],
  { clients, perSecond, first = 1 }: { readonly clients: number; readonly perSecond: number; readonly first?: number },
): Application {
  const acknowledged: Acknowledged[] = [];
  const stopping = new AbortController();
  let next = first;
  const pause = (milliseconds: number) =>
    delay(milliseconds, undefined, { signal: stopping.signal }).catch(() => undefined);

  async function write(): Promise<void> {
    let due = performance.now();
    while (!stopping.signal.aborted) {
      const client = await openFirst(targets());
      if (client === undefined) {
        await pause(100);
        continue;
      }
      try {
        while (!stopping.signal.aborted) {
          const id = next;
          next += 1;
          await client.query('insert into public.drill_write (id) values ($1)', [id]);
          acknowledged.push({ id, at: Date.now() });
          due = Math.max(due + (1_000 * clients) / perSecond, performance.now() - 200);
          if (due > performance.now()) await pause(due - performance.now());
        }
      } catch {
        // What was not acknowledged may be there or not: the client does not count on it.
      }
      leave(client);
    }
  }
  const all = Array.from({ length: clients }, write);
  return {
    acknowledged,
    rate: (from, to) => acknowledged.filter(({ at }) => at >= from && at <= to).length / ((to - from) / 1000),
    firstAfter: (moment) => acknowledged.find(({ at }) => at > moment)?.at,
    async stop() {
      stopping.abort();
      await Promise.all(all);
    },
  };
}

/** The first that can be written to. */
async function openFirst(targets: readonly pg.ClientConfig[]): Promise<pg.Client | undefined> {
  for (const target of targets) {
    const client = new pg.Client({ ...target, connectionTimeoutMillis: patience, query_timeout: patience });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ replica: boolean }>('select pg_is_in_recovery() as replica');
      if (rows[0]?.replica === false) return client;
    } catch {
      // The next one, then.
    }
    leave(client);
  }
  return undefined;
}

/** Without a word: a frozen server would not answer it. */
function leave(client: pg.Client): void {
  const { connection } = client as unknown as { readonly connection: { readonly stream: { destroy(): void } } };
  connection.stream.destroy();
}
