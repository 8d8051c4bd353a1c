import { MergeRefusedError } from '../../errors.ts';
import type { Timed } from './locked-merge.ts';
import type { TargetTable } from './target-tables.ts';

const referringSql = `/* pg-gameday:cascades */
select quote_ident(k.conname) as name, format('%I.%I', n.nspname, c.relname) as child, k.confdeltype as "onDelete", k.confupdtype as "onUpdate",
  (select array_agg(quote_ident(a.attname) order by u.place) from unnest(k.confkey) with ordinality u (number, place)
    join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.number) as referred,
  (select array_agg(quote_ident(a.attname) order by u.place) from unnest(k.conkey) with ordinality u (number, place)
    join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.number) as referring
from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
where k.contype = 'f' and k.confrelid = $1::float8::int8::oid and k.conparentid = 0
  and k.conrelid <> all ($2::float8[]::int8[]::oid[])`;

type Referring = {
  readonly name: string;
  readonly child: string;
  readonly onDelete: string;
  readonly onUpdate: string;
  readonly referred: readonly string[];
  readonly referring: readonly string[];
};

/** c: cascade, n: set null, d: set default. What only refuses may stay, and refuses. */
const reachesOut = (action: string): boolean => ['c', 'n', 'd'].includes(action);

export type Reach = {
  /** SQL that says whether a row of `live` is to be deleted; undefined where none is. */
  readonly deleted: string | undefined;
  /** Whether the columns of a row of `live` are to be changed. */
  readonly updated: (columns: readonly string[]) => string;
};

/** A deletion or update that a foreign key would carry on into a table that nobody named. */
export async function refuseCascades(
  query: Timed,
  { table, oid, key }: TargetTable,
  selected: readonly number[],
  { deleted, updated }: Reach,
): Promise<void> {
  const { rows } = await query<Referring>(referringSql, [oid, selected]);
  for (const { name, child, onDelete, onUpdate, referred, referring } of rows) {
    const pairs = referring.map((column, index) => `child.${column} = live.${referred[index] ?? ''}`).join(' and ');
    const touched = [
      ...(deleted !== undefined && reachesOut(onDelete) ? [deleted] : []),
      ...(reachesOut(onUpdate) && referred.some((column) => !key.includes(column)) ? [updated(referred)] : []),
    ];
    if (touched.length === 0) continue;
    const condition = touched.map((one) => `(${one})`).join(' or ');
    const found = await query(
      `select from only ${table} live join ${child} child on ${pairs} where ${condition} limit 1`,
    );
    if (found.rowCount === 0) continue;
    throw new MergeRefusedError(`foreign key '${name}' would carry the change of ${table} on into ${child}`, {
      hints: [`Nothing was changed. Select ${child}, too, or keep the surplus rows.`],
    });
  }
}
