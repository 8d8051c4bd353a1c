/**
 * The source's side on one server: the witness from its first call to its last, without the wait for a snapshot, beside the bare
 * hash query on the same connections and pg_dump | sha256sum.
 */
import { performance } from 'node:perf_hooks';
import { planChunks } from '../shared/domain/verification/chunks.ts';
import { type ConnectionTarget, withConnection } from '../shared/pg/session/connect.ts';
import { withSessionPool } from '../shared/pg/session/session-pool.ts';
import { parseRelations, type Relation, relationsSql } from '../shared/pg/witness/relations.ts';
import { sumSql } from '../shared/pg/witness/row-hash.ts';
import { takeWitness } from '../shared/pg/witness/take-witness.ts';

export type SourceTimes = {
  readonly tables: number;
  readonly bytes: number;
  /** Seconds of each run. */
  readonly witness: readonly number[];
  readonly bare: readonly number[];
  readonly dump: readonly number[];
  /** Largest resident size of this process while the witness was taken, in bytes, and what it was before. */
  readonly resident: { readonly before: number; readonly peak: number };
};

export async function measureSource(
  target: ConnectionTarget,
  { connections, runs, dump }: { readonly connections: number; readonly runs: number; dump(): Promise<void> },
): Promise<SourceTimes> {
  const relations = await withConnection(target, { purpose: 'bench', readOnly: true }, async (client) =>
    parseRelations((await client.query<Record<string, unknown>>(relationsSql)).rows, target.user).filter(
      ({ gap }) => gap === undefined,
    ),
  );
  let peak = 0;
  const before = process.memoryUsage.rss();
  const witness = async () => {
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 20);
    const result = await takeWitness({
      target,
      snapshot: {
        id: 'bench',
        create: async () => {},
        createdAt: async () => ({ at: new Date().toISOString(), settled: true }),
      },
      connections,
      marginSeconds: 0,
      deadlineSeconds: 3600,
      remainingTime: () => 3_600_000,
      progress: undefined,
      identity: { executionName: 'bench', attempt: 1, instanceId: 'bench', database: 'bench' },
      onProgress: () => {},
    }).finally(() => clearInterval(watch));
    if (!result.complete) throw new Error('the witness was not complete in one call');
  };
  const contenders = { witness, bare: () => bareHash(target, relations, connections), dump };
  const times: Record<keyof typeof contenders, number[]> = { witness: [], bare: [], dump: [] };
  for (let run = 0; run <= runs; run += 1) {
    for (const [name, contender] of Object.entries(contenders) as [keyof typeof contenders, () => Promise<void>][]) {
      const from = performance.now();
      await contender();
      // The first run fills the caches.
      if (run > 0) times[name].push((performance.now() - from) / 1000);
    }
  }
  const bytes = relations.reduce((sum, relation) => sum + relation.bytes, 0);
  return { tables: relations.length, bytes, ...times, resident: { before, peak } };
}

const bareHash = (target: ConnectionTarget, relations: readonly Relation[], size: number) =>
  withSessionPool(target, { purpose: 'bench', readOnly: true, size }, (pool) =>
    pool.forEach(
      relations.flatMap((relation) => planChunks(relation.bytes).map((range) => ({ relation, range }))),
      async (client, { relation, range }) => {
        await client.query(sumSql(relation, range));
      },
    ),
  );

const median = (values: readonly number[]) =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;

export function sourceLines({ tables, bytes, witness, bare, dump, resident }: SourceTimes): string[] {
  const [ours, hash, dumped] = [median(witness), median(bare), median(dump)];
  const mega = (size: number) => `${Math.round(size / 1e6)} MB`;
  return [
    `source: ${tables} tables, ${mega(bytes)} of heap, ${witness.length} runs in turn: median`,
    `witness  ${ours.toFixed(2)} s   ${((ours / tables) * 1000).toFixed(2)} ms a table`,
    `bare     ${hash.toFixed(2)} s   ${((hash / tables) * 1000).toFixed(2)} ms a table`,
    `dump     ${dumped.toFixed(2)} s`,
    `speed of witness / bare hash query  ${(hash / ours).toFixed(2)}   target 0.9`,
    `speed of witness / pg_dump|sha256   ${(dumped / ours).toFixed(2)}`,
    `beyond the bare hash query          ${(((ours - hash) / tables) * 1000).toFixed(2)} ms a table   target 2`,
    `resident size                       ${mega(resident.peak)} at most, ${mega(resident.before)} before`,
  ];
}
