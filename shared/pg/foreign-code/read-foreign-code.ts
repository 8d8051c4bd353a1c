import type pg from 'pg';
import type { ForeignCode } from '../../domain/verification/foreign-code.ts';
import { queryUnder, type Row } from '../session/exported-snapshot.ts';
import { foreignCodeSql } from './foreign-code-sql.ts';

/** What hangs on one relation. */
export type AttachedCode = {
  /** Every object that can hold code, foreign or not, by the guard's names for them. */
  readonly tags: readonly string[];
  readonly planned: readonly ForeignCode[];
  readonly written: readonly ForeignCode[];
};

export const nothingAttached: AttachedCode = { tags: [], planned: [], written: [] };

/**
 * The foreign code of all relations, or of some, by their oids; relations without anything are not in it. Of this moment:
 * the planner, too, sees the catalogue as it is, whatever snapshot a query has.
 */
export async function readForeignCode(
  client: pg.Client,
  trusted: readonly string[],
  relations?: readonly number[],
): Promise<ReadonlyMap<number, AttachedCode>> {
  const among = relations === undefined ? undefined : `'{${relations.join()}}'::oid[]`;
  const [rows = []] = await queryUnder(client, undefined, [foreignCodeSql(trusted, among)]);
  return parseForeignCode(rows);
}

export function parseForeignCode(rows: readonly Row[]): Map<number, AttachedCode> {
  const found = new Map<number, { tags: Set<string>; planned: ForeignCode[]; written: ForeignCode[] }>();
  for (const row of rows) {
    const oid = Number(row['relation']);
    const one = found.get(oid) ?? { tags: new Set<string>(), planned: [], written: [] };
    found.set(oid, one);
    if (row['tag'] !== null) one.tags.add(String(row['tag']));
    if (row['runs'] === null) continue;
    const code = {
      object: String(row['object']),
      runs: String(row['runs']),
      owner: String(row['owner']),
      comparing: row['comparing'] === true,
    };
    (row['written'] === true ? one.written : one.planned).push(code);
  }
  return new Map([...found].map(([oid, { tags, planned, written }]) => [oid, { tags: [...tags], planned, written }]));
}
