import assert from 'node:assert/strict';
import type pg from 'pg';
import {
  type PortableSum,
  portableHashSql,
  portableSum,
  readPortableColumns,
} from '../../../shared/pg/portable/portable-sums.ts';
import { pipeCopy } from '../../../shared/pg/session/pipe-copy.ts';
import { everyTypeSql } from '../../support/postgres/column-types.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';
import { waitUntil } from '../../support/wait-until.ts';

const password = 'only for this test';

const unreadable = [
  ...['row of pg_aggregate', 'row of pg_rewrite', 'row of pg_stats_ext', 'type gtsvector'],
  ...['type pg_brin_bloom_summary', 'type pg_brin_minmax_multi_summary', 'type pg_dependencies', 'type pg_mcv_list'],
  ...['type pg_ndistinct', 'type pg_node_tree'],
].map((name) => `every_type."${name}"`);

/** Pinned in every session of ours. */
const settings = `set search_path = pg_catalog; set datestyle = 'ISO,MDY'; set timezone = 'UTC'; set extra_float_digits = 3;
  set intervalstyle = 'postgres'; set bytea_output = 'hex'`;

/** Types of a user's, whose OIDs differ from server to server. */
const types = `create schema own; create extension citext schema public; create extension hstore schema public;
  create type own.mood as enum ('good', 'bad'); create domain own.amount as numeric; create domain own.moods as own.mood;
  create type own.pair as (mood own.mood, amount own.amount); create type own.span as range (subtype = own.amount);`;
const tables = `
  create table own.kinds (id int primary key, mood own.mood, amount own.amount not null, moods own.moods, pair own.pair,
    many own.mood[], pairs own.pair[], spans own.span, name public.citext, map public.hstore, what regtype, tags text[] not null);
  create table own.places (a int4 not null, c text, b int4 not null);`;
const rows = `
  insert into own.kinds values
    (1, 'good', 1.0, 'bad', row('good', 1.00), '{good,bad}', array[row('bad', null)::own.pair], '[1.0,2)', 'Aa', 'a=>1', 'own.mood', '{}'),
    (2, null, 'NaN', null, null, '{}', null, 'empty', 'aA', 'a=>NULL', 'text', '{null,""}');
  insert into own.places (a, b, c) values (1, 2, 'x'), (2, 1, 'y');`;

describe('the portable hash of a row', () => {
  let origin: RdsLikeServer;
  let rebuilt: RdsLikeServer;
  let at: pg.Client;
  let there: pg.Client;
  let names: string[];

  beforeAll(async () => {
    origin = await startRdsLikeServer({ settings: { wal_level: 'logical' } });
    rebuilt = await startRdsLikeServer();
    const open = async (server: RdsLikeServer, database: string) => {
      await server.asSuperuser((client) => client.query(`create database ${database}`));
      const { user = '' } = server.master;
      await server.asSuperuser((client) => client.query(`alter role ${user} superuser`));
      return server.connect({ database });
    };
    at = await open(origin, 'every_type');
    there = await open(rebuilt, 'every_type');
    await at.query(everyTypeSql());
    await at.query(types);
    // Columns that went, and one that came between others.
    await at.query(
      tables
        .replace('id int primary key,', 'gone text, id int primary key,')
        .replace('(a int4 not null,', '(went int4, a int4 not null,'),
    );
    await at.query('alter table own.kinds drop column gone; alter table own.places drop column went');
    await at.query(rows);
    await there.query(
      'create schema before; create type before.one as enum (); create type before.two as (a int); create table before.three ()',
    );
    await there.query(everyTypeSql());
    await there.query(
      types.replace(
        /create type own.mood as[^;]*;/,
        "create type own.mood as enum ('good', 'bad'); create type own.between as enum ();",
      ),
    );
    await there.query(tables.replace('c text, b int4 not null', 'b int4 not null, c text'));
    for (const client of [at, there]) await client.query(settings);
    const found = await at.query<{ name: string }>(`select format('%I.%I', nspname, relname) as name from pg_class c
      join pg_namespace n on n.oid = relnamespace where relkind = 'r' and nspname in ('every_type', 'own') order by 1`);
    names = found.rows.map(({ name }) => name);
    assert.ok(names.length > 250, `${names.length} tables`);
  });
  afterAll(async () => {
    await rebuilt?.[Symbol.asyncDispose]();
    await origin?.[Symbol.asyncDispose]();
  });

  async function sumsOf(
    client: pg.Client,
    orders?: ReadonlyMap<string, readonly string[]>,
  ): Promise<Map<string, PortableSum>> {
    const columns = await readPortableColumns(client, names, orders);
    const sums = new Map<string, PortableSum>();
    for (const [table, its] of columns) sums.set(table, await portableSum(client, table, its));
    return sums;
  }
  const ordersOf = async (client: pg.Client) =>
    new Map(
      [...(await readPortableColumns(client, names))].map(([table, its]) => [table, its.map(({ name }) => name)]),
    );
  const differing = (one: Map<string, PortableSum>, other: Map<string, PortableSum>) =>
    names.filter((name) => JSON.stringify(one.get(name)) !== JSON.stringify(other.get(name)));

  test('is equal for every type on a server that was built anew by COPY, where columns were dropped, too', async () => {
    const orders = await ordersOf(at);
    const refused: string[] = [];
    for (const name of names) {
      const columns = (orders.get(name) ?? []).map((column) => `"${column.replaceAll('"', '""')}"`).join(', ');
      await there.query(`truncate ${name}`);
      await pipeCopy(at, `copy ${name} (${columns}) to stdout`, there, `copy ${name} (${columns}) from stdin`).catch(
        () => refused.push(name),
      );
    }
    // PostgreSQL cannot read back what it writes of these: no dump of such a table can be restored.
    assert.deepEqual(refused, unreadable);
    names = names.filter((name) => !unreadable.includes(name));
    const [ours, theirs] = [await sumsOf(at), await sumsOf(there, orders)];
    assert.equal(ours.size, names.length);
    assert.deepEqual(differing(ours, theirs), []);
  });

  test('is equal on a physical copy, and on a logical replica', async () => {
    const ours = await sumsOf(at);
    const standby = await origin.startStandby();
    const orders = await ordersOf(at);
    const copy = await standby.asSuperuser(async (client) => {
      await client.query(settings);
      return sumsOf(client, orders);
    }, 'every_type');
    await standby[Symbol.asyncDispose]();
    assert.deepEqual(differing(ours, copy), []);

    await origin.asSuperuser((client) => client.query(`create role feed login superuser password '${password}'`));
    await at.query(`create publication everything for table ${names.join(', ')}`);
    for (const name of names) await there.query(`truncate ${name}`);
    const { port } = origin.master;
    await there.query(
      `create subscription everything connection 'host=127.0.0.1 port=${port} dbname=every_type user=feed password=''${password}''' publication everything with (copy_data = false)`,
    );
    // Every row by the stream: a first copy of so many tables takes a worker each.
    for (const name of names)
      await at.query(
        `create temp table again as table ${name}; truncate ${name}; insert into ${name} select * from again; drop table again`,
      );
    await at.query(`insert into own.places (a, b, c) values (3, 3, 'z')`);
    await waitUntil('the stream has come', async () => (await there.query('select from own.places')).rows.length === 3);
    const replica = await sumsOf(there, orders);
    assert.deepEqual(differing(await sumsOf(at), replica), []);
    await there.query('drop subscription everything');
  });

  test('differs for what is equal and not the same', async () => {
    const twins = [
      ['numeric', '1.0', '1.00'],
      ['float8', "'-0'", "'0'"],
      ['float4', "'-0'", "'0'"],
      ['interval', "interval '1 day'", "interval '24:00'"],
      ['jsonb', "'1.0'", "'1.00'"],
      ['own.mood', "'good'", "'bad'"],
      ['own.amount', '1.0', '1.00'],
      ['own.pair', "row('good', 1.0)", "row('good', 1.00)"],
      ['own.span', "'[1.0,2)'", "'[1.00,2)'"],
      ['public.citext', "'a'", "'A'"],
      ['int8', '1', '4294967296'],
      ['int4[]', "'{1,2}'", "'[2:3]={1,2}'"],
      ['float8[]', "'{-0}'", "'{0}'"],
      ['timetz', "timetz '10:00+00'", "timetz '11:00+01'"],
      ['bpchar', "'a'", "'a  '"],
      ['regtype', "'int4'", "'int8'"],
      ['text', 'null', "''"],
      ['text[]', "'{}'", "'{null}'"],
    ] as const;
    for (const [index, [type, one, other]] of twins.entries()) {
      const table = `own.t${index}`;
      await at.query(
        `create table ${table} (v ${type}, w ${type}); insert into ${table} values ((${one})::${type}, null), ((${other})::${type}, null), (null, (${one})::${type})`,
      );
      const columns = (await readPortableColumns(at, [table])).get(table);
      assert.ok(columns);
      const { rows: hashes } = await at.query<{ hash: string }>(
        `select ${portableHashSql(columns)}::text as hash from ${table} as gd_row`,
      );
      assert.equal(
        new Set(hashes.map(({ hash }) => hash)).size,
        type === 'text' && one === 'null' ? 2 : 3,
        `${type}: ${one}, ${other}`,
      );
    }
  });

  test('is none where a column is missing, is more, or is called otherwise', async () => {
    const names = ['own.places'];
    for (const order of [
      ['a', 'c'],
      ['a', 'c', 'b', 'd'],
      ['a', 'c', 'x'],
    ])
      assert.deepEqual(await readPortableColumns(at, names, new Map([['own.places', order]])), new Map());
  });
});
