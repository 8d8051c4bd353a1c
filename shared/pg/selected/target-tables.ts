import type pg from 'pg';
import type { Neighbour } from '../../contracts/restore/selected-objects.ts';

/** What a merge must know of a live table. */
export type TargetTable = {
  /** Qualified and quoted. */
  readonly table: string;
  readonly oid: number;
  /** Quoted, in the table's order; those that are generated are left out. */
  readonly columns: readonly string[];
  readonly types: readonly string[];
  /** Quoted, of the primary key. */
  readonly key: readonly string[];
  /** Quoted; a value that is always generated cannot be updated. */
  readonly alwaysIdentity: readonly string[];
  /** As `alter table … enable` says it, by the quoted name. */
  readonly triggers: readonly { readonly name: string; readonly enable: string }[];
  readonly owner: string;
  readonly isOwned: boolean;
  readonly kind: string;
  readonly isForced: boolean;
  readonly hasRules: boolean;
};

/** Not by to_regclass, which is for those who may enter the schema. */
const wantedSql = `wanted(oid) as (
  select c.oid from unnest($1::text[]) name cross join lateral parse_ident(name) part
  join pg_namespace n on n.nspname = part[1] join pg_class c on c.relnamespace = n.oid and c.relname = part[2])`;

const tablesSql = `/* pg-gameday:selected-tables */
with ${wantedSql}
select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as "table", c.oid::int8::float8 as oid, c.relkind as kind,
  quote_ident(o.rolname) as owner, pg_has_role(c.relowner, 'usage') as "isOwned",
  c.relforcerowsecurity as "isForced", exists (select from pg_rewrite r where r.ev_class = c.oid and r.ev_type <> '1') as "hasRules",
  coalesce((select array_agg(quote_ident(a.attname) order by a.attnum) from pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''), '{}') as columns,
  coalesce((select array_agg(format_type(a.atttypid, a.atttypmod) order by a.attnum) from pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''), '{}') as types,
  coalesce((select array_agg(quote_ident(a.attname) order by k.place) from pg_index i
    cross join lateral unnest(i.indkey::int2[]) with ordinality k (number, place)
    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number where i.indrelid = c.oid and i.indisprimary), '{}') as key,
  coalesce((select array_agg(quote_ident(a.attname)) from pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attidentity = 'a'), '{}') as "alwaysIdentity",
  coalesce((select json_agg(json_build_object('name', quote_ident(t.tgname),
      'enable', case t.tgenabled when 'A' then 'enable always' when 'R' then 'enable replica' else 'enable' end) order by t.tgname)
    from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled <> 'D'), '[]') as triggers
from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_roles o on o.oid = c.relowner
where c.oid = any (select oid from wanted)
order by 1`;

/** The tables of those names; one that is not there is absent. */
export async function readTargetTables(client: pg.Client, tables: readonly string[]): Promise<TargetTable[]> {
  const { rows } = await client.query<TargetTable>(tablesSql, [tables]);
  return rows;
}

/** The role that merges, and whether it may make its own schemas. */
export async function readMerger(client: pg.Client): Promise<{ readonly role: string; readonly grant: string | null }> {
  const { rows } = await client.query<{ role: string; grant: string | null }>(`/* pg-gameday:merger */
select quote_ident(current_user) as role, case when not has_database_privilege(current_database(), 'create')
  then format('grant create on database %I to %I', current_database(), current_user) end as grant`);
  const [row] = rows;
  if (row === undefined) throw new Error('the server reported nothing about the role');
  return row;
}

/** Why the tables cannot be merged by this role, each with what a person may do. */
export function whyNotMergeable(
  wanted: readonly string[],
  live: readonly TargetTable[],
  restored: readonly TargetTable[],
  { role, grant }: { readonly role: string; readonly grant: string | null },
): { readonly reason: string; readonly remedy: string }[] {
  const found = new Set(live.map(({ oid }) => oid));
  const missing =
    found.size < new Set(wanted).size
      ? [
          {
            reason: `of ${wanted.join(', ')} only ${live.map(({ table }) => table).join(', ') || 'none'} are there`,
            remedy: 'Name tables that the live database has, with their schemas; one that is gone is made again first.',
          },
        ]
      : [];
  const closed =
    grant === null
      ? []
      : [
          {
            reason: `'${role}' may not create in the database, where restored rows wait and how it was is kept`,
            remedy: `The owner of the database grants it: ${grant}.`,
          },
        ];
  return [
    ...missing,
    ...closed,
    ...live.flatMap((one) => {
      const { table, kind, key, isOwned, owner, isForced, hasRules } = one;
      const then = restored.find((other) => other.table === table);
      const shape = (of: TargetTable) => JSON.stringify([of.columns, of.types, of.key]);
      const is = (isSo: boolean, reason: string, remedy: string) => (isSo ? [{ reason, remedy }] : []);
      return [
        ...is(kind !== 'r', `${table} is no ordinary table`, 'Name its partitions, or the tables that it is made of.'),
        ...is(
          key.length === 0,
          `${table} has no primary key`,
          'Rows are found again by it: give it one, in both databases.',
        ),
        ...is(
          !isOwned,
          `'${role}' is no member of '${owner}', who owns ${table}`,
          `Its owner grants it for this operation: grant ${owner} to ${role}.`,
        ),
        ...is(
          kind === 'r' && hasRules,
          `rules of ${table} change what is written`,
          'Drop them for as long as this takes, or merge by hand.',
        ),
        ...is(
          isForced,
          `row-level security of ${table} holds for its owner, too`,
          `alter table ${table} no force row level security, for as long as this takes.`,
        ),
        ...is(then === undefined, `${table} is not in the restored database`, 'Choose a moment at which it was there.'),
        ...is(
          then !== undefined && shape(then) !== shape(one),
          `${table} has other columns, types or another key than in the restored database`,
          'Change the live table back, or merge by hand from the restored instance.',
        ),
      ];
    }),
  ];
}

const neighboursSql = `/* pg-gameday:closure */
with recursive ${wantedSql}, walk(oid) as (
  select oid from wanted
  union
  select case when k.conrelid = w.oid then k.confrelid else k.conrelid end
  from walk w join pg_constraint k on k.contype = 'f' and w.oid in (k.conrelid, k.confrelid)
)
select format('%I.%I', pn.nspname, p.relname) as parent, format('%I.%I', cn.nspname, c.relname) as child, quote_ident(k.conname) as "constraint",
  k.confrelid = any (select oid from wanted) as "isParentSelected",
  k.conrelid = any (select oid from wanted) as "isChildSelected"
from pg_constraint k join walk w on w.oid = k.conrelid
join pg_class p on p.oid = k.confrelid join pg_namespace pn on pn.oid = p.relnamespace
join pg_class c on c.oid = k.conrelid join pg_namespace cn on cn.oid = c.relnamespace
where k.contype = 'f' and k.conparentid = 0
order by 1, 2, 3`;

/** Every table that foreign keys connect with the selected ones, at any distance. */
export async function readClosure(client: pg.Client, tables: readonly string[]): Promise<Neighbour[]> {
  const { rows } = await client.query<{
    parent: string;
    child: string;
    constraint: string;
    isParentSelected: boolean;
    isChildSelected: boolean;
  }>(neighboursSql, [tables]);
  return rows.flatMap(({ parent, child, constraint, isParentSelected, isChildSelected }): Neighbour[] => [
    { table: parent, is: 'parent', of: child, constraint, isSelected: isParentSelected },
    { table: child, is: 'child', of: parent, constraint, isSelected: isChildSelected },
  ]);
}
