import assert from 'node:assert/strict';
import { copyDatabase } from '../../../sandbox/demo/copy-database.ts';
import type { Loading } from '../../../sandbox/demo/loading.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';

let theirs: RdsLikeServer;
let here: RdsLikeServer;
beforeAll(async () => {
  [theirs, here] = await Promise.all([startRdsLikeServer(), startRdsLikeServer()]);
});
afterAll(async () => {
  await Promise.all([theirs[Symbol.asyncDispose](), here[Symbol.asyncDispose]()]);
});

let databases = 0;

/** Copies a database that `sql` makes, as a superuser of the reader's; the copy is made by the master user of RDS. */
async function copied(
  sql: string,
): Promise<{ loading: Loading; reported: string; count(table: string): Promise<number> }> {
  databases += 1;
  const name = `reader_${databases}`;
  await theirs.asSuperuser((client) => client.query(`create database ${name} owner postgres`));
  await theirs.asSuperuser((client) => client.query(sql), name);
  await here.asSuperuser((client) => client.query(`create database ${name} owner postgres`));
  const url = new URL(`postgres://${theirs.master.host}:${theirs.master.port}/${name}`);
  url.username = String(theirs.master.user);
  url.password = encodeURIComponent(String(theirs.master.password));
  await theirs.asSuperuser((client) => client.query('grant pg_read_all_data to postgres'), name);
  const target = { ...here.master, database: name };
  const { reported, loading } = await copyDatabase(url.href, target, here.certificateAuthorityPath, () => {});
  return {
    reported,
    loading,
    count: (table) =>
      here.asSuperuser(async (client) => {
        const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from ${table}`);
        return rows[0]?.n ?? -1;
      }, name),
  };
}

const reported = ({ missing }: Loading) => missing.map(({ object, problem }) => `${object} ${problem}`);

describe("a copy of the reader's database", () => {
  test('has the rows of a table whose constraint calls a function with unqualified names', async () => {
    const { loading, count } = await copied(`create table ref(id int primary key); insert into ref values (1);
create function ok(int) returns bool language sql as 'select exists (select from ref where id = $1)';
create table orders(a int check (ok(a))); insert into orders select 1 from generate_series(1,1000)`);
    assert.deepEqual(loading, { missing: [], summary: undefined });
    assert.equal(await count('public.orders'), 1000);
  });

  test('has what needs the search path of a role or of the database, in every section of the archive', async () => {
    const { loading, count } = await copied(`create schema app; create schema "Lib's";
create table app.ref(id int primary key); insert into app.ref values (1);
set search_path = app, "Lib's";
create function app.ok(int) returns bool language sql immutable as 'select exists (select from ref where id = $1)';
create function app.two(int) returns int language sql immutable as 'select 2';
create function "Lib's".twice(int) returns int language sql immutable as 'select $1 * two($1)';
create table app.orders(a int check (ok(a))); insert into app.orders select 1 from generate_series(1,50);
create table app.doubled(a int, b int generated always as (twice(a)) stored); insert into app.doubled select generate_series(1,30);
create table app.later(a int); insert into app.later select 1 from generate_series(1,20);
alter table app.later add constraint late check (ok(a)) not valid; alter table app.later validate constraint late;
do $$ begin execute format('alter database %I set search_path = app, "Lib''s"', current_database()); end $$`);
    assert.deepEqual(reported(loading), []);
    assert.deepEqual([await count('app.orders'), await count('app.doubled'), await count('app.later')], [50, 30, 20]);
  });

  test('names every table whose rows did not arrive, with their number, and is not called whole', async () => {
    const { loading, reported: line } = await copied(`create table ref(id int primary key); insert into ref values (1);
create function ok(int) returns bool language sql as 'select exists (select from ref where id = $1)';
create table orders(a int check (ok(a))); insert into orders select 1 from generate_series(1,1000);
delete from ref`);
    assert.equal(loading.summary, '1000 of 1000 rows (1 table), 1 statement of your database did not arrive here');
    assert.deepEqual(
      loading.missing.map(({ object }) => object),
      ['public.orders', 'TABLE DATA orders'],
    );
    assert.match(reported(loading)[0] ?? '', /arrived with 0 rows of 1000$/);
    assert.match(reported(loading)[1] ?? '', /violates check constraint "orders_a_check"/);
    assert.match(line, /BUT 1000 of 1000 rows/);
  });

  test('names objects that the master user of RDS may not make', async () => {
    const { loading } = await copied(`create table t(a int);
create cast (text as point) with inout;
create function deaf() returns event_trigger language plpgsql as 'begin end';
create language second handler plpgsql_call_handler;
create function uses() returns int language second as 'begin return 1; end'`);
    const names = loading.missing.map(({ object }) => object);
    assert.ok(names.includes('language second'), names.join(', '));
    assert.ok(names.includes('function public.uses()'), names.join(', '));
    assert.match(loading.summary ?? '', /^\d objects, \d statements of your database did not arrive here$/);
    assert.ok(!names.some((name) => /public\.t$|deaf/.test(name)), names.join(', '));
  });

  test('that was altered on its way is reported, though it has as many rows', async () => {
    // A default that PostgreSQL computes anew: the generated column depends on what is here.
    const { loading } = await copied(`create function here() returns text language sql immutable as
'select current_setting(''cluster_name'') || inet_server_port()::text';
create table t(a int, b text generated always as (public.here()) stored); insert into t values (1), (2)`);
    assert.deepEqual(reported(loading), ['public.t arrived with 2 rows, of which some differ from yours']);
  });
});
