import type pg from 'pg';
import type { StatementSample, StatementSnapshot } from '../../domain/logs/slow-queries.ts';

/** What of pg_stat_statements can be read here, or why nothing can. */
export type StatementsView =
  | { readonly schema: string; readonly hasSince: boolean; readonly missing: undefined }
  | { readonly missing: 'extension' | 'privilege' | 'library' };

/** Version 1.11, of PostgreSQL 17, says since when each statement is counted. An upgrade of the server leaves the extension as it was. */
const lookSql = `/* pg-gameday:statements-extension */
select pg_catalog.quote_ident(n.nspname) as schema,
       pg_catalog.string_to_array(e.extversion, '.')::pg_catalog.int4[] >= '{1,11}'::pg_catalog.int4[] as "hasSince",
       pg_catalog.pg_has_role('pg_read_all_stats', 'usage') as "seesAll",
       pg_catalog.current_setting('pg_stat_statements.track', true) is not null as "isLoaded"
  from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
 where e.extname = 'pg_stat_statements'`;

export async function lookForStatements(client: pg.Client): Promise<StatementsView> {
  const { rows } = await client.query<{ schema: string; hasSince: boolean; seesAll: boolean; isLoaded: boolean }>(
    lookSql,
  );
  const [found] = rows;
  if (found === undefined) return { missing: 'extension' };
  if (!found.isLoaded) return { missing: 'library' };
  // Of other roles' statements it would see neither id nor text, and count them as nothing.
  if (!found.seesAll) return { missing: 'privilege' };
  return { schema: found.schema, hasSince: found.hasSince, missing: undefined };
}

const milliseconds = (moment: string) => `(extract(epoch from ${moment}) * 1000)::pg_catalog.float8`;

/** Without texts: they are in one file, which a server reads whole, and 700 MB of it took a collector 80 s. */
const sampleSql = (schema: string, hasSince: boolean) => `/* pg-gameday:statements-sample */
select s.userid::pg_catalog.int8::pg_catalog.float8 as "userId", s.dbid::pg_catalog.int8::pg_catalog.float8 as "databaseId",
       s.queryid::pg_catalog.text as "queryId", s.toplevel as "isTopLevel", s.calls::pg_catalog.float8 as calls,
       s.total_plan_time + s.total_exec_time as milliseconds, ${hasSince ? milliseconds('s.stats_since') : 'null::pg_catalog.float8'} as since
  from ${schema}.pg_stat_statements(false) s join pg_catalog.pg_database d on d.oid = s.dbid
 where d.datname = pg_catalog.current_database() and s.queryid is not null`;

const countsSql = (schema: string) => `/* pg-gameday:statements-counts */
select i.dealloc::pg_catalog.float8 as evictions, ${milliseconds('i.stats_reset')} as "resetAt",
       d.active_time as "activeMilliseconds", ${milliseconds('d.stats_reset')} as "activityResetAt"
  from ${schema}.pg_stat_statements_info i
  cross join pg_catalog.pg_stat_database d where d.datname = pg_catalog.current_database()`;

/** All statements of the database at this moment. */
export async function readSnapshot(
  client: pg.Client,
  view: { readonly schema: string; readonly hasSince: boolean },
): Promise<StatementSnapshot> {
  const counts = await client.query<Omit<StatementSnapshot, 'statements'>>(countsSql(view.schema));
  const statements = await client.query<StatementSample>(sampleSql(view.schema, view.hasSince));
  const [found] = counts.rows;
  if (found === undefined) throw new Error('pg_stat_database has no row of this database');
  return { ...found, statements: statements.rows };
}

/** Longer texts say no more to a reader. */
const longestText = 2000;

const textsSql = (schema: string) => `/* pg-gameday:statements-texts */
select s.queryid::pg_catalog.text as "queryId", pg_catalog."left"(pg_catalog.min(s.query), ${longestText}) as text
  from ${schema}.pg_stat_statements(true) s join pg_catalog.pg_database d on d.oid = s.dbid
 where d.datname = pg_catalog.current_database() and s.queryid = any ($1::pg_catalog.int8[]) group by 1`;

/** As the server has them: whoever keeps them masks them first. */
export async function readTexts(
  client: pg.Client,
  { schema }: { readonly schema: string },
  queryIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (queryIds.length === 0) return new Map();
  const { rows } = await client.query<{ queryId: string; text: string }>(textsSql(schema), [queryIds]);
  return new Map(rows.map(({ queryId, text }) => [queryId, text]));
}
