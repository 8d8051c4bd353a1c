import assert from 'node:assert/strict';
import type pg from 'pg';
import { type BootstrappedServer, startBootstrappedServer } from '../../support/postgres/bootstrapped-server.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { type Driven, driveHealth } from './driven.ts';

let server: BootstrappedServer;
let driven: Driven;
let session: pg.Client;

beforeAll(async () => {
  server = await startBootstrappedServer('', {
    settings: { shared_buffers: '16MB', autovacuum: 'off', deadlock_timeout: '10ms' },
  });
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  driven = await driveHealth({ primary: server }, { bloatPages: 128 });
  session = await server.connect();
});
afterEach(async () => {
  await session.query('drop schema public cascade; create schema public');
  await session.end();
});
const database = async () => (await driven.minutes(1))[0]?.databaseMetrics['app'] ?? {};

/** What a session has counted is reported at once, as it would be some seconds later. */
const counted = () => session.query('select pg_stat_force_next_flush()');
async function analyse(table: string): Promise<void> {
  await counted();
  await session.query(`analyze ${table}`);
}

describe('the cache', () => {
  /** What a session has counted is reported when it ends. */
  async function scan(times: number): Promise<void> {
    const client = await server.connect();
    for (let time = 0; time < times; time += 1) await client.query('select count(*) from cold');
    await client.end();
  }

  test('raises its alarms when a table larger than the buffers is scanned again and again, until that ends', async () => {
    await session.query("create table cold as select i, repeat('x', 500) as x from generate_series(1, 80000) i");
    await analyse('cold');
    await driven.minutes(1);
    for (let minute = 0; minute < 3; minute += 1) {
      await scan(3);
      await driven.minutes(1);
    }
    assert.deepEqual(driven.raised(), ['cache-hit-critical', 'cache-hit-warning']);
    await driven.minutes(20);
    assert.deepEqual(driven.raised(), []);
  });

  test('is not what 50 blocks say after a restart, nor what the time before a reset of the statistics does', async () => {
    await session.query("create table cold as select i, repeat('x', 500) as x from generate_series(1, 800) i");
    await driven.minutes(2);
    await session.end();
    await server.restart();
    session = await server.connect();
    await session.query('select count(*) from cold');
    await driven.minutes(3);
    assert.deepEqual(driven.raised(), []);
    await server.asSuperuser((client) => client.query('select pg_stat_reset()'));
    await driven.minutes(4);
    assert.deepEqual(driven.raised(), []);
  });
});

describe('a sequence', () => {
  const used = async () => (await database())['SequenceUsedPercent'];

  for (const [what, sql, value] of [
    [
      'is owned by an integer column',
      'create sequence s; create table t (id int); alter sequence s owned by t.id',
      2_000_000_000,
    ],
    [
      'feeds an integer column by its default',
      "create sequence s; create table t (id int default nextval('s'))",
      2_000_000_000,
    ],
    [
      'is of a smallint column',
      'create table t (id smallserial); alter sequence t_id_seq rename to s; alter sequence s as bigint',
      31_000,
    ],
    ['counts down', 'create sequence s increment -1 minvalue -1000 maxvalue -1', -950],
  ] as const) {
    test(`that ${what} raises both alarms before the column ends`, async () => {
      await session.query(`${sql}; select setval('s', ${value})`);
      assert.ok(Number(await used()) > 90);
      assert.deepEqual(driven.raised(), ['sequence-critical', 'sequence-warning']);
    });
  }

  for (const [what, sql, value] of [
    [
      'of a bigint column has far to go',
      'create table t (id bigserial); alter sequence t_id_seq rename to s',
      2_000_000_000,
    ],
    [
      'that cycles within its column never ends',
      'create table t (id int); create sequence s maxvalue 1000 cycle owned by t.id',
      990,
    ],
    ['that nobody has used has not begun', 'create sequence s as int', null],
  ] as const) {
    test(`${what}`, async () => {
      await session.query(value === null ? sql : `${sql}; select setval('s', ${value})`);
      assert.ok(Number(await used()) < 1);
      assert.deepEqual(driven.raised(), []);
    });
  }

  test('that cycles and is wider than its column ends there', async () => {
    await session.query(
      "create table t (id int); create sequence s cycle owned by t.id; select setval('s', 2000000000)",
    );
    assert.ok(Number(await used()) > 90);
  });

  test('that the role may not read is a gap, and no zero', async () => {
    await session.query('revoke pg_read_all_data from gameday');
    await session.query("create sequence s as int; select setval('s', 2000000000)");
    try {
      const [found] = await driven.minutes(1);
      assert.deepEqual(
        found?.gaps.map(({ measure, reason }) => `${measure}: ${reason}`),
        ['sequences: privilege'],
      );
    } finally {
      await session.query('grant pg_read_all_data to gameday');
    }
    await driven.minutes(31);
    assert.deepEqual(driven.raised(), ['sequence-critical', 'sequence-warning'], 'once is no gap that lasts');
  });
});

describe('bloat', () => {
  const fill = (rows: number, option = '') =>
    session.query(
      `create table t (id int, v text) ${option}; insert into t select i, repeat('x', 80) from generate_series(1, ${rows}) i`,
    );

  test('of a table that is rewritten while autovacuum is off raises both alarms', async () => {
    await fill(20_000);
    await analyse('t');
    await session.query('update t set id = id + 1');
    await session.query('update t set id = id + 1');
    await counted();
    await driven.minutes(32);
    assert.deepEqual(
      driven.raised().filter((name) => name.startsWith('bloat')),
      ['bloat-critical', 'bloat-warning'],
    );
  });

  test('is not what a fillfactor of 70 reserves, nor a table that was just loaded, of which nobody knows the width yet', async () => {
    await fill(20_000, 'with (fillfactor = 70)');
    await analyse('t');
    const [first] = await driven.minutes(1);
    const bloat = Number(first?.databaseMetrics['app']?.['BloatPercent']);
    assert.ok(bloat < 8, String(bloat));
    await driven.minutes(31);
    assert.deepEqual(driven.raised(), []);
    await server.asSuperuser((client) => client.query('select pg_stat_reset()'));
    await driven.minutes(46);
    assert.deepEqual(driven.raised(), [], 'a reset of the statistics');
    await session.query('drop table t');
    await fill(20_000);
    await counted();
    driven = await driveHealth({ primary: server }, { bloatPages: 128 });
    const [loaded] = await driven.minutes(1);
    assert.equal(loaded?.databaseMetrics['app']?.['BloatPercent'], undefined);
    assert.match(loaded?.gaps.map(({ detail }) => detail).join() ?? '', /no statistics of public\.t/);
  });
});

describe('an index', () => {
  test('that a failed CREATE INDEX CONCURRENTLY has left raises the alarm, and none while one is built', async () => {
    await session.query('create table t (id int); insert into t values (1), (1)');
    await assert.rejects(session.query('create unique index concurrently broken on t (id)'));
    await driven.minutes(31);
    assert.deepEqual(driven.raised(), ['invalid-index-warning']);
    await session.query('drop index broken');
    // It waits for a transaction that writes, and is invalid until then.
    const [writer, builder] = [await server.connect(), await server.connect()];
    await writer.query('begin; insert into t values (2)');
    const built = builder.query('create index concurrently slow on t (id)');
    await waitUntil('the index is there', async () => {
      const { rows } = await session.query(
        "select from pg_index where indexrelid = to_regclass('slow') and not indisvalid",
      );
      return rows.length === 1;
    });
    driven = await driveHealth({ primary: server });
    assert.equal((await database())['InvalidIndexes'], 0);
    await writer.query('commit');
    await built;
    await Promise.all([writer.end(), builder.end()]);
  });
});

describe('a vacuum', () => {
  const churn =
    'create table t (id int) with (autovacuum_vacuum_threshold = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1); insert into t select generate_series(1, 30000); delete from t where id % 2 = 0; select pg_stat_force_next_flush()';
  const vacuums = () => driven.raised().filter((name) => name.startsWith('vacuum'));
  const configure = (...changes: readonly string[]) =>
    server.asSuperuser(async (client) => {
      for (const change of changes) await client.query(`alter system ${change}`);
      await client.query('select pg_reload_conf()');
    });
  // With autovacuum off, catalogues are owed one by the tables that the tests before have made and dropped.
  beforeEach(() => server.asSuperuser((client) => client.query('vacuum')));
  const cancelled = async () => (await server.log()).split('canceling autovacuum task').length - 1;

  test('that locks cancel again and again raises both alarms', async () => {
    await session.query(churn);
    await configure("set autovacuum_naptime = '1s'", 'set autovacuum = on');
    const locker = await server.connect();
    let isOver = false;
    // Whoever wants the table gets it: the worker is ended, and nothing of its work is kept.
    const locks = (async () => {
      while (!isOver) {
        await locker.query('begin; lock table t in access exclusive mode; commit');
        await locker.query('select pg_sleep(0.05)');
      }
    })();
    try {
      await driven.minutes(1);
      const before = await cancelled();
      await waitUntil('two workers were ended', async () => (await cancelled()) >= before + 2, 60_000);
      await driven.minutes(125);
      assert.deepEqual(vacuums(), ['vacuum-critical', 'vacuum-warning']);
    } finally {
      isOver = true;
      await locks;
      await locker.end();
      await configure('reset autovacuum_naptime', 'reset autovacuum');
    }
  });

  test('that is slow and comes further raises nothing', async () => {
    await session.query(churn);
    const slow = await server.connect();
    const { rows } = await slow.query<{ pid: number }>('select pg_backend_pid() as pid');
    await slow.query('set vacuum_cost_delay = 100; set vacuum_cost_limit = 1');
    const vacuum = slow.query('vacuum t').catch(() => {});
    const scanned = async () =>
      Number(
        (await session.query<{ n: string }>('select sum(heap_blks_scanned) as n from pg_stat_progress_vacuum')).rows[0]
          ?.n ?? 0,
      );
    await waitUntil('it scans', async () => (await scanned()) > 0);
    for (let pass = 0; pass < 5; pass += 1) {
      const before = await scanned();
      await driven.minutes(1, 25);
      await waitUntil('it comes further', async () => (await scanned()) !== before);
    }
    assert.deepEqual(vacuums(), []);
    await session.query('select pg_cancel_backend($1)', [rows[0]?.pid]);
    await vacuum;
    await slow.end();
  });

  test('is owed nothing by a table that autovacuum is told to leave alone', async () => {
    await session.query(churn);
    await session.query('alter table t set (autovacuum_enabled = false)');
    await driven.minutes(1);
    await driven.minutes(1, 130);
    assert.deepEqual(vacuums(), []);
  });
});
