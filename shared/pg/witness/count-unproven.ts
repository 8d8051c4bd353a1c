import type { Guard } from '../foreign-code/guard.ts';
import type { CallTime } from '../session/call-time.ts';
import { type ExportedSnapshot, queryUnder } from '../session/exported-snapshot.ts';
import type { SessionPool } from '../session/session-pool.ts';
import type { Relation } from './relations.ts';

/**
 * Counts under S2 the rows of tables that the witness cannot prove, by their oids: how much of the database that is
 * decides about the verdict. What cannot be counted in the time of this call is left to the catalogue's estimate.
 */
export async function countUnproven(
  pool: SessionPool,
  s2: ExportedSnapshot,
  relations: readonly Relation[],
  time: CallTime,
  guard: Guard,
): Promise<Map<number, bigint>> {
  const counted = new Map<number, bigint>();
  await pool.forEach(relations, async (client, relation) => {
    const { oid, table } = relation;
    if (time.isOver()) return;
    await time.piece(async () => {
      const sql = `/* pg-gameday:count */ select count(*)::text as rows from only ${table}`;
      const [[row] = []] = await queryUnder(client, s2.id, [sql], guard.sql([relation])).catch(() => []);
      if (row !== undefined) counted.set(oid, BigInt(String(row['rows'])));
    });
  });
  return counted;
}

/** A table of which nothing is known but its size: a narrow row takes some thirty bytes, a wide one hundreds. */
const bytesOfRow = 100;

/** How many rows an unproven table has, at least as many as anybody has seen of them. */
export function rowsOfUnproven(
  { estimatedRows, bytes }: Relation,
  countedAtS1: bigint,
  countedAtS2: bigint | undefined,
): bigint {
  const guess = countedAtS2 === undefined && estimatedRows === null ? BigInt(Math.ceil(bytes / bytesOfRow)) : 0n;
  return [BigInt(estimatedRows ?? 0), countedAtS1, countedAtS2 ?? 0n].reduce(
    (most, rows) => (rows > most ? rows : most),
    guess,
  );
}
