import type pg from 'pg';
import type { StoredMatch, TablesProgress } from '../../contracts/progress/verification-progress.ts';
import type { TableVerdict } from '../../contracts/verification.ts';
import type { TableWitness, WitnessHeader, WriterPause } from '../../contracts/witness.ts';
import { type BlockRange, chunkBlocks } from '../../domain/verification/chunks.ts';
import { type Stranger, settleTable, type TableMatch } from '../../domain/verification/compare-table.ts';
import { copyProblem } from '../../domain/verification/foreign-code.ts';
import { newestOf, parseSnapshot, youngXids } from '../../domain/verification/transaction-ids.ts';
import { coerceError } from '../../errors.ts';
import { copyTime, readByCopy, tooLong } from '../foreign-code/copied-tables.ts';
import { makeCallTime } from '../session/call-time.ts';
import type { SessionPool } from '../session/session-pool.ts';
import { askAboutTransactions } from '../witness/ask-about-transactions.ts';
import { sameColumns } from '../witness/columns.ts';
import { isLockError } from '../witness/locked-tables.ts';
import { type Relation, readRelations } from '../witness/relations.ts';
import { TableVerification } from './table-verification.ts';

export type VerifyTablesRequest = {
  readonly header: WitnessHeader;
  /** The tables of the witness, read as they are needed: only those in work are in memory. */
  readonly tables: AsyncIterable<TableWitness>;
  readonly role: string;
  /** The copy is of the moment of this pause. */
  readonly pause?: WriterPause | undefined;
  /** Roles whose code may run as ours, beside superusers and the master user. */
  readonly trustedOwners?: readonly string[];
  /** Milliseconds that this call may work before it has to say what it did. */
  remainingTime(): number;
  /** What the call before has left. */
  readonly progress: TablesProgress | undefined;
  onProgress(progress: { readonly done: number; readonly total: number }): void;
};

/** `progress`: the time of the call was not enough, and the next one goes on. */
export type VerifiedTables =
  | { readonly complete: true; readonly verdicts: TableVerdict[] }
  | { readonly complete: false; readonly progress: TablesProgress };

/** Verifies every table of the witness on the copy, and names tables of the copy that the witness does not know. */
export async function verifyTables(
  client: pg.Client,
  pool: SessionPool,
  { header, tables, role, pause, trustedOwners, remainingTime, progress, onProgress }: VerifyTablesRequest,
): Promise<VerifiedTables> {
  const here = await readRelations(client, undefined, role, trustedOwners);
  const copies = new Map(here.map((relation) => [relation.oid, relation]));
  const [s1, s2] = [parseSnapshot(header.s1.snapshot), parseSnapshot(header.s2.snapshot)];
  const xids = youngXids(s1, s2);
  const time = makeCallTime(remainingTime);
  const verdicts: TableVerdict[] = [...(progress?.verdicts ?? [])];
  const matches: TableMatch[] = (progress?.matches ?? []).map(loadMatch);
  const finished = new Set(progress?.finished);
  const scans = new Map<number, TableVerification>();
  const known = new Set(header.gaps.map(({ object }) => object));
  let done = 0;
  let isCut = false;

  async function* work(): AsyncGenerator<ChunkWork | CopyWork> {
    let place = -1;
    for await (const witness of tables) {
      place += 1;
      known.add(witness.table);
      if (finished.has(place)) continue;
      const settled = withoutScan(witness, copies.get(witness.oid));
      if (settled !== undefined) {
        verdicts.push(settled);
        finished.add(place);
        continue;
      }
      if (witness.copied !== undefined) {
        isCut ||= time.isOver();
        if (!isCut) yield { place, copied: witness };
        continue;
      }
      const stored = progress?.scans[place];
      if (isCut && stored === undefined) continue;
      const scan = new TableVerification(witness, s1.xmin, newestOf(s2), stored);
      scans.set(place, scan);
      for (const [index, { firstBlock }] of witness.chunks.entries()) {
        if (!scan.isLeft(index)) continue;
        isCut ||= time.isOver();
        if (isCut) break;
        const endBlock = index === witness.chunks.length - 1 ? null : firstBlock + chunkBlocks;
        yield { place, scan, index, range: { firstBlock, endBlock } };
      }
    }
  }

  await pool.forEach(work(), async (session, piece) => {
    if ('copied' in piece) {
      const found = await time.piece(() => unlocked(() => verifyCopied(session, piece.copied, time.left())));
      if (found === undefined) {
        isCut = true;
        return;
      }
      verdicts.push(found);
      finished.add(piece.place);
      return;
    }
    const { place, scan, index, range } = piece;
    await time.piece(() =>
      unlocked(() => scan.read(session, index, range, xids)).catch((thrown: unknown) =>
        scan.fail(index, readFailure(thrown)),
      ),
    );
    done += scan.chunkBytes;
    onProgress({ done: Math.min(done, header.bytes), total: header.bytes });
    const result = scan.result(xids);
    if (result === undefined) return;
    if ('status' in result) verdicts.push(result);
    else matches.push(result);
    finished.add(place);
    scans.delete(place);
  });
  if (isCut) {
    const stored = [...scans].map(([place, scan]) => [place, scan.toStored()] as const);
    return {
      complete: false,
      progress: {
        schemaVersion: 1,
        finished: [...finished],
        verdicts,
        matches: matches.map(storeMatch),
        scans: Object.fromEntries(stored),
      },
    };
  }
  for (const { object, problem, bytes = 0, rows = '0' } of header.gaps)
    verdicts.push(unverifiable(object, bytes, problem, rows));
  for (const { table, bytes } of copies.values()) {
    if (!known.has(table))
      verdicts.push({
        ...unverifiable(table, bytes, 'is only in the copy: made and dropped between S1 and S2'),
        onlyInCopy: true,
      });
  }
  return { complete: true, verdicts: [...verdicts, ...(await settleAll(client, header, matches, pause))] };
}

/** Nobody but autovacuum works on a copy: a lock there ends soon, or never, when a prepared transaction holds it. */
async function unlocked<T>(read: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (thrown) {
      if (!isLockError(thrown) || attempt === 4) throw thrown;
    }
  }
}

type ChunkWork = {
  readonly place: number;
  readonly scan: TableVerification;
  readonly index: number;
  readonly range: BlockRange;
};

type CopyWork = { readonly place: number; readonly copied: TableWitness };

/** A table that was read by COPY in the source, read by it here. Undefined: the time of the call was not enough. */
async function verifyCopied(client: pg.Client, witness: TableWitness, left: number): Promise<TableVerdict | undefined> {
  const { table, bytes, rows, copied } = witness;
  if (copied === undefined) throw new Error(`'${table}' was not read by COPY in the source`);
  const { deadline, isWhole } = copyTime(left);
  const failed = (reason: string): TableVerdict => ({ ...unverifiable(table, bytes, reason, rows), status: 'failed' });
  try {
    const found = await readByCopy(client, witness, undefined, deadline);
    if (found === undefined) return isWhole ? unverifiable(table, bytes, `${tooLong}: ${copied.why}`, rows) : undefined;
    const problem = copyProblem(copied, found);
    if (problem === undefined)
      return {
        table,
        status: 'proven',
        rows: found.rows,
        bytes,
        matchedRows: 0,
        unverifiableRows: 0,
        reason: `is proven by COPY: ${copied.why}`,
      };
    const trigger = await loginTriggerOf(client);
    return trigger === undefined
      ? failed(problem)
      : unverifiable(table, bytes, `${problem}; event trigger ${trigger} may have written it when we came`, rows);
  } catch (thrown) {
    if (isLockError(thrown)) throw thrown;
    // Row-level security that the copy has and the source had not: COPY does not become a query.
    if ((coerceError(thrown) as { code?: string }).code === '42501')
      return unverifiable(table, bytes, `cannot be read by COPY: ${coerceError(thrown).message}: ${copied.why}`, rows);
    return failed(readFailure(thrown));
  }
}

async function loginTriggerOf(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ name: string }>(loginTriggersSql);
  return rows[0]?.name;
}

const loginTriggersSql = `/* pg-gameday:login-triggers */
select quote_ident(evtname) as name from pg_event_trigger where evtevent = 'login' and evtenabled in ('O', 'A') order by 1`;

const storeStranger = (one: Stranger) => ({ ...one, ctids: [...one.ctids], transaction: String(one.transaction) });
const loadStranger = (one: StoredMatch['own'][number]): Stranger => ({
  ...one,
  transaction: BigInt(one.transaction),
});

const storeMatch = (match: TableMatch): StoredMatch => ({
  ...match,
  rows: String(match.rows),
  newestPresent: String(match.newestPresent),
  absentInserted: match.absentInserted.map(String),
  presentDeleted: match.presentDeleted.map(String),
  absentDeleted: match.absentDeleted.map((id) => (id === null ? null : String(id))),
  strangers: match.strangers.map(storeStranger),
  own: match.own.map(storeStranger),
});

const loadMatch = (match: StoredMatch): TableMatch => ({
  ...match,
  rows: BigInt(match.rows),
  newestPresent: BigInt(match.newestPresent),
  absentInserted: match.absentInserted.map(BigInt),
  presentDeleted: match.presentDeleted.map(BigInt),
  absentDeleted: match.absentDeleted.map((id) => (id === null ? null : BigInt(id))),
  strangers: match.strangers.map(loadStranger),
  own: match.own.map(loadStranger),
});

/** What can be said of a table without reading it. */
export function withoutScan(witness: TableWitness, copy: Relation | undefined): TableVerdict | undefined {
  const { table, bytes, rows } = witness;
  const failed = (reason: string): TableVerdict => ({ ...unverifiable(table, bytes, reason, rows), status: 'failed' });
  if (witness.sourceDamage !== undefined) return failed(`the source cannot read it: ${witness.sourceDamage}`);
  if (witness.gap !== undefined) return unverifiable(table, bytes, witness.gap, rows);
  // Swapped and swapped back: at the instant between it may have had another name, other columns or another place.
  if (witness.touchedByDdl === true && copy !== undefined) {
    const isSame = copy.table === table && copy.filenode === witness.filenode;
    if (!isSame || !sameColumns(witness.columns, copy.columns))
      return unverifiable(table, bytes, 'was changed by DDL between S1 and S2, and changed back', rows);
  }
  if (copy === undefined) return failed('is missing from the copy');
  if (copy.table !== table) return failed(`is named '${copy.table}' in the copy`);
  if (copy.filenode !== witness.filenode) {
    return failed(`is stored in file ${copy.filenode} of the copy, in file ${witness.filenode} of the source`);
  }
  if (!sameColumns(witness.columns, copy.columns)) return failed('has other columns in the copy');
  // COPY plans nothing, and where it would, it fails.
  if (witness.copied === undefined && copy.code !== undefined)
    return unverifiable(table, bytes, `has foreign code in the copy: ${copy.code}`, rows);
  return undefined;
}

/** None of its rows is proven. */
function unverifiable(table: string, bytes: number, reason: string, rows = '0'): TableVerdict {
  return { table, status: 'unverifiable', rows, bytes, matchedRows: 0, unverifiableRows: Number(rows), reason };
}

/** Damage of the copy is the table's; a broken connection or a missing privilege is not, and is thrown. */
export function readFailure(thrown: unknown): string {
  const error = coerceError(thrown);
  const code = (error as { code?: string }).code ?? '';
  if (!/^[0-9A-Z]{5}$/.test(code) || /^(08|28|42501|53|57)/.test(code)) throw error;
  if (isLockError(error)) return 'is locked on the copy, as by a prepared transaction, and cannot be read';
  return `cannot be read on the copy: ${error.message}`;
}

async function settleAll(
  client: pg.Client,
  header: WitnessHeader,
  matches: readonly TableMatch[],
  pause: WriterPause | undefined,
): Promise<TableVerdict[]> {
  const { bound, statuses, originOf } = await askAboutTransactions(client, header, matches);
  const options = {
    isForged: (transaction: bigint) => originOf(transaction) === 'copy',
    loginTrigger: await loginTriggerOf(client),
  };
  const unlocked = new Set(pause?.unlocked);
  return matches.map((match) =>
    settleTable(match, bound, (transaction) => statuses.get(transaction) ?? null, {
      ...options,
      isOfS1: pause !== undefined && !unlocked.has(match.table),
    }),
  );
}
