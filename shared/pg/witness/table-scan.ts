import type pg from 'pg';
import type { ChunkSum } from '../../contracts/witness.ts';
import { type BlockRange, planChunks } from '../../domain/verification/chunks.ts';
import { coerceError } from '../../errors.ts';
import { type Guard, isStopped } from '../foreign-code/guard.ts';
import type { CallTime } from '../session/call-time.ts';
import { queryUnder, type Row } from '../session/exported-snapshot.ts';
import type { SessionPool } from '../session/session-pool.ts';
import { comingBack, isLockError, type LockedTables } from './locked-tables.ts';
import type { Relation } from './relations.ts';
import { sumSql } from './row-hash.ts';
import { batchesOf, batchLockTimeout } from './table-batches.ts';

/** What is known of the tables while they are read: why one cannot be proven, or that the source itself is damaged. */
export type ScanNotes = { readonly gaps: Map<number, string>; readonly damage: Map<number, string> };

export type ChunkWork = { readonly relation: Relation; readonly range: BlockRange; readonly index: number };

export function* chunksOf(relations: readonly Relation[]): Generator<ChunkWork> {
  for (const relation of relations) {
    for (const [index, range] of planChunks(relation.bytes).entries()) yield { relation, range, index };
  }
}

/** The chunks of each table by its oid; null is one that was not read yet. */
export type ChunkSums = Map<number, (ChunkSum | null)[]>;

export const noSums = (relations: readonly Relation[]): ChunkSums =>
  new Map(relations.map(({ oid, bytes }) => [oid, planChunks(bytes).map(() => null)]));

/** Puts count and sum of the row hashes of every chunk under an exported snapshot into `sums`, until the time is over. */
export async function sumTables(
  pool: SessionPool,
  snapshotId: string,
  relations: readonly Relation[],
  sums: ChunkSums,
  notes: ScanNotes,
  time: CallTime,
  onChunk: (relation: Relation) => void,
  guard: Guard,
  patience?: number,
): Promise<void> {
  const isLeft = ({ relation, index }: ChunkWork) => sums.get(relation.oid)?.[index] === null;
  const keep = ({ relation, range, index }: ChunkWork, sum: Row | undefined, filenode: Row | undefined) => {
    if (rewritten(relation, filenode, notes)) return;
    const chunks = sums.get(relation.oid) ?? [];
    chunks[index] = { firstBlock: range.firstBlock, rows: String(sum?.['rows']), sum: String(sum?.['sum']) };
  };
  const readLeft = (locked: LockedTables) =>
    pool.forEach(untilOver(time, batchesOf(leftOf(chunksOf(relations), isLeft))), async (client, batch) => {
      const works = batch.filter(({ relation }) => !notes.gaps.has(relation.oid) && !locked.has(relation.oid));
      await time.piece(() =>
        batchOrSingly(works, async (together) => {
          const read = async () => {
            const statements = [
              ...lockTimeoutOf(together),
              ...together.map(({ relation, range }) => sumSql(relation, range)),
              filenodesSql(together),
            ];
            const guarded = guard.sql(together.map(({ relation }) => relation));
            const results = await queryUnder(client, snapshotId, statements, guarded);
            const answers = results.slice(lockTimeoutOf(together).length);
            const filenodes = new Map((answers.at(-1) ?? []).map((row) => [Number(row['oid']), row]));
            for (const [place, work] of together.entries())
              keep(work, answers[place]?.[0], filenodes.get(work.relation.oid));
          };
          const [only] = together;
          await (together.length === 1 && only !== undefined
            ? noting(only.relation, { notes, locked, client, guard }, read)
            : read());
        }),
      );
      for (const { relation } of batch) if (!locked.has(relation.oid)) onChunk(relation);
    });
  noteLocked(await comingBack(time, readLeft, patience), notes);
}

export function noteLocked(locked: ReadonlySet<number>, { gaps }: ScanNotes): void {
  for (const oid of locked) gaps.set(oid, 'was locked by DDL between S1 and S2, and is locked still');
}

/**
 * Reads many tables together; when that fails, each alone, so that what concerns one of them is reported of that one. What is
 * read twice is kept once: reading puts nothing down before all of it is there.
 */
export async function batchOrSingly(
  works: readonly ChunkWork[],
  read: (works: readonly ChunkWork[]) => Promise<void>,
): Promise<void> {
  if (works.length > 1) {
    try {
      return await read(works);
    } catch (thrown) {
      // What is not PostgreSQL's answer to a statement is no table's fault.
      const { code = '' } = coerceError(thrown) as { code?: string };
      if (!/^[0-9A-Z]{5}$/.test(code) || /^(08|53|57)/.test(code)) throw thrown;
    }
  }
  for (const work of works) await read([work]);
}

/** A batch does not wait for one table while it holds the locks of the others. */
export const lockTimeoutOf = (works: readonly ChunkWork[]): string[] =>
  works.length > 1 ? [`set local lock_timeout = ${batchLockTimeout}`] : [];

export function* leftOf<T>(items: Iterable<T>, isLeft: (item: T) => boolean): Generator<T> {
  for (const item of items) if (isLeft(item)) yield item;
}

/** Whether every chunk is read, but for those that nobody need read any more. */
export const isSummed = (relations: readonly Relation[], sums: ChunkSums, { gaps, damage }: ScanNotes): boolean =>
  relations.every(
    ({ oid }) => gaps.has(oid) || damage.has(oid) || (sums.get(oid) ?? []).every((chunk) => chunk !== null),
  );

/** The items that are left, one at a time as long as the call may begin one. */
export function* untilOver<T>(
  time: CallTime,
  items: Iterable<T>,
  isLeft: (item: T) => boolean = () => true,
): Generator<T> {
  for (const item of items) {
    if (!isLeft(item)) continue;
    if (time.isOver()) return;
    yield item;
  }
}

/**
 * TRUNCATE, VACUUM FULL, CLUSTER and rewriting ALTER TABLE give a table a new file, which an older snapshot reads
 * wrongly. Asked in the transaction that has just read the table, whose lock keeps the answer true.
 */
export const filenodesSql = (works: readonly { readonly relation: Relation }[]) =>
  `select oid::int8, pg_relation_filenode(oid)::int8 as filenode from unnest('{${works.map(({ relation }) => relation.oid).join()}}'::oid[]) as oid`;

export function rewritten(relation: Relation, row: Row | undefined, notes: ScanNotes): boolean {
  const filenode = row?.['filenode'] ?? null;
  if (filenode !== null && Number(filenode) === relation.filenode) return false;
  notes.gaps.set(relation.oid, `was ${filenode === null ? 'dropped' : 'rewritten'} between S1 and S2`);
  return true;
}

export type Noting = {
  readonly notes: ScanNotes;
  readonly locked: LockedTables;
  readonly client: pg.Client;
  readonly guard?: Pick<Guard, 'lookAgain'>;
};

/** Runs `read`; what concerns this table alone becomes a note, anything else is thrown. */
export async function noting(relation: Relation, noting: Noting, read: () => Promise<void>): Promise<void> {
  const { notes, locked, client, guard } = noting;
  try {
    await read().catch(async (thrown: unknown) => {
      if (guard === undefined || !isStopped(thrown)) throw thrown;
      const gap = (await guard.lookAgain(client, relation)) ?? (await newNameOf(relation, client));
      // What was attached meanwhile calls nothing foreign.
      if (gap === undefined) await read();
      else notes.gaps.set(relation.oid, gap);
    });
  } catch (thrown) {
    const error = coerceError(thrown);
    const code = (error as { code?: string }).code ?? '';
    if (isStopped(error)) notes.gaps.set(relation.oid, 'was changed by DDL again and again between S1 and S2');
    else if (isLockError(error)) locked.add(relation.oid);
    else if (code === '42P01' || code === '3F000')
      notes.gaps.set(relation.oid, (await newNameOf(relation, client)) ?? 'was dropped between S1 and S2');
    else if (code.startsWith('54'))
      notes.gaps.set(relation.oid, `has a row that is too large to hash: ${error.message}`);
    else if (/^(XX|58)/.test(code)) {
      // A table that was dropped or rewritten in this moment lets a reader fail as a damaged one does.
      const { rows } = await client.query<Row>(filenodesSql([{ relation }]));
      if (!rewritten(relation, rows[0], notes)) notes.damage.set(relation.oid, error.message);
    }
    // 55000: a materialised view that has lost its content meanwhile.
    else if (/^(42|22|2F|38|39|P0|0A|55000)/.test(code)) {
      // DDL may have given a column another type, which our statement was not written for.
      const { rows } = await client.query<Row>(filenodesSql([{ relation }]));
      if (!rewritten(relation, rows[0], notes)) notes.gaps.set(relation.oid, `cannot be read: ${error.message}`);
    } else throw error;
  }
}

/** Why a relation is not found under its name any more; undefined when it bears it. */
async function newNameOf({ oid, table }: Relation, client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ name: string }>(
    `select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name
from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = $1`,
    [oid],
  );
  const [now] = rows;
  if (now === undefined) return 'was dropped between S1 and S2';
  return now.name === table ? undefined : `was renamed to '${now.name}' between S1 and S2`;
}
