import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { StrandedReport, StrandedTable } from '../../contracts/dr-failback/stranded.ts';
import { coerceError, DatabaseUnreachableError } from '../../errors.ts';
import { portableHashSql, readPortableColumns } from '../portable/portable-sums.ts';
import { heartbeatTable } from '../witness/relations.ts';
import { type Candidate, present } from './present.ts';

export type Stranded = Pick<StrandedReport, 'rows' | 'tables' | 'heartbeats' | 'notRead' | 'transactions'>;

type Table = {
  readonly table: string;
  readonly obstacle: string | null;
  readonly key: readonly string[];
  readonly types: readonly string[];
};

/** More of one table are not looked at, and that is said. */
const mostCandidates = 100_000;
const batch = 1_000;
const shown = 5;
const mostTransactions = 1_000_000;

const marked = '/* pg-gameday:stranded */';

const tablesSql = `${marked}
select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as "table",
  case when c.relpersistence = 'u' then 'it is unlogged: no replica ever had its rows'
       when not (has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')) then 'the role may not read it'
       when row_security_active(c.oid) then 'row-level security may hide rows of it' end as obstacle,
  coalesce(k.names, '{}') as key, coalesce(k.types, '{}') as types
from pg_class c join pg_namespace n on n.oid = c.relnamespace
left join lateral (
  select array_agg(quote_ident(a.attname) order by p.place) as names,
         array_agg(format_type(a.atttypid, a.atttypmod) order by p.place) as types
  from pg_index i cross join lateral unnest(i.indkey::int2[]) with ordinality as p(attnum, place)
  join pg_attribute a on a.attrelid = c.oid and a.attnum = p.attnum
  where i.indrelid = c.oid and i.indisprimary
) as k on true
where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'gameday')
order by 1`;

/** Later than every row that the statement itself can see. */
const statementEnd = `(select pg_snapshot_xmax(pg_current_snapshot())::text::int8)`;
/** The 64 bits of a row's xmin, which has 32; a frozen row of an earlier turn looks young, and is compared like the others. */
const fullXmin = `(${statementEnd} - (((${statementEnd} - gd_row.xmin::text::int8) % 4294967296 + 4294967296) % 4294967296))::text::xid8`;
/** A transaction of the row that the promoted replica did not know the end of. xmin 2 is of what was there from the beginning. */
const isYoung = `gd_row.xmin::text::int8 > 2 and not pg_visible_in_snapshot(${fullXmin}, $1::pg_snapshot)`;

/**
 * Rows that `old` has committed alone: those whose transaction the promoted replica did not have, and that `current` does not hold as they
 * are there. What was deleted there leaves no row, and is not found. Reads only.
 */
export async function findStranded(old: pg.Client, current: pg.Client, partedAt: string): Promise<Stranded> {
  const tables: StrandedTable[] = [];
  const notRead: { what: string; why: string }[] = [];
  const { rows: listed } = await old.query<Table>(tablesSql);
  for (const one of listed) {
    if (one.obstacle !== null) {
      notRead.push({ what: one.table, why: one.obstacle });
      continue;
    }
    try {
      const found = await ofTable(old, current, one, partedAt);
      if (found !== undefined) tables.push(found);
    } catch (thrown) {
      if (thrown instanceof DatabaseUnreachableError) throw thrown;
      notRead.push({ what: one.table, why: coerceError(thrown).message });
    }
  }
  const { rows: large } = await old.query<{ many: boolean }>(
    `${marked} select exists (select from pg_largeobject_metadata) as many`,
  );
  if (large[0]?.many === true) notRead.push({ what: 'large objects', why: 'no role but their owner may read them' });
  return {
    rows: tables.reduce((sum, { onlyThere, differs }) => sum + onlyThere + differs, 0),
    tables,
    heartbeats: await heartbeatsOf(old, partedAt),
    notRead,
    transactions: await transactionsOf(old, partedAt),
  };
}

async function ofTable(
  old: pg.Client,
  current: pg.Client,
  { table, key, types }: Table,
  partedAt: string,
): Promise<StrandedTable | undefined> {
  const columns = (await readPortableColumns(old, [table])).get(table);
  if (columns === undefined) throw new Error(`the columns of '${table}' cannot be read`);
  const { rows: young } = await old.query<Candidate>(
    `${marked} select array[${key.map((name) => `gd_row.${name}::text`).join(', ')}]::text[] as key, (${portableHashSql(columns)})::text as hash
from only ${table} as gd_row where ${isYoung} limit ${mostCandidates + 1}`,
    [partedAt],
  );
  if (young.length > mostCandidates)
    throw new Error(`more than ${mostCandidates} rows are of transactions that the promoted replica did not have`);
  const stranded: Candidate[] = [];
  let differs = 0;
  for (let from = 0; from < young.length; from += batch) {
    const some = young.slice(from, from + batch);
    const there = await present(current, { table, key, types, names: columns.map(({ name }) => name) }, some);
    for (const [index, one] of some.entries()) {
      const hash = there[index];
      if (hash === one.hash) continue;
      stranded.push(one);
      if (hash !== undefined) differs += 1;
    }
  }
  if (stranded.length === 0) return undefined;
  stranded.sort((one, other) => (textOf(one) < textOf(other) ? -1 : 1));
  return {
    table,
    key: [...key],
    onlyThere: stranded.length - differs,
    differs,
    first: stranded.slice(0, shown).map((one) => (key.length === 0 ? [one.hash] : one.key.map(bounded))),
    sha256: createHash('sha256').update(stranded.map(textOf).join('\n')).digest('hex'),
  };
}

const textOf = ({ key, hash }: Candidate): string => JSON.stringify([key, hash]);
/** A key may be a text of any length. */
const bounded = (text: string): string => (text.length <= 80 ? text : `${text.slice(0, 79)}…`);

async function heartbeatsOf(old: pg.Client, partedAt: string): Promise<Stranded['heartbeats']> {
  const { rows: there } = await old.query<{ there: boolean }>(
    `${marked} select coalesce(has_table_privilege(to_regclass($1), 'select'), false) as there`,
    [heartbeatTable],
  );
  if (there[0]?.there !== true) return [];
  const { rows } = await old.query<Stranded['heartbeats'][number]>(
    `${marked} select name, beat::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
from only ${heartbeatTable} as gd_row where ${isYoung} order by name limit 100`,
    [partedAt],
  );
  return rows;
}

/** Committed there alone; null when there are too many to ask for each. */
async function transactionsOf(old: pg.Client, partedAt: string): Promise<number | null> {
  const { rows } = await old.query<{ transactions: string | null }>(
    `${marked} select case when ${statementEnd} - first > ${mostTransactions} then null else (
  select count(*) from generate_series(first, ${statementEnd} - 1) as x
  where not pg_visible_in_snapshot(x::text::xid8, $1::pg_snapshot) and pg_xact_status(x::text::xid8) = 'committed')::text end as transactions
from (select pg_snapshot_xmin($1::pg_snapshot)::text::int8 as first) as s`,
    [partedAt],
  );
  const counted = rows[0]?.transactions;
  return counted == null ? null : Number(counted);
}
