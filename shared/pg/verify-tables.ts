import type pg from 'pg';
import type { TableVerdict } from '../contracts/verification.ts';
import type { RowVersion, TableWitness, WitnessHeader } from '../contracts/witness.ts';
import { type BlockRange, chunkBlocks } from '../domain/chunks.ts';
import {
  asAtS1,
  type CopyOfTable,
  matchTable,
  questionsOf,
  settleTable,
  type TableMatch,
  type TransactionStatus,
} from '../domain/compare-table.ts';
import { newestOf, parseSnapshot, widen, type XidRange, youngXids } from '../domain/transaction-ids.ts';
import { coerceError } from '../errors.ts';
import { sameColumns } from './columns.ts';
import { readHeartbeat } from './heartbeat.ts';
import { parseRelations, type Relation, relationsSql } from './relations.ts';
import { isYoung, listSql, lookUpSql, sumSql } from './row-hash.ts';
import type { SessionPool } from './session-pool.ts';

/** Rows listed from one chunk of the copy. The witness lists fewer; more means that they cannot be matched. */
const youngRowLimit = 500_000;
const lookUpBatch = 5_000;

export type VerifyTablesRequest = {
  readonly header: WitnessHeader;
  /** The tables of the witness, read as they are needed: only those in work are in memory. */
  readonly tables: AsyncIterable<TableWitness>;
  readonly role: string;
  onProgress(progress: { readonly done: number; readonly total: number }): void;
};

/** Verifies every table of the witness on the copy, and names tables of the copy that the witness does not know. */
export async function verifyTables(
  client: pg.Client,
  pool: SessionPool,
  { header, tables, role, onProgress }: VerifyTablesRequest,
): Promise<TableVerdict[]> {
  const here = await client.query<Record<string, unknown>>(relationsSql);
  const copies = new Map(parseRelations(here.rows, role).map((relation) => [relation.oid, relation]));
  const [s1, s2] = [parseSnapshot(header.s1.snapshot), parseSnapshot(header.s2.snapshot)];
  const xids = youngXids(s1, s2);
  const verdicts: TableVerdict[] = header.gaps.map(({ object, problem }) => unverifiable(object, 0, problem));
  const known = new Set(header.gaps.map(({ object }) => object));
  const matches: TableMatch[] = [];
  let done = 0;

  async function* work(): AsyncGenerator<ChunkScan> {
    for await (const witness of tables) {
      known.add(witness.table);
      const settled = withoutScan(witness, copies.get(witness.oid));
      if (settled !== undefined) {
        verdicts.push(settled);
        continue;
      }
      const scan = new TableScan(witness, s1.xmin, newestOf(s2));
      for (const [index, { firstBlock }] of witness.chunks.entries()) {
        const endBlock = index === witness.chunks.length - 1 ? null : firstBlock + chunkBlocks;
        yield { scan, index, range: { firstBlock, endBlock } };
      }
    }
  }

  await pool.forEach(work(), async (session, { scan, index, range }) => {
    try {
      await scan.read(session, index, range, xids);
    } catch (thrown) {
      scan.fail(readFailure(thrown));
    }
    done += scan.chunkBytes;
    onProgress({ done: Math.min(done, header.bytes), total: header.bytes });
    const result = scan.finishChunk();
    if (result === undefined) return;
    if ('status' in result) verdicts.push(result);
    else matches.push(result);
  });

  for (const { table, bytes } of copies.values()) {
    if (!known.has(table))
      verdicts.push(unverifiable(table, bytes, 'is only in the copy: made and dropped between S1 and S2'));
  }
  return [...verdicts, ...(await settleAll(client, header, matches))];
}

type ChunkScan = { readonly scan: TableScan; readonly index: number; readonly range: BlockRange };

/** Gathers the chunks of one table; the last to finish compares the whole. */
class TableScan {
  readonly #witness: TableWitness;
  readonly #oldest: bigint;
  readonly #newest: bigint;
  readonly #copy: { chunks: CopyOfTable['chunks'][number][]; young: RowVersion[]; oldDeleted: RowVersion[] };
  readonly #isAsAtS1: ReturnType<typeof asAtS1>;
  #left: number;
  #problem: string | undefined;

  constructor(witness: TableWitness, oldest: bigint, newest: bigint) {
    this.#witness = witness;
    this.#oldest = oldest;
    this.#newest = newest;
    this.#copy = { chunks: [], young: [], oldDeleted: [] };
    this.#left = witness.chunks.length;
    this.#isAsAtS1 = asAtS1(witness);
  }

  get chunkBytes(): number {
    return this.#witness.bytes / this.#witness.chunks.length;
  }

  fail(problem: string): void {
    this.#problem ??= problem;
  }

  async read(client: pg.Client, index: number, range: BlockRange, xids: XidRange): Promise<void> {
    if (this.#problem !== undefined) return;
    const { rows: sums } = await client.query<{ rows: string; sum: string }>(sumSql(this.#witness, range));
    const [sum] = sums;
    if (sum === undefined) throw new Error('an aggregate returned no row');
    const chunk = { rows: BigInt(sum.rows), sum: BigInt(sum.sum) };
    this.#copy.chunks[index] = chunk;
    if (!this.#isAsAtS1(index, chunk)) await this.#listYoung(client, range, xids);
    if (index === 0) await this.#lookUpDeleted(client);
  }

  async #listYoung(client: pg.Client, range: BlockRange, xids: XidRange): Promise<void> {
    const { rows } = await client.query<ListedRow>(listSql(this.#witness, range, isYoung(xids), youngRowLimit + 1));
    if (rows.length > youngRowLimit)
      return this.fail(`more than ${youngRowLimit} rows of one chunk are younger than S1, which cannot be matched`);
    for (const row of rows) this.#copy.young.push([row.ctid, row.xmin, row.hash]);
  }

  async #lookUpDeleted(client: pg.Client): Promise<void> {
    const old = new Map(
      this.#witness.deleted
        .filter(([, xmin]) => widen(xmin, this.#newest) < this.#oldest)
        .map(([ctid, xmin]) => [ctid, xmin]),
    );
    const ctids = [...old.keys()];
    for (let start = 0; start < ctids.length; start += lookUpBatch) {
      const { rows } = await client.query<ListedRow>(lookUpSql(this.#witness, ctids.slice(start, start + lookUpBatch)));
      for (const row of rows) {
        // Another row may have taken the place of a deleted one; then it is young and in the other list.
        if (old.get(row.ctid) === row.xmin) this.#copy.oldDeleted.push([row.ctid, row.xmin, row.hash]);
      }
    }
  }

  finishChunk(): TableMatch | TableVerdict | undefined {
    this.#left -= 1;
    if (this.#left > 0) return undefined;
    const { table, bytes } = this.#witness;
    if (this.#problem === undefined) return matchTable(this.#witness, this.#copy, this.#newest);
    return { table, status: 'failed', rows: '0', bytes, matchedRows: 0, unverifiableRows: 0, reason: this.#problem };
  }
}

type ListedRow = { readonly ctid: string; readonly xmin: string; readonly hash: string };

/** What can be said of a table without reading it. */
function withoutScan(witness: TableWitness, copy: Relation | undefined): TableVerdict | undefined {
  const { table, bytes } = witness;
  const failed = (reason: string): TableVerdict => ({ ...unverifiable(table, bytes, reason), status: 'failed' });
  if (witness.sourceDamage !== undefined) return failed(`the source cannot read it: ${witness.sourceDamage}`);
  if (witness.gap !== undefined) return unverifiable(table, bytes, witness.gap);
  if (copy === undefined) return failed('is missing from the copy');
  if (copy.table !== table) return failed(`is named '${copy.table}' in the copy`);
  if (copy.filenode !== witness.filenode) {
    return failed(`is stored in file ${copy.filenode} of the copy, in file ${witness.filenode} of the source`);
  }
  if (!sameColumns(witness.columns, copy.columns)) return failed('has other columns in the copy');
  return undefined;
}

function unverifiable(table: string, bytes: number, reason: string): TableVerdict {
  return { table, status: 'unverifiable', rows: '0', bytes, matchedRows: 0, unverifiableRows: 0, reason };
}

/** Damage of the copy is the table's; a broken connection or a missing privilege is not, and is thrown. */
function readFailure(thrown: unknown): string {
  const error = coerceError(thrown);
  const code = (error as { code?: string }).code ?? '';
  if (!/^[0-9A-Z]{5}$/.test(code) || /^(08|28|42501|53|57)/.test(code)) throw error;
  return `cannot be read on the copy: ${error.message}`;
}

async function settleAll(
  client: pg.Client,
  header: WitnessHeader,
  matches: readonly TableMatch[],
): Promise<TableVerdict[]> {
  const heartbeat = await readHeartbeat(client);
  const bound = matches.reduce(
    (newest, match) => (match.newestPresent > newest ? match.newestPresent : newest),
    heartbeat !== undefined && BigInt(heartbeat.beat) >= BigInt(header.s1.beat) ? BigInt(heartbeat.xid) : 0n,
  );
  const asked = [...new Set(matches.flatMap(questionsOf))].filter((transaction) => transaction <= bound);
  const statuses = new Map<bigint, TransactionStatus>();
  for (let start = 0; start < asked.length; start += lookUpBatch) {
    const { rows } = await client.query<{ xid: string; status: TransactionStatus }>(
      `/* pg-gameday:transaction-status */
select xid::text, pg_xact_status(xid) as status from unnest($1::xid8[]) as xid`,
      [asked.slice(start, start + lookUpBatch).map(String)],
    );
    for (const { xid, status } of rows) statuses.set(BigInt(xid), status);
  }
  return matches.map((match) => settleTable(match, bound, (transaction) => statuses.get(transaction) ?? null));
}
