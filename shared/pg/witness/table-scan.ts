import type { ChunkSum } from '../../contracts/witness.ts';
import { type BlockRange, planChunks } from '../../domain/verification/chunks.ts';
import { coerceError } from '../../errors.ts';
import type { CallTime } from '../session/call-time.ts';
import { queryUnder, type Row } from '../session/exported-snapshot.ts';
import type { SessionPool } from '../session/session-pool.ts';
import type { Relation } from './relations.ts';
import { sumSql } from './row-hash.ts';

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
): Promise<void> {
  const isLeft = ({ relation, index }: ChunkWork) => sums.get(relation.oid)?.[index] === null;
  await pool.forEach(untilOver(time, chunksOf(relations), isLeft), async (client, { relation, range, index }) => {
    if (notes.gaps.has(relation.oid)) return;
    await time.piece(() =>
      noting(relation, notes, async () => {
        const [[sum] = [], filenode] = await queryUnder(client, snapshotId, [
          sumSql(relation, range),
          filenodeSql(relation),
        ]);
        if (rewritten(relation, filenode, notes)) return;
        const chunks = sums.get(relation.oid) ?? [];
        chunks[index] = { firstBlock: range.firstBlock, rows: String(sum?.['rows']), sum: String(sum?.['sum']) };
      }),
    );
    onChunk(relation);
  });
}

/** Whether every chunk is read, but for those that nobody need read any more. */
export const isSummed = (relations: readonly Relation[], sums: ChunkSums, { gaps, damage }: ScanNotes): boolean =>
  relations.every(
    ({ oid }) => gaps.has(oid) || damage.has(oid) || (sums.get(oid) ?? []).every((chunk) => chunk !== null),
  );

/** The items that are left, one at a time as long as the call may begin one. */
export function* untilOver<T>(time: CallTime, items: Iterable<T>, isLeft: (item: T) => boolean): Generator<T> {
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
export const filenodeSql = ({ oid }: Relation) => `select pg_relation_filenode(${oid}::oid)::int8 as filenode`;

export function rewritten(relation: Relation, rows: readonly Row[] | undefined, notes: ScanNotes): boolean {
  if (Number(rows?.[0]?.['filenode']) === relation.filenode) return false;
  notes.gaps.set(relation.oid, 'was rewritten between S1 and S2');
  return true;
}

/** Runs `read`; what concerns this table alone becomes a note, anything else is thrown. */
export async function noting(relation: Relation, notes: ScanNotes, read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (thrown) {
    const error = coerceError(thrown);
    const code = (error as { code?: string }).code ?? '';
    if (code === '42P01' || code === '3F000') notes.gaps.set(relation.oid, 'was dropped between S1 and S2');
    else if (code === '55P03') notes.gaps.set(relation.oid, 'was locked by DDL between S1 and S2');
    else if (code.startsWith('54'))
      notes.gaps.set(relation.oid, `has a row that is too large to hash: ${error.message}`);
    else if (/^(XX|58)/.test(code)) notes.damage.set(relation.oid, error.message);
    // 55000: a materialised view that has lost its content meanwhile.
    else if (/^(42|22|2F|38|39|P0|0A|55000)/.test(code))
      notes.gaps.set(relation.oid, `cannot be read: ${error.message}`);
    else throw error;
  }
}
