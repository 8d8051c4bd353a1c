import type pg from 'pg';
import type { StoredScan } from '../../contracts/progress/verification-progress.ts';
import type { TableVerdict } from '../../contracts/verification.ts';
import type { RowVersion, TableWitness } from '../../contracts/witness.ts';
import { type BlockRange, chunkBlocks } from '../../domain/verification/chunks.ts';
import { asAtS1, type CopyOfTable, matchTable, type TableMatch } from '../../domain/verification/compare-table.ts';
import { isBeyond, widen, type XidRange } from '../../domain/verification/transaction-ids.ts';
import { queryUnder, type Row } from '../session/exported-snapshot.ts';
import { isYoungOrOwn, listSql, lookUpSql, sumSql } from '../witness/row-hash.ts';

/** Rows listed from one chunk of the copy. The witness lists fewer; more means that they cannot be matched. */
const youngRowLimit = 500_000;
const lookUpBatch = 5_000;

/** The blocks of a chunk of the witness; the last chunk is open-ended. */
export function chunkRange({ chunks }: TableWitness, index: number): BlockRange {
  const firstBlock = chunks[index]?.firstBlock ?? 0;
  return { firstBlock, endBlock: index === chunks.length - 1 ? null : firstBlock + chunkBlocks };
}

/** Gathers the chunks of one table of the copy; the last to finish compares the whole. */
export class TableVerification {
  readonly #witness: TableWitness;
  readonly #oldest: bigint;
  readonly #newest: bigint;
  readonly #chunks: (CopyOfTable['chunks'][number] | null)[];
  readonly #young: RowVersion[];
  readonly #oldDeleted: RowVersion[];
  readonly #isAsAtS1: ReturnType<typeof asAtS1>;
  #problem: string | undefined;

  /** `stored`: what an earlier call has read. */
  constructor(witness: TableWitness, oldest: bigint, newest: bigint, stored: StoredScan | undefined) {
    this.#witness = witness;
    this.#oldest = oldest;
    this.#newest = newest;
    this.#chunks = witness.chunks.map((_, index) => {
      const read = stored?.chunks[index] ?? null;
      return read && { rows: BigInt(read.rows), sum: BigInt(read.sum) };
    });
    this.#young = [...(stored?.young ?? [])];
    this.#oldDeleted = [...(stored?.oldDeleted ?? [])];
    this.#problem = stored?.problem ?? undefined;
    this.#isAsAtS1 = asAtS1(witness);
  }

  get chunkBytes(): number {
    return this.#witness.bytes / this.#witness.chunks.length;
  }

  isLeft(index: number): boolean {
    return this.#chunks[index] === null;
  }

  async read(client: pg.Client, index: number, range: BlockRange, xids: XidRange): Promise<void> {
    if (this.#problem !== undefined) return this.fail(index, this.#problem);
    const [[sum] = []] = await queryUnder(client, undefined, [sumSql(this.#witness, range)]);
    if (sum === undefined) throw new Error('an aggregate returned no row');
    const chunk = { rows: BigInt(String(sum['rows'])), sum: BigInt(String(sum['sum'])) };
    const young = this.#isAsAtS1(index, chunk) ? [] : await this.#listYoung(client, range, xids);
    if (young.length > youngRowLimit) {
      return this.fail(
        index,
        `more than ${youngRowLimit} rows of one chunk are younger than S1, which cannot be matched`,
      );
    }
    const oldDeleted = index === 0 ? await this.#lookUpDeleted(client) : [];
    // All of a chunk or nothing: it may be read again.
    this.#chunks[index] = chunk;
    for (const row of young) this.#young.push(row);
    for (const row of oldDeleted) this.#oldDeleted.push(row);
  }

  /** The chunk is done with; the table fails with its first problem. */
  fail(index: number, problem: string): void {
    this.#problem ??= problem;
    this.#chunks[index] ??= { rows: 0n, sum: 0n };
  }

  async #listYoung(client: pg.Client, range: BlockRange, xids: XidRange): Promise<RowVersion[]> {
    const statement = listSql(this.#witness, range, isYoungOrOwn(xids), youngRowLimit + 1);
    const [rows = []] = await queryUnder(client, undefined, [statement]);
    return rows.map(rowVersion);
  }

  async #lookUpDeleted(client: pg.Client): Promise<RowVersion[]> {
    const old = new Map(
      this.#witness.deleted
        .filter(([, xmin]) => widen(xmin, this.#newest) < this.#oldest)
        .map(([ctid, xmin]) => [ctid, xmin]),
    );
    const ctids = [...old.keys()];
    const found: RowVersion[] = [];
    for (let start = 0; start < ctids.length; start += lookUpBatch) {
      const statement = lookUpSql(this.#witness, ctids.slice(start, start + lookUpBatch));
      const [rows = []] = await queryUnder(client, undefined, [statement]);
      for (const [ctid, xmin, hash] of rows.map(rowVersion)) {
        // Another row may have taken the place of a deleted one; then it is young and in the other list.
        if (old.get(ctid) === xmin) found.push([ctid, xmin, hash]);
      }
    }
    return found;
  }

  /** What came out, when every chunk is read. */
  result(xids: XidRange): TableMatch | TableVerdict | undefined {
    const chunks = this.#chunks.filter((chunk) => chunk !== null);
    if (chunks.length < this.#chunks.length) return undefined;
    const { table, bytes } = this.#witness;
    if (this.#problem === undefined) {
      const own = this.#young.filter(([, xmin]) => isBeyond(xmin, xids));
      const young = own.length === 0 ? this.#young : this.#young.filter(([, xmin]) => !isBeyond(xmin, xids));
      return matchTable(this.#witness, { chunks, young, own, oldDeleted: this.#oldDeleted }, this.#newest);
    }
    return { table, status: 'failed', rows: '0', bytes, matchedRows: 0, unverifiableRows: 0, reason: this.#problem };
  }

  toStored(): StoredScan {
    return {
      chunks: this.#chunks.map((chunk) => chunk && { rows: String(chunk.rows), sum: String(chunk.sum) }),
      young: this.#young,
      oldDeleted: this.#oldDeleted,
      problem: this.#problem ?? null,
    };
  }
}

const rowVersion = (row: Row): RowVersion => [String(row['ctid']), String(row['xmin']), String(row['hash'])];
