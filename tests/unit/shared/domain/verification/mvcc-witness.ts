/**
 * What shared/pg reads of a history: the witness between S1 and S2, and a copy at an instant L. The conditions of its
 * SQL are reported again here in 32-bit arithmetic, as the server computes them.
 */
import type { RowVersion, TableWitness } from '../../../../../shared/contracts/witness.ts';
import { blockBytes, blockOf, chunkBlocks, planChunks } from '../../../../../shared/domain/verification/chunks.ts';
import { asAtS1, type CopyOfTable } from '../../../../../shared/domain/verification/compare-table.ts';
import { newestOf, widen, youngXids } from '../../../../../shared/domain/verification/transaction-ids.ts';
import { type History, type Instant, type Version, visibleAt } from './mvcc-history.ts';

/** A row as a reader of the copy sees it. */
export type CopyRow = { readonly ctid: string; readonly xmin: bigint; readonly hash: string };

const epoch = 1n << 32n;
const maxAge = (1n << 31n) - 1n;

/** age(xid) of PostgreSQL: how far back from the server's next id, in 32 bits; special ids are infinitely old. */
const age = (xid: bigint, next: bigint) => (xid % epoch < 3n ? maxAge : BigInt.asIntN(32, next - xid));

/** `isYoung` of row-hash.ts, asked of a server whose next transaction id is `next`. */
export function isYoung(xmin: bigint, { s1, s2 }: History, next: bigint): boolean {
  const { oldest, beyond } = youngXids(s1, s2);
  return age(xmin, next) <= age(BigInt(oldest), next) && age(xmin, next) > age(BigInt(beyond), next);
}

const chunkCount = 3;
const low = (xid: bigint) => String(xid % epoch);
const rowVersion = ({ ctid, xmin, hash }: CopyRow): RowVersion => [ctid, low(xmin), hash];

export const fates = (history: History) => {
  const atS1 = new Set(visibleAt(history, history.s1));
  const atS2 = new Set(visibleAt(history, history.s2));
  return { atS1, atS2, killerOf: (version: Version) => committedKiller(version, history) };
};

function committedKiller({ killers }: Version, history: History) {
  const killer = killers.find(({ xid }) => history.isCommitted(xid, history.s2));
  return killer === undefined || killer.isMultixact ? null : killer.xid;
}

export function witnessOf(history: History, table: number): TableWitness {
  const { atS1, atS2, killerOf } = fates(history);
  const isOurs = (version: Version) => version.table === table;
  const seen = [...atS1].filter(isOurs);
  const young = [...atS2].filter(isOurs).filter(({ xmin }) => isYoung(xmin, history, history.end.nextXid));
  const bytes = chunkCount * chunkBlocks * blockBytes;
  return {
    oid: 16384 + table,
    table: `public.table_${table}`,
    kind: 'table',
    method: 'columns 18',
    columns: [],
    filenode: 16384 + table,
    bytes,
    rows: String(seen.length),
    chunks: planChunks(bytes).map(({ firstBlock, endBlock }) => {
      const rows = seen.filter(({ ctid }) => isWithin(ctid, firstBlock, endBlock));
      return { firstBlock, rows: String(rows.length), sum: String(sumOf(rows)) };
    }),
    deleted: seen
      .filter((version) => !atS2.has(version))
      .map((version) => {
        const killer = killerOf(version);
        return [...rowVersion(version), killer === null ? null : String(widen(low(killer), newestOf(history.s2)))];
      }),
    kept: young.filter((version) => atS1.has(version)).map(rowVersion),
    inserted: young.filter((version) => !atS1.has(version)).map(rowVersion),
  };
}

/** What TableScan in verify-tables.ts gathers of a copy at `instant` that holds `rows` of the table. */
export function copyOf(
  rows: readonly CopyRow[],
  witness: TableWitness,
  history: History,
  instant: Instant,
): CopyOfTable {
  // The copy has begun some transactions of its own.
  const next = instant.nextXid + 5n;
  const newest = newestOf(history.s2);
  const old = new Map(
    witness.deleted.filter(([, xmin]) => widen(xmin, newest) < history.s1.xmin).map(([ctid, xmin]) => [ctid, xmin]),
  );
  const isAsAtS1 = asAtS1(witness);
  const read = witness.chunks.map(({ firstBlock }, index) => {
    const endBlock = index === witness.chunks.length - 1 ? null : firstBlock + chunkBlocks;
    const within = rows.filter(({ ctid }) => isWithin(ctid, firstBlock, endBlock));
    const chunk = { rows: BigInt(within.length), sum: sumOf(within) };
    const listed = isAsAtS1(index, chunk) ? [] : within.filter(({ xmin }) => isYoung(xmin, history, next));
    return { chunk, listed };
  });
  return {
    chunks: read.map(({ chunk }) => chunk),
    young: read.flatMap(({ listed }) => listed.map(rowVersion)),
    oldDeleted: rows.filter(({ ctid, xmin }) => old.get(ctid) === low(xmin)).map(rowVersion),
  };
}

function isWithin(ctid: string, firstBlock: number, endBlock: number | null): boolean {
  const block = blockOf(ctid);
  return block >= firstBlock && (endBlock === null || block < endBlock);
}

const sumOf = (rows: readonly { readonly hash: string }[]) => rows.reduce((sum, { hash }) => sum + BigInt(hash), 0n);
