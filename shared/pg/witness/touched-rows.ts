import type pg from 'pg';
import type { DeletedRow, RowVersion } from '../../contracts/witness.ts';
import { planChunks } from '../../domain/verification/chunks.ts';
import { newestOf, parseSnapshot, widen, type XidRange, youngXids } from '../../domain/verification/transaction-ids.ts';
import type { Guard } from '../foreign-code/guard.ts';
import type { CallTime } from '../session/call-time.ts';
import { type ExportedSnapshot, queryUnder, type Row } from '../session/exported-snapshot.ts';
import type { SessionPool } from '../session/session-pool.ts';
import { comingBack, type LockedTables } from './locked-tables.ts';
import type { Relation } from './relations.ts';
import { isYoung, listSql, lookUpSql } from './row-hash.ts';
import { batchesOf } from './table-batches.ts';
import {
  batchOrSingly,
  type ChunkWork,
  chunksOf,
  filenodesSql,
  leftOf,
  lockTimeoutOf,
  noteLocked,
  noting,
  rewritten,
  type ScanNotes,
  untilOver,
} from './table-scan.ts';

/** More rows than these are not listed one by one. */
export type TouchedRowLimits = { readonly inTable: number; readonly inAll: number };

/** A million rows take 180 MB of a function's memory, and as much again while they are written or read back. */
export const touchedRowLimits: TouchedRowLimits = { inTable: 250_000, inAll: 1_000_000 };
const lookUpBatch = 5_000;

export type TouchedRows = {
  /** Chunks that are listed. */
  readonly listed: Set<number>;
  readonly deleted: DeletedRow[];
  readonly kept: RowVersion[];
  readonly inserted: RowVersion[];
};

/**
 * Lists the row versions that differ between S1 and S2, and those in both that are too young to distinguish by their
 * transaction id alone.
 *
 * "Young" means S1's xmin <= xmin < S2's xmax. A snapshot's list of running transactions has no subtransactions, so it cannot
 * decide about younger ids; whether a young row is in S1 is found out by reading it under S1.
 *
 * `relations` are those of S1 with their size at S2. Adds to `touched`, chunk by chunk, until the time is over.
 */
export async function listTouchedRows(
  relations: readonly Relation[],
  touched: ReadonlyMap<number, TouchedRows>,
  {
    pool,
    s1,
    s2,
    nextMultixact,
    limits,
    notes,
    time,
    onChunk,
    guard,
    patience,
  }: {
    readonly pool: SessionPool;
    readonly s1: ExportedSnapshot;
    readonly s2: ExportedSnapshot;
    readonly nextMultixact: bigint;
    readonly limits: TouchedRowLimits;
    readonly notes: ScanNotes;
    readonly time: CallTime;
    onChunk(relation: Relation): void;
    readonly guard: Guard;
    readonly patience?: number | undefined;
  },
): Promise<void> {
  const [snapshot1, snapshot2] = [parseSnapshot(s1.text), parseSnapshot(s2.text)];
  const xids = youngXids(snapshot1, snapshot2);
  const newest = newestOf(snapshot2);
  const isLeft = ({ relation, index }: ChunkWork) => touched.get(relation.oid)?.listed.has(index) === false;
  let listed = countOfAll(touched);
  const { inTable, inAll } = limits;

  /** What a condition finds in each table under one snapshot; undefined for one that is not proven any more. */
  const list = async (
    client: pg.Client,
    snapshot: ExportedSnapshot,
    works: readonly ChunkWork[],
    conditionOf: (relation: Relation) => string,
  ): Promise<(Row[] | undefined)[]> => {
    const limitOf = ({ relation }: ChunkWork) => {
      const rows = touched.get(relation.oid);
      return Math.max(0, Math.min(inTable - (rows === undefined ? 0 : countOf(rows)), inAll - listed)) + 1;
    };
    const bounds = works.map(limitOf);
    const first = lockTimeoutOf(works);
    const statements = works.map((work, place) =>
      listSql(work.relation, work.range, conditionOf(work.relation), bounds[place] ?? 1),
    );
    const guarded = guard.sql(works.map(({ relation }) => relation));
    const results = await queryUnder(client, snapshot.id, [...first, ...statements, filenodesSql(works)], guarded);
    const answers = results.slice(first.length);
    const filenodes = new Map((answers.at(-1) ?? []).map((row) => [Number(row['oid']), row]));
    return works.map(({ relation }, place) => {
      const found = answers[place] ?? [];
      if (found.length < (bounds[place] ?? 1))
        return rewritten(relation, filenodes.get(relation.oid), notes) ? undefined : found;
      giveUp(relation);
      return undefined;
    });
  };
  const giveUp = ({ oid }: Relation) => {
    const most = `a witness lists at most ${inTable} of a table and ${inAll} in all`;
    notes.gaps.set(oid, `has too many rows touched between S1 and S2: ${most}`);
    const rows = touched.get(oid);
    if (rows !== undefined) listed -= forget(rows);
  };

  const listTogether = async (client: pg.Client, works: readonly ChunkWork[]) => {
    const marked = await list(client, s1, works, (relation) => wasMarked(xids, relation));
    const young = await list(client, s2, works, () => isYoung(xids));
    const made: [Relation, TouchedRows, number, TouchedRows][] = [];
    for (const [place, { relation, index }] of works.entries()) {
      const rows = touched.get(relation.oid);
      const [marks, youngs] = [marked[place], young[place]];
      if (rows === undefined || marks === undefined || youngs === undefined) continue;
      const alive = await lookUp(client, s2, relation, marks, guard);
      const old = await lookUp(client, s1, relation, youngs, guard);
      made.push([
        relation,
        rows,
        index,
        {
          listed: rows.listed,
          deleted: marks
            .filter((row) => !alive.has(versionOf(row)))
            .map((row) => [...rowVersion(row), killerOf(row, relation, nextMultixact, newest)]),
          kept: youngs.filter((row) => old.has(versionOf(row))).map(rowVersion),
          inserted: youngs.filter((row) => !old.has(versionOf(row))).map(rowVersion),
        },
      ]);
    }
    // All of a batch or nothing: its tables may be read again, one by one.
    for (const [relation, rows, index, found] of made) {
      const { deleted, kept, inserted } = found;
      // Tables of a batch were each read with the room that there was before it.
      if (listed + countOf(found) > inAll || countOf(rows) + countOf(found) > inTable) {
        giveUp(relation);
        continue;
      }
      for (const row of deleted) rows.deleted.push(row);
      for (const row of kept) rows.kept.push(row);
      for (const row of inserted) rows.inserted.push(row);
      listed += countOf(found);
      rows.listed.add(index);
    }
  };

  const listLeft = (locked: LockedTables) =>
    pool.forEach(untilOver(time, batchesOf(leftOf(chunksOf(relations), isLeft))), async (client, batch) => {
      const works = batch.filter(
        ({ relation: { oid } }) => touched.has(oid) && !notes.gaps.has(oid) && !locked.has(oid),
      );
      await time.piece(() =>
        batchOrSingly(works, async (together) => {
          const [only] = together;
          const read = () => listTogether(client, together);
          await (together.length === 1 && only !== undefined
            ? noting(only.relation, { notes, locked, client, guard }, read)
            : read());
        }),
      );
      for (const { relation } of batch) if (!locked.has(relation.oid)) onChunk(relation);
    });
  noteLocked(await comingBack(time, listLeft, patience), notes);
}

const countOf = ({ deleted, kept, inserted }: TouchedRows) => deleted.length + kept.length + inserted.length;
const countOfAll = (touched: ReadonlyMap<number, TouchedRows>) =>
  [...touched.values()].reduce((total, rows) => total + countOf(rows), 0);

/** Of a table that is not proven, they serve nothing. Reports how many they were. */
function forget(rows: TouchedRows): number {
  const count = countOf(rows);
  for (const list of [rows.deleted, rows.kept, rows.inserted]) list.length = 0;
  return count;
}

export const noTouchedRows = (relations: readonly Relation[]): Map<number, TouchedRows> =>
  new Map(relations.map(({ oid }) => [oid, { listed: new Set(), deleted: [], kept: [], inserted: [] }]));

export const isListed = (
  relations: readonly Relation[],
  touched: ReadonlyMap<number, TouchedRows>,
  { gaps, damage }: ScanNotes,
): boolean =>
  relations.every(
    ({ oid, bytes }) => gaps.has(oid) || damage.has(oid) || touched.get(oid)?.listed.size === planChunks(bytes).length,
  );

/**
 * Rows whose xmax may have deleted them since S1: a young transaction, or any multixact. Lockers are among them. Most rows
 * have none, and the age of a multixact takes a lock of the server for each row (0.6 of the pass's time without it).
 */
function wasMarked(xids: XidRange, { oldestMultixact }: Relation): string {
  return `xmax <> '0'::xid and (${isYoung(xids, 'xmax')}
  or (mxid_age(xmax) >= 0 and mxid_age(xmax) <= (select mxid_age('${oldestMultixact}'::xid))))`;
}

async function lookUp(
  client: pg.Client,
  snapshot: ExportedSnapshot,
  relation: Relation,
  rows: readonly Row[],
  guard: Guard,
): Promise<Set<string>> {
  const seen = new Set<string>();
  for (let start = 0; start < rows.length; start += lookUpBatch) {
    const ctids = rows.slice(start, start + lookUpBatch).map((row) => String(row['ctid']));
    const [found = []] = await queryUnder(client, snapshot.id, [lookUpSql(relation, ctids)], guard.sql([relation]));
    for (const row of found) seen.add(versionOf(row));
  }
  return seen;
}

/**
 * The transaction that deleted the row, or null. xmax holds a transaction id or a multixact id, and SQL does not report
 * which: a number that could be a multixact of this table leaves the killer unknown.
 */
function killerOf(row: Row, { oldestMultixact }: Relation, nextMultixact: bigint, newest: bigint): string | null {
  const xmax = BigInt(String(row['xmax']));
  const oldest = BigInt(oldestMultixact);
  const range = BigInt.asUintN(32, nextMultixact - oldest);
  if (BigInt.asUintN(32, xmax - oldest) < range) return null;
  return String(widen(xmax, newest));
}

const versionOf = (row: Row) => `${row['ctid']} ${row['xmin']}`;
const rowVersion = (row: Row): RowVersion => [String(row['ctid']), String(row['xmin']), String(row['hash'])];
