import assert from 'node:assert/strict';
import type pg from 'pg';
import type { Finding } from '../../../shared/contracts/verification.ts';
import { applyBootstrap } from '../../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../../shared/pg/bootstrap/bootstrap-sql.ts';
import type { SessionPool } from '../../../shared/pg/session/session-pool.ts';
import { checkStructure } from '../../../shared/pg/verify/structure.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';

/** Columns that may be null and ones that may not, whole tables and parts of them, expressions. */
const TABLE = `
create function own(int) returns int language sql immutable as 'select $1';
create table t (
  id int primary key, k int, nk int not null, v text, p point, np point not null, r int4range, b box not null,
  ts tsvector not null, d date not null, a int[], j jsonb not null, net inet
);`;

const INDEXES = `
create index t_hash on t using hash (k);
create index t_hash_nn on t using hash (nk);
create index t_hash_part on t using hash (v) where id > 5;
create index t_gist on t using gist (r);
create index t_gist_part on t using gist (p) where id > 10;
create index t_gist_expression on t using gist (point(k, nk));
create index t_gist_box on t using gist (b);
create index t_gist_net on t using gist (net inet_ops);
create index t_spgist on t using spgist (p);
create index t_spgist_nn on t using spgist (np);
create index t_spgist_text on t using spgist (v);
create index t_brin on t using brin (d) with (pages_per_range = 2);
create index t_gin on t using gin (to_tsvector('simple', v));
create index t_gin_array on t using gin (a);
create index t_gin_json on t using gin (j jsonb_path_ops);
create index t_brin_bloom on t using brin (v text_bloom_ops);
create index t_foreign on t using hash (own(id));
create index t_gist_text on t using gist (ts);
create table empty (like t including indexes);`;

/** Indexes that could answer in the place of those above; they are sound throughout. */
const RIVALS = `
create index k_rival on t (k);
create index nk_rival on t (nk, k);
create index v_rival on t (v, id);
create index r_rival on t (r);
create index d_rival on t (id, d);
create index d_second_rival on t (d);
create index a_rival on t (a);
create index net_rival on t (net);
create index ts_rival on t (ts);
create index expression_rival on t (to_tsvector('simple', v));
create index condition_rival on t (id) where id > 10;`;

const ROWS = (from: number, to: number) => `
insert into t select g, g % 700, g % 300 + ${from}, 'v' || g, case when g % 10 = 0 then null else point(g, g) end, point(g, -g),
  case when g % 7 = 0 then null else int4range(g, g + 2) end, box(point(g, g), point(g + 1, g + 1)), to_tsvector('simple', 'w' || g),
  date '2020-01-01' - g, case when g % 5 = 0 then '{}' else array[g, null] end, jsonb_build_object('k', g), '10.0.0.0'::inet + g
from generate_series(${from}, ${to}) g`;

/** Tables in which the planner has reasons of its own: no other index, many, and so few rows that every way costs the same. */
const TABLES = {
  'of many rows': { rows: 1000, rivals: '' },
  'of many rows, beside others that could answer': { rows: 1000, rivals: RIVALS },
  'of few rows, beside others that could answer': { rows: 3, rivals: RIVALS },
};
const FIRST = 11;

/** What PostgreSQL cannot be made to ask. Never reported to be sound. */
const GAPS = ['t_brin_bloom', 't_gist_text'];

describe.each(Object.entries(TABLES))('indexes that amcheck does not know %s', (_, { rows, rivals }) => {
  let server: RdsLikeServer;
  let client: pg.Client;
  let sound: readonly Finding[];
  let halved: readonly Finding[];

  beforeAll(async () => {
    server = await startRdsLikeServer();
    const master = await server.connect();
    await master.query(TABLE);
    await master.query(ROWS(FIRST, FIRST + rows - 1));
    await master.query(INDEXES + rivals);
    // A value that is not equal to itself, and one of each kind that stands at an end.
    await master.query(`insert into t select 0, null, 0, 'NaN', '(Infinity,1)', '(0,-Infinity)', 'empty',
      '((NaN,1),(2,2))', '', 'infinity', '{}', 'null', '::1'`);
    await applyBootstrap(master, bootstrapSql({ role: 'gameday', database: 'app' }));
    await master.query("alter role gameday password 'for a test'; analyze t");
    client = await server.connect({ user: 'gameday', password: 'for a test', options: "-c search_path=''" });
    sound = await check();
    await server.asSuperuser(async (superuser) => {
      const maintain = (on: boolean) =>
        superuser.query(`update pg_index set indisready = ${on}, indisvalid = ${on}
          where indrelid = 't'::regclass and not indisprimary and indexrelid::regclass::text not like '%rival'`);
      await maintain(false);
      await superuser.query(ROWS(FIRST + rows, FIRST + 2 * rows));
      await maintain(true);
    });
    halved = await check();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const check = async () => {
    const pool: SessionPool = {
      size: 1,
      async forEach(items, work) {
        for await (const item of items) await work(client, item);
      },
    };
    const checked = await checkStructure(
      client,
      pool,
      () => 300_000,
      undefined,
      () => {},
    );
    assert.ok(checked?.complete);
    return checked.result.findings;
  };
  const indexes = [...INDEXES.matchAll(/create index (\w+)/g)].map(([, name]) => name ?? '');
  const of = (findings: readonly Finding[], index: string) =>
    findings.filter(({ object }) => object === `public.${index}`).map(({ status, problem }) => `${status}: ${problem}`);

  test('none that leads to every row fails, whatever its values, and empty tables have nothing to be found', () => {
    assert.deepEqual(
      sound.filter(({ status }) => status === 'failed'),
      [],
    );
    const gaps = sound.map(({ object }) => object.replace('public.', ''));
    assert.deepEqual(
      gaps.filter((index) => indexes.includes(index) && !GAPS.includes(index)),
      [],
    );
  });

  for (const index of indexes) {
    test(`${index} without half of its entries is ${GAPS.includes(index) ? 'a gap' : 'found'}`, () => {
      const [found = ''] = of(halved, index);
      assert.match(found, GAPS.includes(index) ? /^(gap|failed): / : /^failed: does not /);
    });
  }
});
