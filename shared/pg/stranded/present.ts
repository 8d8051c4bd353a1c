import type pg from 'pg';
import { portableHashSql, readPortableColumns } from '../portable/portable-sums.ts';

/** A row by its key, with the portable hash of all that it holds. */
export type Candidate = { readonly key: readonly string[]; readonly hash: string };

type Wanted = {
  readonly table: string;
  readonly key: readonly string[];
  readonly types: readonly string[];
  /** The columns of the other side, in the order in which they are hashed. */
  readonly names: readonly string[];
};

/**
 * What this side holds under the key of each row: a hash, or undefined when there is no such row. A table that is not there, or has other
 * columns, holds none of them: then more is reported than was lost, and never less.
 */
export async function present(
  client: pg.Client,
  { table, key, types, names }: Wanted,
  rows: readonly Candidate[],
): Promise<readonly (string | undefined)[]> {
  const columns = (await readPortableColumns(client, [table], new Map([[table, names]]))).get(table);
  if (columns === undefined) return rows.map(() => undefined);
  const hash = `(${portableHashSql(columns)})::text`;
  if (key.length === 0) {
    const { rows: found } = await client.query<{ hash: string }>(
      `/* pg-gameday:stranded */ select distinct hash from (select ${hash} as hash from only ${table} as gd_row) as h where hash = any ($1::text[])`,
      [rows.map((row) => row.hash)],
    );
    const there = new Set(found.map((row) => row.hash));
    return rows.map((row) => (there.has(row.hash) ? row.hash : undefined));
  }
  const places = key.map((_, index) => `k${index}`);
  const { rows: found } = await client.query<{ place: string; hash: string }>(
    `/* pg-gameday:stranded */ select wanted.place::text, ${hash} as hash
from unnest(${key.map((_, index) => `$${index + 1}::text[]`).join(', ')}) with ordinality as wanted(${places.join(', ')}, place)
join only ${table} as gd_row on ${key.map((name, index) => `gd_row.${name} = wanted.k${index}::${types[index]}`).join(' and ')}`,
    key.map((_, index) => rows.map((row) => row.key[index])),
  );
  const there = new Map(found.map((row) => [Number(row.place) - 1, row.hash]));
  return rows.map((_, index) => there.get(index));
}
