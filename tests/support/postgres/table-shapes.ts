import pg from 'pg';

/** Names that break a careless statement: each is the name of a table, of its column and of its index. */
export const ODD_NAMES = [
  'select',
  'MixedCase',
  'with space',
  ' leading and trailing ',
  "it's",
  'double "quoted"',
  'back\\slash',
  'new\nline',
  'tab\tstop',
  'semi;colon -- comment',
  '/* comment */',
  '$1 %I %s :name',
  '{"json": [1]}',
  'Größe 名前 😀',
  'e\u0301 decomposed',
  'é composed',
  '.',
  '*',
  'n'.repeat(63),
] as const;

/**
 * SQL for a schema `every_shape` with tables of every shape. Runs as the master user of RDS, from PostgreSQL 14 on; what
 * needs a newer version is left out on an older one. Includes three large objects. `foreignTable` needs the extension
 * postgres_fdw, and makes a table that cannot be read.
 */
export function tableShapesSql(options: { readonly foreignTable?: boolean } = {}): string {
  return [
    PLAIN,
    ODD_NAMES.map(oddTable).join('\n'),
    PARTITIONS,
    INHERITANCE,
    VALUES,
    OBJECTS,
    options.foreignTable === true ? FOREIGN : '',
  ].join('\n');
}

function oddTable(name: string): string {
  const quoted = pg.escapeIdentifier(name);
  const text = pg.escapeLiteral(name);
  return `create table every_shape.${quoted} (${quoted} text primary key, id integer generated always as identity);
insert into every_shape.${quoted} values (${text}), ('');
create index on every_shape.${quoted} (id, ${quoted});
comment on column every_shape.${quoted}.${quoted} is ${text};`;
}

const PLAIN = `
create schema every_shape;
comment on schema every_shape is 'tables of every shape';
create table every_shape.zero_columns ();
insert into every_shape.zero_columns default values;
insert into every_shape.zero_columns default values;
create table every_shape.only_dropped_columns (a integer, b text);
insert into every_shape.only_dropped_columns values (1, 'x'), (null, null);
alter table every_shape.only_dropped_columns drop column a, drop column b;
create table every_shape.empty (id integer primary key, v text);
create table every_shape.emptied (id integer primary key, v text);
insert into every_shape.emptied select n, n::text from generate_series(1, 500) n;
delete from every_shape.emptied;
create table every_shape.without_key (v integer, w text);
insert into every_shape.without_key values (1, 'same'), (1, 'same'), (1, 'same'), (null, null), (null, null);
create unlogged table every_shape.unlogged (id integer primary key, v text);
insert into every_shape.unlogged values (1, 'gone after a crash, and in a restored snapshot');

-- Columns that are called like the table, like a usual alias, or almost like a system column.
create table every_shape.t (t integer primary key, x text, r text, "row" text, v text, h bigint, n bigint, "CTID" text,
                            "Xmin" text, "ctid " text, "table" text, count integer, "*" text, "?column?" text);
insert into every_shape.t values (1, 'x', 'r', 'row', 'v', 2, 3, 'CTID', 'Xmin', 'ctid ', 'table', 4, '*', '?column?');
insert into every_shape.t (t) values (2);

do $$
begin
  execute 'create table every_shape.widest (' || (select string_agg(format('c%s smallint', n), ', ') from generate_series(1, 1600) n) || ')';
  execute 'insert into every_shape.widest select ' || (select string_agg(case when n % 3 = 0 then 'null' else n::text end, ', ') from generate_series(1, 1600) n);
  execute 'insert into every_shape.widest default values';
  execute 'create table every_shape.generated (a integer primary key, b integer, stored integer generated always as (a * 2) stored'
    || case when current_setting('server_version_num')::integer >= 180000 then ', computed integer generated always as (b + 1) virtual' else '' end || ')';
end
$$;
insert into every_shape.generated (a, b) values (1, 1), (2, null);

-- The first rows lack the later columns on disk; their values come from the catalogue.
create table every_shape.altered (id integer primary key, dropped_first text, v text);
insert into every_shape.altered select n, repeat('x', n), 'old' from generate_series(1, 50) n;
alter table every_shape.altered drop column dropped_first;
alter table every_shape.altered add column added text default 'from the catalogue', add column added_null numeric;
insert into every_shape.altered values (51, 'new', 'own', 1.50);
update every_shape.altered set added = null where id = 7;
`;

const PARTITIONS = `
create table every_shape.by_range (id integer not null, day date not null, half char(1) not null, v text, primary key (id, day, half)) partition by range (day);
create table every_shape.by_range_past partition of every_shape.by_range for values from (minvalue) to ('2024-01-01');
create table every_shape.by_range_2024 partition of every_shape.by_range for values from ('2024-01-01') to ('2025-01-01') partition by list (half);
create table every_shape.by_range_2024_first partition of every_shape.by_range_2024 for values in ('1');
create table every_shape.by_range_2024_rest partition of every_shape.by_range_2024 default;
create table every_shape.by_range_2025 partition of every_shape.by_range for values from ('2025-01-01') to ('2026-01-01');
create table every_shape.by_range_default partition of every_shape.by_range default;
insert into every_shape.by_range select n, date '2023-06-01' + n * 10, (1 + n % 2)::text, 'row ' || n from generate_series(1, 120) n;
alter table every_shape.by_range detach partition every_shape.by_range_2025;

create table every_shape.by_list (kind text, v integer) partition by list (kind);
create table every_shape.by_list_a partition of every_shape.by_list for values in ('a', 'A');
create table every_shape.by_list_null partition of every_shape.by_list for values in (null);
insert into every_shape.by_list values ('a', 1), ('A', 2), (null, 3);

create table every_shape.by_hash (id bigint, v text) partition by hash (id);
create table every_shape.by_hash_0 partition of every_shape.by_hash for values with (modulus 2, remainder 0);
create table every_shape.by_hash_1 partition of every_shape.by_hash for values with (modulus 2, remainder 1) partition by hash (v);
create table every_shape.by_hash_1_0 partition of every_shape.by_hash_1 for values with (modulus 1, remainder 0);
insert into every_shape.by_hash select n, 'v' || n from generate_series(1, 100) n;

-- An attached partition keeps its own order of columns, and its own dropped ones.
create table every_shape.by_order (a integer not null, b text, c date) partition by range (a);
create table every_shape.by_order_reversed (c date, gone integer, b text, a integer not null);
alter table every_shape.by_order_reversed drop column gone;
alter table every_shape.by_order attach partition every_shape.by_order_reversed for values from (0) to (100);
create table every_shape.by_order_same partition of every_shape.by_order for values from (100) to (200);
insert into every_shape.by_order select n * 10, 'b' || n, date '2024-01-01' + n from generate_series(0, 19) n;
create table every_shape.no_partitions (a integer) partition by range (a);
`;

const INHERITANCE = `
create table every_shape.parent (id integer primary key, v text);
create table every_shape.child (extra numeric) inherits (every_shape.parent);
create table every_shape.second_parent (note text);
create table every_shape.grandchild () inherits (every_shape.child, every_shape.second_parent);
insert into every_shape.parent values (1, 'of the parent'), (2, 'of the parent');
insert into every_shape.child values (1, 'of the child, with the same number', 1.0);
insert into every_shape.grandchild values (3, 'of the grandchild', 1.00, 'note');
create type every_shape.pair as (a integer, b text);
create table every_shape.typed of every_shape.pair (primary key (a));
insert into every_shape.typed values (1, 'typed'), (2, null);
`;

const VALUES = `
create function every_shape.noise(bytes integer, salt integer) returns bytea language sql immutable as
  'select substring(string_agg(sha256(int8send(salt::bigint * 1000000 + n)), null order by n) from 1 for bytes) from generate_series(1, bytes / 32 + 1) n';
create table every_shape.toasted (id integer primary key, extended bytea, external text, main text, plain text, small text);
alter table every_shape.toasted alter column external set storage external, alter column main set storage main, alter column plain set storage plain;
insert into every_shape.toasted values
  (1, every_shape.noise(150000, 1), encode(every_shape.noise(60000, 2), 'hex'), repeat('main ', 30000), repeat('p', 1000), 's'),
  (2, decode(repeat('00', 300000), 'hex'), repeat('external ', 20000), encode(every_shape.noise(20000, 3), 'hex'), '', ''),
  (3, null, null, null, null, null),
  (4, every_shape.noise(2000, 4), encode(every_shape.noise(1000, 5), 'hex'), 'inline', 'inline', 'inline');
-- An update that leaves the large value alone, and one that replaces it.
update every_shape.toasted set small = 'changed' where id = 1;
update every_shape.toasted set extended = every_shape.noise(120000, 6) where id = 2;
create table every_shape.sparse (id integer primary key, filler text) with (fillfactor = 10);
insert into every_shape.sparse select n, repeat('f', 100) from generate_series(1, 200) n;
update every_shape.sparse set filler = upper(filler) where id % 2 = 0;
create type every_shape.mood as enum ('calm', 'so-so');
alter type every_shape.mood add value 'it''s fine' before 'so-so';
create domain every_shape.percentage as numeric(5, 2) check (value between 0 and 100);
create type every_shape.float_range as range (subtype = float8, subtype_diff = float8mi);
create table every_shape.with_typmods (
  id integer primary key, a varchar(5), b char(10), c numeric(10, 2), d bit(8), e varbit(8), f timestamp(0), g time(3) with time zone,
  h interval day to second(2), i every_shape.percentage, j every_shape.float_range[], k text collate "C", l every_shape.pair[], m every_shape.percentage[]
);
insert into every_shape.with_typmods values
  (1, 'abc  ', 'abc', 1.5, '10101010', '1', '2024-02-29 12:00:00.6', '12:00:00.12345+05:30', '1 day 2.345', 99.5, '{"[-0,NaN]",empty}', 'Ä', '{"(1,\\"a b\\")",NULL}', '{1.5,NULL}');
insert into every_shape.with_typmods (id) values (2);
insert into every_shape.with_typmods (id, j) select 3, array[every_shape.float_range(0, 'Infinity', '[]')];
`;

const OBJECTS = `
create table every_shape.protected (id integer primary key, owner text not null default current_user, v text);
insert into every_shape.protected values (1, 'nobody', 'hidden'), (2, 'somebody', 'hidden as well');
alter table every_shape.protected enable row level security;
create policy own_rows on every_shape.protected using (owner = current_user);
create table every_shape.with_constraints (
  id integer primary key, parent integer references every_shape.with_constraints deferrable initially deferred,
  during int4range not null, exclude using gist (during with &&), unique (parent, id)
);
insert into every_shape.with_constraints values (1, 2, '[1,5)'), (2, 1, '[5,9)');
set constraints all immediate;
alter table every_shape.with_constraints add constraint late check (id < 100) not valid;
create view every_shape.a_view as select id, v from every_shape.parent;
create materialized view every_shape.filled as select id, v from every_shape.parent with data;
create materialized view every_shape.unfilled as select id, v from every_shape.parent with no data;
create sequence every_shape.used start 5 increment -3 minvalue -100 maxvalue 5 cycle;
select nextval('every_shape.used'), nextval('every_shape.used');
create sequence every_shape.unused;
select lo_from_bytea(0, ''), lo_from_bytea(0, 'a small one'), lo_from_bytea(0, every_shape.noise(10000, 7));
`;

const FOREIGN = `
create extension if not exists postgres_fdw;
create server nowhere foreign data wrapper postgres_fdw options (host '127.0.0.1', port '1', dbname 'nowhere');
create foreign table every_shape.foreign_table (id integer, v text) server nowhere;
`;
