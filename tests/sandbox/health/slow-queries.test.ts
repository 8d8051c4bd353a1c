import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import type pg from 'pg';
import { LogCounter } from '../../../shared/domain/logs/server-log.ts';
import { collectStatements } from '../../../shared/statements/collect-statements.ts';
import { type BootstrappedServer, startBootstrappedServer } from '../../support/postgres/bootstrapped-server.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { operations } from '../../unit/shared/policy/load-operations.ts';

const DAY = 86_400_000;
const midnight = Date.parse('2026-11-20T11:00:00Z');
const rule = { factor: 2, leastCalls: 10, leastMilliseconds: 20, most: 5 };

/** Objects by key, as the store of evidence has them. */
function memoryStore() {
  const objects = new Map<string, Buffer>();
  return {
    objects,
    put: async (key: string, body: string | Buffer) => void objects.set(key, Buffer.from(body as string)),
    getText: async (key: string) => objects.get(key)?.toString(),
    listKeys: async (prefix: string) => [...objects.keys()].filter((key) => key.startsWith(prefix)),
    openGzipLines: async (key: string) => {
      const body = objects.get(key);
      if (body === undefined) return undefined;
      return Readable.from(gunzipSync(body).toString().trimEnd().split('\n'))[Symbol.asyncIterator]();
    },
  };
}

describe('slow queries of a real server', () => {
  let server: BootstrappedServer;
  let shop: pg.Client;
  const store = memoryStore();
  beforeAll(async () => {
    server = await startBootstrappedServer(
      `create table orders (id int primary key, customer text); insert into orders select n, 'c' || n from generate_series(1, 2000) n;
       create function price(ms float8) returns float8 language plpgsql as $$ begin perform pg_sleep(ms / 1000); return ms; end $$`,
      {
        settings: {
          ...{ shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.max': '100' },
          ...{ autovacuum_naptime: '1', log_lock_waits: 'off', deadlock_timeout: '50' },
        },
      },
    );
    await server.asSuperuser((client) => client.query('create extension pg_stat_statements'));
    shop = await server.connect();
  });
  afterAll(async () => {
    await shop?.end();
    await server?.[Symbol.asyncDispose]();
  });

  const policy = { ...Object.values(operations().stages.dev.databases)[0], database: 'app' } as never;
  const sample = (day: number) =>
    collectStatements('app', policy, midnight + day * DAY, {
      rds: { findInstance: async () => ({ id: 'app-dev', status: 'available', endpoint: server.target }) as never },
      secrets: { readDatabaseSecret: async () => ({ username: 'gameday', password: server.target.password }) } as never,
      store: store as never,
      rule,
    });
  const work = async (price: number) => {
    for (let call = 0; call < 20; call += 1) {
      await shop.query(`select price(${price}) /* checkout */`);
      await shop.query("select count(*) from orders where customer = 'jane.doe@example.com'");
    }
  };

  test('finds the statement that was slowed on the planted day, and no other one, with its text masked', async () => {
    assert.equal((await sample(0)).begin, null);
    await work(1);
    const first = await sample(1);
    assert.deepEqual([first.slowed, first.gaps], [[], []]);
    assert.equal(first.top[0]?.change, null);
    await work(1);
    assert.deepEqual((await sample(2)).slowed, []);
    await work(15);
    const planted = await sample(3);
    assert.deepEqual(
      planted.slowed.map(({ text, day }) => [text, day.calls]),
      [['select price($1) /* checkout */', 20]],
    );
    assert.ok((planted.slowed[0]?.change ?? 0) > 3);
    await work(15);
    // A statement of another kind keeps its literals, and one of another database is none of this one.
    await shop.query("do $body$ begin perform pg_sleep(0.6), 'rosebud'; end $body$");
    const elsewhere = await server.connect({ database: 'postgres' });
    await elsewhere.query('select pg_sleep(0.5) as elsewhere');
    await elsewhere.end();
    const fourth = await sample(4);
    assert.deepEqual(fourth.slowed, []);
    assert.match(fourth.top[0]?.text ?? '', /^do …$/);
    assert.ok(!fourth.top.some(({ text }) => text === null || text.includes('elsewhere')));
    const written = [...store.objects.values()].join('\n');
    assert.ok(!written.includes('jane.doe'));
  }, 60_000);

  test('says what was evicted, by the texts of earlier reports, and that less of the activity is explained', async () => {
    for (let number = 0; number < 150; number += 1)
      await shop.query(`select ${'1 + '.repeat(number)}1 as column_${number}`);
    await shop.query('select pg_sleep(0.1)');
    const { evictions, evicted, evictedInAll, unexplained } = await sample(5);
    assert.ok(evictions > 0 && evictedInAll > 0);
    assert.ok(evicted.length > 0 && evicted.length <= rule.most);
    assert.ok(unexplained !== null && unexplained >= 0 && unexplained <= 1);
  }, 60_000);

  test('says nothing of a day in which the counters were reset', async () => {
    await server.asSuperuser((client) => client.query('select pg_stat_statements_reset()'));
    const { isReset, top, slowed } = await sample(6);
    assert.deepEqual([isReset, top, slowed], [true, [], []]);
  });

  test('counts by kind what went wrong, by the log that the server has written, and lets no value pass', async () => {
    const from = Date.now() - 1000;
    const [one, other] = [await server.connect(), await server.connect()];
    await one.query("begin; update orders set customer = 'rosebud-1' where id = 1");
    await other.query("begin; update orders set customer = 'rosebud-2' where id = 2");
    await Promise.allSettled([
      one.query("update orders set customer = 'rosebud-3' where id = 2"),
      other.query("update orders set customer = 'rosebud-4' where id = 1"),
    ]);
    await Promise.all([one.end(), other.end()]);
    await assert.rejects(server.connect({ password: 'hunter-2' }));
    await assert.rejects(shop.query("insert into orders values (1, 'rosebud-5')"));
    await assert.rejects(shop.query("select 'rosebud-6'::int"));
    await assert.rejects(shop.query("set statement_timeout = 20; select pg_sleep(5), 'rosebud-7'"));
    await shop.query('reset statement_timeout');
    const counter = new LogCounter({ from, to: Date.now() + 1000 });
    const text = await server.log();
    for (let at = 0; at < text.length; at += 97) counter.add(text.slice(at, at + 97));
    counter.endFile();
    const counts = Object.fromEntries(counter.counts().map(({ kind, count }) => [kind, count]));
    assert.deepEqual(counts, { deadlock: 1, connection: 1, timeout: 1, 'other error': 2 });
    const shown = JSON.stringify(counter.counts());
    assert.doesNotMatch(shown, /rosebud|hunter/);
    assert.match(shown, /duplicate key value violates unique constraint/);
    assert.deepEqual(counter.gaps, { truncations: 0, unreadable: 0 });
  }, 60_000);

  test('counts the vacuum that a lock has cancelled', async () => {
    const from = Date.now() - 1000;
    const locking = await server.connect();
    await shop.query(
      'alter table orders set (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)',
    );
    await shop.query("update orders set customer = 'x'");
    const isVacuumed = async () =>
      (
        await shop.query(
          "select from pg_stat_activity where backend_type = 'autovacuum worker' and query like '%orders%'",
        )
      ).rows.length > 0;
    await waitUntil('a worker vacuums the table', isVacuumed);
    await locking.query('begin; lock table orders in access exclusive mode; rollback');
    await locking.end();
    const counter = new LogCounter({ from, to: Date.now() + 1000 });
    counter.add(await server.log());
    counter.endFile();
    const vacuum = counter.counts().find(({ kind }) => kind === 'vacuum');
    assert.equal(vacuum?.count, 1);
    assert.match(vacuum.messages[0]?.text ?? '', /canceling autovacuum task \(.*orders/);
  }, 60_000);
});
