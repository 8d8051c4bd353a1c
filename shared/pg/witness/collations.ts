import type pg from 'pg';
import { coerceError, StatementFailedError } from '../../errors.ts';

/** Actual versions, as the library of this machine gives them, of the collations by which an index is ordered. */
export type CollationVersions = Readonly<Record<string, string>>;

/** By which name the collation of the database itself stands. */
export const ofDatabase = 'of the database';

const usedSql = `/* pg-gameday:collations */
select c.oid::int8 as oid, quote_ident(n.nspname) || '.' || quote_ident(c.collname) as name
from pg_collation c join pg_namespace n on n.oid = c.collnamespace
where c.collprovider in ('c', 'i') and exists (select from pg_index i where c.oid = any (i.indcollation)) order by 2`;

/** Of a collation that this machine does not know, the version is what it says instead. */
export async function readCollationVersions(client: pg.Client, versionNumber: number): Promise<CollationVersions> {
  const versions: Record<string, string> = {};
  const ask = async (name: string, sql: string) => {
    const answer = await client.query<{ version: string | null }>(sql).then(
      ({ rows }) => rows[0]?.version ?? null,
      (thrown: unknown) => {
        if (coerceError(thrown) instanceof StatementFailedError) return `unknown here: ${coerceError(thrown).message}`;
        throw thrown;
      },
    );
    if (answer !== null) versions[name] = answer;
  };
  if (versionNumber >= 150_000) {
    await ask(
      ofDatabase,
      'select pg_database_collation_actual_version(oid) as version from pg_database where datname = current_database()',
    );
  }
  const { rows } = await client.query<{ oid: string; name: string }>(usedSql);
  for (const { oid, name } of rows) await ask(name, `select pg_collation_actual_version(${oid}::oid) as version`);
  return versions;
}

/** Indexes by collation, of those that are ordered by it. 100 is the oid of the collation "default". */
export async function indexesByCollation(client: pg.Client): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await client.query<{ collation: string; indexes: string[] }>(`/* pg-gameday:collations */
select case used.oid when 100 then '${ofDatabase}' else quote_ident(cn.nspname) || '.' || quote_ident(co.collname) end as collation,
       array_agg(distinct quote_ident(n.nspname) || '.' || quote_ident(c.relname)) as indexes
from pg_index i cross join lateral unnest(i.indcollation) as used(oid)
join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
join pg_collation co on co.oid = used.oid join pg_namespace cn on cn.oid = co.collnamespace
where n.nspname not in ('pg_catalog', 'pg_toast', 'information_schema') group by 1`);
  return new Map(rows.map(({ collation, indexes }) => [collation, indexes]));
}
