import assert from 'node:assert/strict';
import type pg from 'pg';
import type { HashMethod } from '../../../shared/contracts/witness.ts';
import { rowHashSql } from '../../../shared/pg/witness/column-hash.ts';
import { parseRelations, type Relation, relationsSql } from '../../../shared/pg/witness/relations.ts';
import { sumSql } from '../../../shared/pg/witness/row-hash.ts';
import { everyTypeSql } from '../../support/postgres/column-types.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';
import { tableShapesSql } from '../../support/postgres/table-shapes.ts';

/** The second is what servers before 18 are asked; its functions are all in 18 too. */
const methods = ['columns 18', 'columns'] as const satisfies readonly HashMethod[];

/** Values that `=` or the type's own hash function takes for the same, and that differ in a byte. */
const TWINS: readonly (readonly [type: string, one: string, other: string])[] = [
  ['int8', '1', '4294967296'],
  ['int8', '-1', '-4294967296'],
  ['int8', '0', '4294967295'],
  ['timestamp', "timestamp 'epoch'", "timestamp 'epoch' + interval '4294.967295 s'"],
  ['timestamptz', "timestamptz '2000-01-01 00:00:00.000001Z'", "timestamptz '2000-01-01 01:11:34.967296Z'"],
  ['time', "time '00:00:00.000001'", "time '01:11:34.967296'"],
  ['timetz', "timetz '10:00+00'", "timetz '11:00+01'"],
  ['xid8', "xid8 '1'", "xid8 '4294967296'"],
  ['pg_lsn', "pg_lsn '0/1'", "pg_lsn '1/0'"],
  ['money', "money '1'", "money '42949672.96'"],
  ['numeric', '1.0', '1.00'],
  ['numeric', '1.5', '-1.5'],
  ['numeric', "'NaN'", "'Infinity'"],
  ['float4', "'-0'", "'0'"],
  ['float8', "'-0'", "'0'"],
  ['float8', "'NaN'", "'-NaN'"],
  ['interval', "interval '1 day'", "interval '24:00'"],
  ['jsonb', "'[1.0]'", "'[1.00]'"],
  ['json', "'[1]'", "'[ 1]'"],
  ['bpchar', "'a'", "'a  '"],
  ['public.citext', "'a'", "'A'"],
  ['text collate row_hash.any_case', "'a'", "'A'"],
  ['varchar', "'a'", "'a '"],
  ['int4[]', "'{1,2,3,4}'", "'{{1,2},{3,4}}'"],
  ['int4[]', "'{{1,2,3},{4,5,6}}'", "'{{1,2},{3,4},{5,6}}'"],
  ['int4[]', "'{1,2}'", "'[2:3]={1,2}'"],
  ['int4[]', "'{}'", "'{null}'"],
  ['int8[]', "'{1}'", "'{4294967296}'"],
  ['numeric[]', "'{1.0}'", "'{1.00}'"],
  ['numrange', "'[1.0,2)'", "'[1.00,2)'"],
  ['nummultirange', "'{[1.0,2)}'", "'{[1.00,2)}'"],
  ['varbit', "'0'", "'00'"],
  ['bytea', "'\\x00'", "'\\x0000'"],
  ['inet', "'10.0.0.0/8'", "'10.0.0.0/9'"],
  ['row_hash.pair', "row(1.0, 'a')", "row(1.00, 'a')"],
  ['row_hash.pair', 'row(1, null)', "row(null, '1')"],
  ['row_hash.amount', '1.0', '1.00'],
  ['row_hash.nested', '1.0', '1.00'],
  ['row_hash.big', '1', '4294967296'],
  ['row_hash.code', "'a'", "'a '"],
  ['row_hash.mood', "'good'", "'bad'"],
  ['bool', 'true', 'false'],
  ['point', "'(0,0)'", "'(-0,0)'"],
  ['tsvector', "'a:1'", "'a:2'"],
  ['aclitem', "'=r/postgres'", "'=w/postgres'"],
];

describe('the hash of a row', () => {
  let server: RdsLikeServer;
  let client: pg.Client;

  beforeAll(async () => {
    server = await startRdsLikeServer();
    client = await server.connect();
    await client.query('create database every_type');
    await client.query(`
      create extension citext;
      create schema row_hash;
      create collation row_hash.any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      create domain row_hash.amount as numeric;
      create domain row_hash.nested as row_hash.amount;
      create domain row_hash.big as bigint;
      create domain row_hash.code as bpchar;
      create type row_hash.mood as enum ('good', 'bad');
      create type row_hash.pair as (amount numeric, note text)`);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function relationsOf(schema: string): Promise<Relation[]> {
    const { rows } = await client.query<Record<string, unknown>>(relationsSql);
    return parseRelations(rows, 'postgres').filter(
      ({ table, gap }) => table.startsWith(`${schema}.`) && gap === undefined,
    );
  }
  async function relation(table: string): Promise<Relation> {
    const found = (await relationsOf('row_hash')).find((candidate) => candidate.table === `row_hash.${table}`);
    assert.ok(found, `no table '${table}'`);
    return found;
  }
  const whole = { firstBlock: 0, endBlock: null };
  const sumOf = async (of: Relation) => {
    const { rows } = await client.query<{ rows: string; sum: string }>(sumSql(of, whole));
    assert.ok(rows[0]);
    return rows[0];
  };
  const hashesOf = async ({ table, columns }: Relation, method: HashMethod) => {
    const { rows } = await client.query<{ hash: string }>(
      `select ${rowHashSql(columns, method)}::text as hash from only ${table} as gd_row order by ctid`,
    );
    return rows.map(({ hash }) => hash);
  };
  /** As many hashes as there are rows with other bytes, and one hash for the same bytes. */
  async function assertExact(
    { table, columns }: Relation,
    method: HashMethod,
    bytes: string,
    session = client,
  ): Promise<number> {
    const { rows } = await session.query<Record<'values' | 'hashes' | 'pairs' | 'nulls', number>>(
      `select count(distinct bytes)::int as values, count(distinct hash)::int as hashes,
              count(distinct (bytes, hash))::int as pairs, count(*) filter (where hash is null)::int as nulls
       from (select ${bytes} as bytes, ${rowHashSql(columns, method)} as hash from only ${table} as gd_row) as hashed`,
    );
    const [row] = rows;
    assert.ok(row);
    assert.deepEqual([row.hashes, row.pairs, row.nulls], [row.values, row.values, 0], `${table} by '${method}'`);
    return row.values;
  }

  test('distinguishes twins: equal for their type, not the same', async () => {
    for (const [index, [type, one, other]] of TWINS.entries()) {
      const [a, b] = [one, other].map((value) => `(${value})::${type.replace(/ collate .*/, '')}`);
      await client.query(`create table row_hash.t${index} (may ${type}, must ${type} not null);
        insert into row_hash.t${index} values (${a}, ${a}), (${a}, ${b}), (${b}, ${a}), (${b}, ${b}), (null, ${a}), (null, ${b})`);
      for (const method of methods) {
        const hashes = await hashesOf(await relation(`t${index}`), method);
        assert.equal(new Set(hashes).size, 6, `${type}: ${one} and ${other} by '${method}': ${hashes}`);
      }
    }
  });

  test('differs for two rows exactly when a byte does: random rows of few values, with nulls', async () => {
    const types = ['bool', 'int2', 'int4', 'int8', 'text', 'varchar', 'numeric', 'float8', 'date', 'timestamptz'];
    const castOf = (type: string) =>
      type === 'bool' ? 'n % 2 = 0' : /date|time/.test(type) ? `'epoch'::${type} + n * interval '1 day'` : `n::${type}`;
    const columns = types.flatMap((type, index) => [
      { definition: `may${index} ${type}`, sql: `(case when n > 0 then ${castOf(type)} end)::${type}` },
      { definition: `must${index} ${type} not null`, sql: `(${castOf(type)})::${type}` },
    ]);
    const cells = columns.map(
      ({ sql }, column) =>
        `(select ${sql} from (select (hashint8extended(row, ${column}) & 7)::int % 3 as n) as choice)`,
    );
    await client.query(`create table row_hash.random (${columns.map(({ definition }) => definition).join(', ')});
      insert into row_hash.random select ${cells.join(', ')} from generate_series(1, 60000) as row`);
    const random = await relation('random');
    assert.equal(random.columns.filter(({ notNull }) => notNull).length, types.length);
    for (const method of methods) {
      const values = await assertExact(random, method, 'record_send(gd_row.*)');
      assert.ok(values > 50_000, `${values} different rows`);
    }
  });

  test('changes the sum when rows exchange the values of a column, and when a row exchanges two', async () => {
    await client.query(`create table row_hash.exchange (a int4, b int4, c int4 not null, d int4 not null, e text);
      insert into row_hash.exchange values (1, 2, 3, 4, 'x'), (5, 6, 7, 8, 'y')`);
    const exchange = await relation('exchange');
    const sums = new Set([(await sumOf(exchange)).sum]);
    const changes = [
      'a = case a when 1 then 5 else 1 end',
      'c = case c when 3 then 7 else 3 end',
      "e = case e when 'x' then 'y' else 'x' end",
      'a = b, b = a',
      'c = d, d = c',
      'a = c, c = a',
      'a = null',
      'a = 0',
    ];
    for (const change of changes) {
      await client.query(`update row_hash.exchange set ${change}`);
      sums.add((await sumOf(exchange)).sum);
    }
    assert.equal(sums.size, changes.length + 1);
  });

  test('has no bit that an exchange between two rows never changes', async () => {
    await client.query(`create table row_hash.bits (a int4, b int4);
      insert into row_hash.bits select a, b from generate_series(1, 100) as n,
        lateral (values (n, -n), (n + 1000, -n - 1000), (n, -n - 1000), (n + 1000, -n)) as pair(a, b)`);
    for (const method of methods) {
      const hashes = (await hashesOf(await relation('bits'), method)).map(BigInt);
      let changed = 0n;
      for (let at = 0; at < hashes.length; at += 4) {
        const [one = 0n, two = 0n, three = 0n, four = 0n] = hashes.slice(at, at + 4);
        changed |= BigInt.asUintN(64, one + two) ^ BigInt.asUintN(64, three + four);
      }
      assert.equal(changed, 2n ** 64n - 1n);
    }
  });

  test('does not rest on NOT NULL: rows that broke it before it was declared differ in every other column', async () => {
    await client.query(`create table row_hash.broken (a int4, b int4, c numeric);
      insert into row_hash.broken values (null, 1, 1), (null, 2, 1), (null, 1, 2), (1, null, 1), (2, null, 1), (null, null, null);
      alter table row_hash.broken add constraint a not null a not valid, add constraint b not null b not valid,
        add constraint c not null c not valid`);
    const broken = await relation('broken');
    assert.ok(broken.columns.every(({ notNull }) => notNull));
    for (const method of methods) await assertExact(broken, method, 'record_send(gd_row.*)');
  });

  test('does not depend on how a value is stored', async () => {
    const value = "repeat('pg_gameday', 2000)";
    const storages = ['main', 'external', 'extended'];
    for (const storage of storages) {
      await client.query(`create table row_hash.${storage} (v text, w bytea, x jsonb);
        alter table row_hash.${storage} alter v set storage ${storage}, alter w set storage ${storage};
        insert into row_hash.${storage} values (${value}, ${value}::bytea, to_jsonb(${value}))`);
    }
    const { rows } = await client.query(
      storages.map((storage) => `select pg_column_size(v) as size from row_hash.${storage}`).join(' union '),
    );
    assert.ok(rows.length > 1, 'all are stored alike');
    for (const method of methods) {
      const hashes: string[] = [];
      for (const storage of storages) hashes.push(...(await hashesOf(await relation(storage), method)));
      assert.equal(new Set(hashes).size, 1);
    }
  });

  test('reads stored generated columns, and no virtual or dropped ones', async () => {
    await client.query(`create table row_hash.generated (a int4, gone text, stored int4 generated always as (a + 1) stored,
        virtual int4 generated always as (1 / a) virtual);
      alter table row_hash.generated drop column gone;
      insert into row_hash.generated (a) values (0), (1)`);
    const generated = await relation('generated');
    assert.deepEqual(
      generated.columns.map(({ name, number }) => `${number} ${name}`),
      ['1 a', '3 stored'],
    );
    for (const method of methods) assert.equal(new Set(await hashesOf(generated, method)).size, 2);
  });

  test('reads names that could mean something else', async () => {
    await client.query(`create table row_hash.gd_row (gd_row int4, "gd_row.a" int4, "Größe ""名前""" int4 not null, hash text, "row" text);
      insert into row_hash.gd_row values (1, 2, 3, 'x', 'y'), (2, 1, 3, 'x', 'y'), (1, 2, 3, 'y', 'x')`);
    for (const method of methods) await assertExact(await relation('gd_row'), method, 'record_send(gd_row.*)');
  });

  test('reads tables of 1600 columns and of none', async () => {
    const kinds = { may: 'int2', must: 'int2 not null default 7', own: 'public.citext', sent: 'numeric(2, 1)' };
    for (const [name, kind] of Object.entries(kinds)) {
      const columns = Array.from({ length: 1600 }, (_, index) => `c${index} ${kind}`);
      await client.query(`create table row_hash.${name} (${columns.join(', ')});
        insert into row_hash.${name} (c0, c1599) values (1, 2), (2, 1), (1, 3)`);
      for (const method of methods) assert.equal(new Set(await hashesOf(await relation(name), method)).size, 3);
    }
    await client.query('create table row_hash.bare (); insert into row_hash.bare default values');
    assert.deepEqual(await sumOf(await relation('bare')), { rows: '1', sum: '0' });
  });

  test('is exact for every type and shape, by both methods', async () => {
    const types = await server.connect({ database: 'every_type' });
    await types.query(everyTypeSql());
    await types.query(tableShapesSql());
    const { rows } = await types.query<Record<string, unknown>>(relationsSql);
    const relations = parseRelations(rows, 'postgres').filter(({ gap }) => gap === undefined);
    assert.ok(relations.length > 250, `${relations.length} relations`);
    for (const every of relations) {
      const isSent = every.columns.every(({ by }) => by !== 'output');
      for (const method of methods) {
        await assertExact(every, method, isSent ? 'record_send(gd_row.*)' : 'gd_row::text', types);
      }
    }
  });
});
