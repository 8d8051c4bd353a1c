import pg from 'pg';
import { COLUMN_EXPRESSIONS, COLUMN_SAMPLES } from './column-samples.ts';

/**
 * SQL for a schema `every_type` with a table "type X" for each type X that this server's pg_catalog ships, found in
 * pg_type, so a type of a new version without a sample is an error. Each table has the type, its array, a domain over
 * it, a domain over its array and a composite of it, with edge values and nulls. Row types of the system catalogues
 * have tables "row of X".
 *
 * `every_type.coverage` says for each type how many values are there, or why none. Run it in one call, in an empty
 * database. The types that only a superuser can make values of stay all-null for the master user of RDS.
 */
export function everyTypeSql(): string {
  return [PREPARE, samplesSql(), expressionsSql(), BASE_TYPES, ROW_TYPES].join('\n');
}

const PREPARE = `
create schema every_type;
comment on schema every_type is 'every column type that PostgreSQL ships';
create table every_type.coverage (type text primary key, non_null bigint not null, note text);
create temp table sample (type text not null, literal text not null, since integer not null, place integer not null);
create temp table expression (type text not null, sql text not null, superuser boolean not null);
create table every_type.statistics_source (a integer, b integer);
insert into every_type.statistics_source select n % 10, n % 10 from generate_series(1, 1000) n;
create statistics every_type.shape_statistics (ndistinct, dependencies, mcv) on a, b from every_type.statistics_source;
analyze every_type.statistics_source;
`;

function samplesSql(): string {
  const rows = Object.entries(COLUMN_SAMPLES).flatMap(([type, samples]) =>
    samples.map((sample, place) => {
      const { literal, since } = typeof sample === 'string' ? { literal: sample, since: 0 } : sample;
      return `(${pg.escapeLiteral(type)}, ${pg.escapeLiteral(literal)}, ${since}, ${place})`;
    }),
  );
  return `insert into sample values ${rows.join(',\n')};`;
}

function expressionsSql(): string {
  const rows = Object.entries(COLUMN_EXPRESSIONS).map(
    ([type, { sql, superuser }]) => `(${pg.escapeLiteral(type)}, ${pg.escapeLiteral(sql)}, ${superuser})`,
  );
  return `insert into expression values ${rows.join(',\n')};`;
}

const BASE_TYPES = `
do $$
declare
  t record;
  s record;
  e record;
  name text;
  castable boolean;
  has_array boolean;
  id integer;
  filled bigint;
  why text;
begin
  for t in select typname, typarray from pg_type
            where typnamespace = 'pg_catalog'::regnamespace and typtype in ('b', 'r', 'm', 'e')
              and not (typcategory = 'A' and typname like '\\_%') order by typname loop
    name := 'pg_catalog.' || quote_ident(t.typname);
    has_array := t.typarray <> 0;
    execute format('create domain every_type.%I as %s', 'domain of ' || t.typname, name);
    execute format('create type every_type.%I as (a %s, b integer)', 'composite of ' || t.typname, name);
    execute format('create table every_type.%I (id integer primary key, v %s, d every_type.%I, c every_type.%I)',
      'type ' || t.typname, name, 'domain of ' || t.typname, 'composite of ' || t.typname);
    if has_array then
      execute format('create domain every_type.%I as %s[]', 'array domain of ' || t.typname, name);
      execute format('alter table every_type.%I add a %s[], add da every_type.%I[], add ad every_type.%I',
        'type ' || t.typname, name, 'domain of ' || t.typname, 'array domain of ' || t.typname);
    end if;

    id := 0;
    why := null;
    select * into e from expression where type = t.typname;
    if not found and not exists (select from sample where type = t.typname) then
      raise exception 'type % has no sample', t.typname
        using hint = 'Add literals for it to tests/support/postgres/column-samples.ts.';
    end if;
    for s in select format('%L::%s', literal, name) as value from sample
              where type = t.typname and since <= current_setting('server_version_num')::integer
             union all select sql from expression where type = t.typname
               and (not superuser or current_setting('is_superuser') = 'on') loop
      castable := s.value like '%::bytea::%';
      begin
        if castable then
          execute format('create cast (bytea as %s) without function', name);
        end if;
        id := id + 1;
        execute format('insert into every_type.%I (id, v, d, c) select %s, x, x, row(x, %s)::every_type.%I from (select %s as x) value',
          'type ' || t.typname, id, id, 'composite of ' || t.typname, s.value);
        if has_array then
          execute format('update every_type.%1$I set a = array[v, null, v], da = array[d], ad = array[array[v, v], array[null, v]] where id = %2$s',
            'type ' || t.typname, id);
        end if;
        if castable then
          execute format('drop cast (bytea as %s)', name);
        end if;
      exception when feature_not_supported then
        why := sqlerrm;
      end;
    end loop;

    execute format('insert into every_type.%I (id) values (1001)', 'type ' || t.typname);
    execute format('insert into every_type.%I (id, c) values (1002, row(null, null))', 'type ' || t.typname);
    if has_array then
      execute format('insert into every_type.%I (id, a, ad) values (1003, ''{}'', array[null]::%2$s[]),
        (1004, array_fill(null::%2$s, array[2], array[-3]), array_fill(null::%2$s, array[1, 1], array[5, 5]))', 'type ' || t.typname, name);
    end if;
    execute format('select count(v) from every_type.%I', 'type ' || t.typname) into filled;
    insert into every_type.coverage values (t.typname, filled,
      coalesce(why, case when filled = 0 then 'only a superuser can make a value of this type' end));
  end loop;
end
$$;
`;

/** Relations whose rows cannot be a column (they contain anyarray) are in the coverage with that reason. */
const ROW_TYPES = `
do $$
declare
  r record;
  title text;
  why text;
  filled bigint;
begin
  for r in select n.nspname, c.relname, format('%I.%I', n.nspname, c.relname) as name
             from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in ('pg_catalog', 'information_schema') and c.relkind in ('r', 'v') and c.reltype <> 0
            order by 1, 2 loop
    -- The names of two schemas share a column name of 63 bytes.
    title := 'row of ' || r.relname;
    why := null;
    begin
      execute format('create table every_type.%I (id integer primary key, v %s, a %s[])', title, r.name, r.name);
    exception when invalid_table_definition then
      insert into every_type.coverage values (title, 0, sqlerrm);
      continue;
    end;
    begin
      execute format('insert into every_type.%I select row_number() over (), x, array[x, null] from (select x from %s x limit 2) few', title, r.name);
    exception when others then
      -- Privileges, or a view that this machine cannot answer (NUMA): the row of nulls below remains.
      why := sqlerrm;
    end;
    execute format('insert into every_type.%I values (1001, jsonb_populate_record(null::%s, ''{}''), ''{}''), (1002, null, null)', title, r.name);
    execute format('select count(*) filter (where v is distinct from null) from every_type.%I', title) into filled;
    insert into every_type.coverage values (title, filled, why);
  end loop;

  for r in select typname from pg_type where typnamespace = 'information_schema'::regnamespace and typtype = 'd' loop
    execute format('create table every_type.%I (id integer primary key, v information_schema.%I, a information_schema.%I[])',
      'domain ' || r.typname, r.typname, r.typname);
    execute format('insert into every_type.%I values (1, %L, array[%2$L::information_schema.%3$I]), (2, null, ''{}'')', 'domain ' || r.typname,
      case r.typname when 'cardinal_number' then '7' when 'time_stamp' then '2024-02-29 12:00+00' when 'yes_or_no' then 'YES' else 'name' end, r.typname);
    insert into every_type.coverage values ('domain ' || r.typname, 1, null);
  end loop;
end
$$;
drop table sample, expression;
`;
