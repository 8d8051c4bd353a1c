import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Acknowledged } from './application.ts';

/** `sentAt`: when the client sent it, milliseconds since 1970. It was committed between then and `at`. */
export type SideWrite = Acknowledged & { readonly sentAt: number };

export type Side = {
  readonly acknowledged: readonly SideWrite[];
  stop(): Promise<void>;
};

/** Of a client that must not wait for ever: a server that is frozen answers nothing. True milliseconds. */
const patience = 1_500;
/** Of somebody who wants to know whether a server takes a row, on a machine that may be busy with something else. */
const askersPatience = 8_000;
const between = 25;

/**
 * A client that knows of one instance alone, and keeps a connection to it for as long as it holds. Two of them, on the old and on the
 * new primary, see whether both take writes. Each has ids of its own.
 */
export function startSide(target: () => pg.ClientConfig | undefined, first: number): Side {
  const acknowledged: SideWrite[] = [];
  const stopping = new AbortController();
  let id = first;
  const pause = () => delay(between, undefined, { signal: stopping.signal }).catch(() => undefined);

  async function write(): Promise<void> {
    while (!stopping.signal.aborted) {
      const client = await openClient(target(), patience).catch(() => undefined);
      try {
        while (client !== undefined && !stopping.signal.aborted) {
          id += 1;
          const sentAt = Date.now();
          await client.query('insert into public.drill_write (id) values ($1)', [id]);
          acknowledged.push({ id, sentAt, at: Date.now() });
          await pause();
        }
      } catch {
        // What was not acknowledged may be there or not: the client does not count on it.
      }
      if (client !== undefined) leaveClient(client);
      await pause();
    }
  }
  const running = write();
  return {
    acknowledged,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

export async function openClient(target: pg.ClientConfig | undefined, within = askersPatience): Promise<pg.Client> {
  if (target === undefined) throw new Error('there is no server');
  const client = new pg.Client({ ...target, connectionTimeoutMillis: within, query_timeout: within });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    leaveClient(client);
    throw error;
  }
  return client;
}

/** Without a word: a frozen server would not answer it. */
export function leaveClient(client: pg.Client): void {
  const { connection } = client as unknown as { readonly connection: { readonly stream: { destroy(): void } } };
  connection.stream.destroy();
}
