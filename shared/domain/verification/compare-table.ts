import type { TableVerdict } from '../../contracts/verification.ts';
import type { RowVersion, TableWitness } from '../../contracts/witness.ts';
import { blockOf, chunkBlocks } from './chunks.ts';
import { widen } from './transaction-ids.ts';

/** What the copy holds of one table. `young` are all rows whose xmin is S1's or later, and before S2's xmax. */
export type CopyOfTable = {
  readonly chunks: readonly { readonly rows: bigint; readonly sum: bigint }[];
  readonly young: readonly RowVersion[];
  /** Those of the witness's deleted rows with an older xmin that are still visible here. */
  readonly oldDeleted: readonly RowVersion[];
  /** Rows of transactions that began when S2 was past: only the copy itself can have written them. */
  readonly own?: readonly RowVersion[];
};

/**
 * What can be said of a table without asking the copy about transactions, and the questions that remain.
 * Transactions are 64-bit ids.
 */
export type TableMatch = {
  readonly table: string;
  readonly bytes: number;
  readonly rows: bigint;
  readonly problems: string[];
  readonly matchedRows: number;
  readonly bornAndKilled: number;
  /** The rows that were counted so: the copy alone holds them. */
  readonly strangers: readonly Stranger[];
  /** Rows that only the copy itself can have written. */
  readonly own: readonly Stranger[];
  /**
   * The newest transaction that an identical inserted row proves to be in the copy. Rows of S1 prove nothing more than
   * the heartbeat, and may bear an id of 2^32 transactions ago.
   */
  readonly newestPresent: bigint;
  /** Rows that S1 did not show and S2 did, and that are here as they were then. */
  readonly presentInserted: number;
  readonly absentInserted: readonly bigint[];
  readonly presentDeleted: readonly bigint[];
  readonly absentDeleted: readonly (bigint | null)[];
};

/** Rows of one maker; `ctids` are the places of the first of them. */
export type Stranger = { readonly transaction: bigint; readonly rows: number; readonly ctids: readonly string[] };

/** Half of the 32-bit ids: the next transactions of the copy are nearer than that. */
const halfEpoch = 2n ** 31n - 1n;

/** A bulk load that came and went has many rows and one maker. */
const strangersPlaced = 100;

export type TransactionStatus = 'committed' | 'aborted' | 'in progress' | null;

/**
 * Reports of a chunk of the copy whether it holds what it held at S1: nothing in it was touched until S2, and its rows and
 * sum are S1's. Nobody need look for young rows in it: one more would show in both.
 */
export function asAtS1(witness: TableWitness): (index: number, chunk: CopyOfTable['chunks'][number]) => boolean {
  const touched = new Set(
    [...witness.deleted, ...witness.kept, ...witness.inserted].map(([ctid]) => chunkOf(ctid, witness.chunks.length)),
  );
  return (index, { rows, sum }) => {
    const expected = witness.chunks[index];
    return !touched.has(index) && expected?.rows === String(rows) && expected.sum === String(sum);
  };
}

/** The last chunk is open-ended. */
const chunkOf = (ctid: string, chunks: number) => Math.min(Math.floor(blockOf(ctid) / chunkBlocks), chunks - 1);

/**
 * Compares a copy with its witness: method M2. Every row of S1 that nobody touched until S2 must be in the copy,
 * whatever the instant of the snapshot is: proven chunk by chunk, by count and sum. Touched rows are matched one by
 * one. Rows in the copy that are in neither list were born and killed between S1 and S2: they cannot be verified.
 */
export function matchTable(witness: TableWitness, copy: CopyOfTable, newest: bigint): TableMatch {
  const problems: string[] = [];
  const young = new Map(copy.young.map((row) => [key(row), row]));
  const oldDeleted = new Map(copy.oldDeleted.map((row) => [key(row), row]));
  const expected = witness.chunks.map(({ rows, sum }) => ({ rows: BigInt(rows), sum: BigInt(sum) }));
  const observed = copy.chunks.map(({ rows, sum }) => ({ rows, sum }));
  const subtract = (
    chunks: { rows: bigint; sum: bigint }[],
    [ctid, , hash]: readonly [string, string, string, ...unknown[]],
  ) => {
    const chunk = chunks[chunkOf(ctid, chunks.length)];
    if (chunk === undefined) return;
    chunk.rows -= 1n;
    chunk.sum -= BigInt(hash);
  };
  for (const row of copy.young) subtract(observed, row);
  for (const row of copy.oldDeleted) subtract(observed, row);
  for (const row of copy.own ?? []) subtract(observed, row);
  for (const row of witness.kept) subtract(expected, row);
  for (const row of witness.deleted) subtract(expected, [row[0], row[1], row[2]]);

  let matchedRows = 0;
  let newestPresent = 0n;
  const see = (row: RowVersion) => {
    const transaction = widen(row[1], newest);
    if (transaction > newestPresent) newestPresent = transaction;
  };
  const match = (row: RowVersion, found: RowVersion) => {
    if (row[2] === found[2]) matchedRows += 1;
    else problems.push(`row ${row[0]} has another value`);
    return row[2] === found[2];
  };

  for (const row of witness.kept) {
    const found = young.get(key(row));
    if (found === undefined) problems.push(`row ${row[0]} is missing`);
    else match(row, found);
    young.delete(key(row));
  }
  const absentInserted: bigint[] = [];
  let presentInserted = 0;
  for (const row of witness.inserted) {
    const found = young.get(key(row));
    if (found === undefined) absentInserted.push(widen(row[1], newest));
    else if (match(row, found)) {
      presentInserted += 1;
      see(row);
    }
    young.delete(key(row));
  }
  const presentDeleted: bigint[] = [];
  const absentDeleted: (bigint | null)[] = [];
  for (const [ctid, xmin, hash, killer] of witness.deleted) {
    const row: RowVersion = [ctid, xmin, hash];
    const found = young.get(key(row)) ?? oldDeleted.get(key(row));
    const transaction = killer === null ? null : BigInt(killer);
    if (found === undefined) absentDeleted.push(transaction);
    else if (match(row, found) && transaction !== null) presentDeleted.push(transaction);
    young.delete(key(row));
  }

  for (const [index, want] of expected.entries()) {
    const have = observed[index] ?? { rows: 0n, sum: 0n };
    if (have.rows === want.rows && have.sum === want.sum) continue;
    const blocks = `blocks ${index * chunkBlocks} to ${index === expected.length - 1 ? 'the end' : (index + 1) * chunkBlocks - 1}`;
    problems.push(
      have.rows === want.rows
        ? `values of untouched rows differ in ${blocks}`
        : `untouched rows in ${blocks}: observed ${have.rows}, expected ${want.rows}`,
    );
  }
  return {
    table: witness.table,
    bytes: witness.bytes,
    rows: copy.chunks.reduce((total, { rows }) => total + rows, 0n),
    problems,
    matchedRows,
    bornAndKilled: young.size,
    strangers: strangersOf(young.values(), newest),
    own: strangersOf(copy.own ?? [], newest + halfEpoch),
    newestPresent,
    presentInserted,
    absentInserted,
    presentDeleted,
    absentDeleted,
  };
}

const rowsOf = (strangers: readonly Stranger[]) => strangers.reduce((sum, { rows }) => sum + rows, 0);

function strangersOf(rows: Iterable<RowVersion>, newest: bigint): Stranger[] {
  const byMaker = new Map<string, { transaction: bigint; rows: number; ctids: string[] }>();
  for (const [ctid, xmin] of rows) {
    const made = byMaker.get(xmin) ?? { transaction: widen(xmin, newest), rows: 0, ctids: [] };
    made.rows += 1;
    if (made.ctids.length < strangersPlaced) made.ctids.push(ctid);
    byMaker.set(xmin, made);
  }
  return [...byMaker.values()];
}

export type SettleOptions = {
  readonly isForged?: (transaction: bigint) => boolean;
  readonly loginTrigger?: string | undefined;
  /** The copy is of S1 itself: it holds every row of S1 and no other one. */
  readonly isOfS1?: boolean;
};

/**
 * Settles the rest by asking the copy which transactions it holds. `bound` is the newest transaction proven to be in
 * the copy: the copy's own transactions reuse every id after it, so that its answer about those means nothing.
 * `isForged` reports the maker of a row that the copy alone holds whether it cannot have been the source's;
 * `loginTrigger`: one that is enabled on the copy, and so may have written when we came.
 */
export function settleTable(
  match: TableMatch,
  bound: bigint,
  statusOf: (transaction: bigint) => TransactionStatus,
  { isForged = () => false, loginTrigger, isOfS1 = false }: SettleOptions = {},
): TableVerdict {
  const problems = [...match.problems];
  if (isOfS1) problems.push(...differencesToS1(match, loginTrigger));
  const forgedRows = rowsOf(match.strangers.filter(({ transaction }) => isForged(transaction)));
  const ownRows = rowsOf(match.own);
  if (forgedRows > 0 && loginTrigger === undefined) {
    const [are, them] = forgedRows === 1 ? ['row is', 'it'] : ['rows are', 'them'];
    problems.push(`${forgedRows} ${are} in the copy alone, and the source never had ${them}`);
  }
  if (ownRows > 0 && loginTrigger === undefined)
    problems.push(`${ownRows === 1 ? '1 row was' : `${ownRows} rows were`} inserted on the copy itself`);
  const isKnown = (transaction: bigint | null): transaction is bigint => transaction !== null && transaction <= bound;
  let unknownFate = 0;
  const lost = match.absentInserted.filter(
    (transaction) => isKnown(transaction) && statusOf(transaction) === 'committed',
  );
  if (lost.length > 0) problems.push(`${countOf(lost, 'row')} missing although the inserting transaction is committed`);
  const risen = match.presentDeleted.filter(
    (transaction) => isKnown(transaction) && statusOf(transaction) === 'committed',
  );
  if (risen.length > 0)
    problems.push(`${countOf(risen, 'row')} present although the deleting transaction is committed`);
  let gone = 0;
  for (const killer of match.absentDeleted) {
    const status = isKnown(killer) ? statusOf(killer) : null;
    if (status === null) unknownFate += 1;
    else if (status !== 'committed') gone += 1;
  }
  if (gone > 0)
    problems.push(
      `${gone === 1 ? '1 row is' : `${gone} rows are`} missing although no committed transaction deleted it`,
    );
  const unverifiableRows = match.bornAndKilled + unknownFate + ownRows;
  const written =
    ownRows + forgedRows > 0 && loginTrigger !== undefined
      ? `event trigger ${loginTrigger} writes at our own logins to the copy: let its function return at once for our role`
      : undefined;
  return {
    table: match.table,
    status: problems.length > 0 ? 'failed' : 'proven',
    rows: String(match.rows),
    bytes: match.bytes,
    matchedRows: match.matchedRows,
    unverifiableRows,
    ...(problems.length > 0 ? { reason: fold(problems) } : written === undefined ? {} : { reason: written }),
  };
}

/** Nothing that changed after S1 is excused; rows that a trigger may have written when we came stay unverifiable. */
function differencesToS1(
  { presentInserted, absentDeleted, bornAndKilled }: TableMatch,
  loginTrigger: string | undefined,
): string[] {
  const more = presentInserted + (loginTrigger === undefined ? bornAndKilled : 0);
  const less = absentDeleted.length;
  const rows = (count: number) => (count === 1 ? '1 row' : `${count} rows`);
  return [
    ...(more > 0 ? [`holds ${rows(more)} of after the moment at which the writers paused`] : []),
    ...(less > 0 ? [`lacks ${rows(less)} of that moment`] : []),
  ];
}

/** Every transaction that `settleTable` may ask about. */
export function questionsOf(match: TableMatch): bigint[] {
  return [
    ...match.absentInserted,
    ...match.presentDeleted,
    ...match.absentDeleted.filter((killer): killer is bigint => killer !== null),
  ];
}

const key = ([ctid, xmin]: RowVersion) => `${ctid} ${xmin}`;
const countOf = (items: readonly unknown[], noun: string) =>
  items.length === 1 ? `1 ${noun} is` : `${items.length} ${noun}s are`;

function fold(problems: readonly string[]): string {
  const shown = problems.slice(0, 3).join('; ');
  return problems.length > 3 ? `${shown}; and ${problems.length - 3} more` : shown;
}
