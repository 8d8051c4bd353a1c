import type pg from 'pg';
import { changesCounted } from '../../deadlines.ts';
import { type CopySum, whyNotProvenByCopy } from '../../domain/verification/foreign-code.ts';
import type { CallTime } from '../session/call-time.ts';
import type { Row } from '../session/exported-snapshot.ts';
import type { SessionPool } from '../session/session-pool.ts';
import { comingBack } from '../witness/locked-tables.ts';
import type { Relation } from '../witness/relations.ts';
import { filenodesSql, noteLocked, noting, rewritten, type ScanNotes, untilOver } from '../witness/table-scan.ts';
import { copyTime, readByCopy, tooLong } from './copied-tables.ts';
import type { Guard } from './guard.ts';

/** Tables of which no query is made, by oid. `counted`: the changes that the server had counted at S1; null: it counts none. */
export type Copies = Map<number, { readonly counted: string | null; atS1: CopySum | null; atS2: CopySum | null }>;

export const copiedOf = (relations: readonly Relation[]): Relation[] =>
  relations.filter(({ gap, code }) => gap === undefined && code !== undefined);

const countedSql = (relations: readonly Relation[]) => `/* pg-gameday:counted */
select oid::int8, case when current_setting('track_counts')::bool
  then concat_ws(' ', pg_stat_get_tuples_inserted(oid), pg_stat_get_tuples_updated(oid), pg_stat_get_tuples_deleted(oid)) end as counted
from unnest('{${relations.map(({ oid }) => oid).join()}}'::oid[]) as oid`;

async function readCounted(client: pg.Client, relations: readonly Relation[]): Promise<Map<number, string | null>> {
  const { rows } = await client.query<{ oid: string; counted: string | null }>(countedSql(relations));
  return new Map(rows.map(({ oid, counted }) => [Number(oid), counted]));
}

export async function beginCopies(client: pg.Client, relations: readonly Relation[]): Promise<Copies> {
  if (relations.length === 0) return new Map();
  const counted = await readCounted(client, relations);
  return new Map(relations.map(({ oid }) => [oid, { counted: counted.get(oid) ?? null, atS1: null, atS2: null }]));
}

export type CopyWork = {
  readonly pool: SessionPool;
  readonly notes: ScanNotes;
  readonly time: CallTime;
  readonly guard: Guard;
  readonly patience: number | undefined;
};

/** Reads each by COPY under S1 or S2, until the time of the call is over. */
export async function readCopies(
  { pool, notes, time, guard, patience }: CopyWork,
  relations: readonly Relation[],
  copies: Copies,
  moment: 'atS1' | 'atS2',
  snapshotId: string,
): Promise<void> {
  const isLeft = (relation: Relation) => !isCopied([relation], copies, moment, notes);
  const pass = (locked: { has(oid: number): boolean; add(oid: number): void }) =>
    pool.forEach(
      untilOver(time, relations, (relation) => isLeft(relation) && !locked.has(relation.oid)),
      async (client, relation) => {
        const { deadline, isWhole } = copyTime(time.left());
        const read = async () => {
          const sum = await readByCopy(client, relation, snapshotId, deadline);
          const { rows } = await client.query<Row>(filenodesSql([{ relation }]));
          const copy = copies.get(relation.oid);
          if (rewritten(relation, rows[0], notes) || copy === undefined) return;
          if (sum !== undefined) copy[moment] = sum;
          else if (isWhole) notes.gaps.set(relation.oid, `${tooLong}: ${relation.code}`);
        };
        await time.piece(() => noting(relation, { notes, locked, client, guard }, read));
      },
    );
  noteLocked(await comingBack(time, pass, patience), notes);
}

export const isCopied = (
  relations: readonly Relation[],
  copies: Copies,
  moment: 'atS1' | 'atS2',
  { gaps, damage }: ScanNotes,
): boolean => relations.every(({ oid }) => gaps.has(oid) || damage.has(oid) || copies.get(oid)?.[moment] != null);

/** Milliseconds until every session has reported the changes that it had made before S2. */
export const untilCounted = (s2At: string, within = changesCounted): number =>
  Math.min(within, Math.max(0, Date.parse(s2At) + within - Date.now()));

/** Notes those that changed between S1 and S2. */
export async function noteChangedCopies(
  { pool, notes }: Pick<CopyWork, 'pool' | 'notes'>,
  relations: readonly Relation[],
  copies: Copies,
): Promise<void> {
  await pool.forEach([relations], async (client) => {
    const now = await readCounted(client, relations);
    for (const { oid, code } of relations) {
      const copy = copies.get(oid);
      if (copy == null || copy.atS1 === null || copy.atS2 === null) continue;
      const why = whyNotProvenByCopy(copy.atS1, copy.atS2, { atS1: copy.counted, atS2: now.get(oid) ?? null });
      if (why !== undefined) notes.gaps.set(oid, `cannot be proven by COPY, ${why}: ${code}`);
    }
  });
}
