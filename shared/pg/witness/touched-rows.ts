import type pg from 'pg';
import type { DeletedRow, RowVersion } from '../../contracts/witness.ts';
import { planChunks } from '../../domain/verification/chunks.ts';
import { newestOf, parseSnapshot, widen, type XidRange, youngXids } from '../../domain/verification/transaction-ids.ts';
import type { CallTime } from '../session/call-time.ts';
import { type ExportedSnapshot, queryUnder, type Row } from '../session/exported-snapshot.ts';
import type { SessionPool } from '../session/session-pool.ts';
import type { Relation } from './relations.ts';
import { isYoung, listSql, lookUpSql } from './row-hash.ts';
import { type ChunkWork, chunksOf, filenodeSql, noting, rewritten, type ScanNotes, untilOver } from './table-scan.ts';

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
  }: {
    readonly pool: SessionPool;
    readonly s1: ExportedSnapshot;
    readonly s2: ExportedSnapshot;
    readonly nextMultixact: bigint;
    readonly limits: TouchedRowLimits;
    readonly notes: ScanNotes;
    readonly time: CallTime;
    onChunk(relation: Relation): void;
  },
): Promise<void> {
  const [snapshot1, snapshot2] = [parseSnapshot(s1.text), parseSnapshot(s2.text)];
  const xids = youngXids(snapshot1, snapshot2);
  const newest = newestOf(snapshot2);
  const isLeft = ({ relation, index }: ChunkWork) => touched.get(relation.oid)?.listed.has(index) === false;
  await pool.forEach(untilOver(time, chunksOf(relations), isLeft), async (client, { relation, range, index }) => {
    const rows = touched.get(relation.oid);
    if (rows === undefined || notes.gaps.has(relation.oid)) return;
    const list = async (snapshot: ExportedSnapshot, condition: string) => {
      const left = Math.min(limits.inTable - countOf(rows), limits.inAll - countOfAll(touched));
      const limit = Math.max(left, 0) + 1;
      const sql = listSql(relation, range, condition, limit);
      const [found = [], filenode] = await queryUnder(client, snapshot.id, [sql, filenodeSql(relation)]);
      if (found.length >= limit) {
        const { inTable, inAll } = limits;
        const most = `a witness lists at most ${inTable} of a table and ${inAll} in all`;
        notes.gaps.set(relation.oid, `has too many rows touched between S1 and S2: ${most}`);
        forget(rows);
        return undefined;
      }
      return rewritten(relation, filenode, notes) ? undefined : found;
    };
    const listChunk = async () => {
      const marked = await list(s1, wasMarked(xids, relation));
      if (marked === undefined) return;
      const alive = await lookUp(client, s2, relation, marked);
      for (const row of marked) {
        if (alive.has(versionOf(row))) continue;
        rows.deleted.push([...rowVersion(row), killerOf(row, relation, nextMultixact, newest)]);
      }
      const young = await list(s2, isYoung(xids));
      if (young === undefined) return;
      const old = await lookUp(client, s1, relation, young);
      for (const row of young) (old.has(versionOf(row)) ? rows.kept : rows.inserted).push(rowVersion(row));
      rows.listed.add(index);
    };
    await time.piece(() => noting(relation, notes, listChunk));
    onChunk(relation);
  });
}

const countOf = ({ deleted, kept, inserted }: TouchedRows) => deleted.length + kept.length + inserted.length;
const countOfAll = (touched: ReadonlyMap<number, TouchedRows>) =>
  [...touched.values()].reduce((total, rows) => total + countOf(rows), 0);

/** Of a table that is not proven, they serve nothing. */
function forget({ deleted, kept, inserted }: TouchedRows): void {
  for (const rows of [deleted, kept, inserted]) rows.length = 0;
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

/** Rows whose xmax may have deleted them since S1: a young transaction, or any multixact. Lockers are among them. */
function wasMarked(xids: XidRange, { oldestMultixact }: Relation): string {
  return `${isYoung(xids, 'xmax')} or (mxid_age(xmax) >= 0 and mxid_age(xmax) <= mxid_age('${oldestMultixact}'::xid))`;
}

async function lookUp(
  client: pg.Client,
  snapshot: ExportedSnapshot,
  relation: Relation,
  rows: readonly Row[],
): Promise<Set<string>> {
  const seen = new Set<string>();
  for (let start = 0; start < rows.length; start += lookUpBatch) {
    const ctids = rows.slice(start, start + lookUpBatch).map((row) => String(row['ctid']));
    const [found = []] = await queryUnder(client, snapshot.id, [lookUpSql(relation, ctids)]);
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
