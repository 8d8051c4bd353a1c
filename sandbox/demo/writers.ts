import { setTimeout as delay } from 'node:timers/promises';
import type { ClientConfig } from 'pg';
import { WriterConnection } from './writers/connection.ts';
import { type Playground, readPlayground } from './writers/playground.ts';
import { makeRandom, type Random } from './writers/random.ts';
import { refreshAverages, runLongTransaction } from './writers/slow-lane.ts';
import { Tally, type WriterReport } from './writers/tally.ts';
import { TRANSACTION_KINDS, type TransactionKind } from './writers/transactions.ts';

export type { WriterReport } from './writers/tally.ts';

export type WriterOptions = {
  /** Connections that write short transactions; one more holds the long ones. */
  readonly clients?: number;
  readonly targetPerSecond?: number;
  readonly seed?: number;
  /** Refreshes a materialised view concurrently between two long transactions. */
  readonly refreshViews?: boolean;
};

export type Writers = {
  /** Lets each writer finish its transaction, closes the connections and says what was done. */
  stop(): Promise<WriterReport>;
  /** Committed transactions a second over the last five seconds. */
  rate(): number;
  committed(): number;
  lostConnections(): number;
};

/** A writer that fell behind its pace by more than this starts afresh instead of catching up in a burst. */
const MOST_ARREARS_MILLISECONDS = 500;
const BETWEEN_LONG_TRANSACTIONS_MILLISECONDS = 2_000;

/** Starts writers on a database that holds the demo. Rejects when it cannot connect or when the demo is not there. */
export async function startWriters(config: ClientConfig, options: WriterOptions = {}): Promise<Writers> {
  const { clients = 4, targetPerSecond = 400, seed = 1, refreshViews = false } = options;
  if (clients < 1 || targetPerSecond <= 0) {
    throw new RangeError(
      `${clients} writers at ${targetPerSecond} transactions a second asked for, both must be positive`,
    );
  }
  const tally = new Tally();
  const stopping = new AbortController();
  const slowLane = new WriterConnection(config, tally);
  const fastLanes = Array.from({ length: clients }, () => new WriterConnection(config, tally));
  const connections = [slowLane, ...fastLanes];

  let demo: Playground;
  try {
    demo = await readPlayground(await slowLane.open());
    await Promise.all(fastLanes.map((connection) => connection.open()));
  } catch (error) {
    await Promise.allSettled(connections.map((connection) => connection.close()));
    throw error;
  }

  const signal = stopping.signal;
  const interval = (1_000 * clients) / targetPerSecond;
  const loops = fastLanes.map((connection, index) =>
    writeShort({ connection, demo, tally, random: makeRandom(seed * 1_000 + index), signal }, interval),
  );
  loops.push(
    writeLong({ connection: slowLane, demo, tally, random: makeRandom(seed * 1_000 + 999), signal }, refreshViews),
  );

  return {
    rate: () => tally.rate(),
    committed: () => tally.committed,
    lostConnections: () => tally.lostConnections,
    stop: async () => {
      stopping.abort();
      await Promise.all(loops);
      const report = tally.report();
      await Promise.all(connections.map((connection) => connection.close()));
      return report;
    },
  };
}

type Lane = {
  readonly connection: WriterConnection;
  readonly demo: Playground;
  readonly tally: Tally;
  readonly random: Random;
  readonly signal: AbortSignal;
};

async function writeShort(lane: Lane, intervalMilliseconds: number): Promise<void> {
  const { connection, demo, tally, random, signal } = lane;
  let due = performance.now();
  while (!signal.aborted) {
    const client = await connection.client(signal);
    if (client === undefined) {
      return;
    }
    const kind = pickKind(random);
    const started = performance.now();
    try {
      const outcome = await kind.run({ client, random, demo });
      if (outcome === 'committed') {
        tally.commit(kind.name);
      } else {
        tally.rolledBack += 1;
      }
      tally.took(performance.now() - started);
    } catch (error) {
      await connection.recover(error);
    }
    due = Math.max(due + intervalMilliseconds, performance.now() - MOST_ARREARS_MILLISECONDS);
    await pause(due - performance.now(), signal);
  }
}

async function writeLong(lane: Lane, refreshViews: boolean): Promise<void> {
  const { connection, demo, tally, random, signal } = lane;
  while (!signal.aborted) {
    const client = await connection.client(signal);
    if (client === undefined) {
      return;
    }
    try {
      await runLongTransaction({ client, random, demo }, signal);
      tally.commit('long');
      if (refreshViews) {
        await refreshAverages(client);
        tally.commit('refresh');
      }
    } catch (error) {
      await connection.recover(error);
    }
    await pause(BETWEEN_LONG_TRANSACTIONS_MILLISECONDS, signal);
  }
}

function pickKind(random: Random): TransactionKind {
  const total = TRANSACTION_KINDS.reduce((sum, kind) => sum + kind.weight, 0);
  let left = random.between(1, total);
  for (const kind of TRANSACTION_KINDS) {
    left -= kind.weight;
    if (left <= 0) {
      return kind;
    }
  }
  return TRANSACTION_KINDS[0];
}

/** Returns early, without an error, when the writers stop. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds >= 1) {
    await delay(milliseconds, undefined, { signal }).catch(() => undefined);
  }
}
