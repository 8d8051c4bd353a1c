import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { pauseSilence } from '../../../shared/deadlines.ts';
import { applyBootstrap } from '../../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../../shared/pg/bootstrap/bootstrap-sql.ts';
import { type Paused, pauseWriters } from '../../../shared/pg/pause/pause-writers.ts';
import type { ConnectionTarget } from '../../../shared/pg/session/connect.ts';
import { type ExportedSnapshot, prepareSnapshot, queryUnder } from '../../../shared/pg/session/exported-snapshot.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';
import { waitUntil } from '../../support/wait-until.ts';

const password = 'a-password';
const second = 1000;

/** What a writer of the application sees: how long its longest statement took, and how many committed. */
type Seen = { readonly longest: number; readonly committed: number };

describe('a pause of the writers', () => {
  let server: RdsLikeServer;
  let master: pg.Client;
  let reader: pg.Client;
  const targetOf = (user: string): ConnectionTarget => {
    const { host, port } = server.master;
    return { host: String(host), port: Number(port), database: 'app', user, password };
  };

  beforeAll(async () => {
    // It says of each row when it was committed: the whole of what a restore to a moment would bring back.
    server = await startRdsLikeServer({ settings: { track_commit_timestamp: 'on' } });
    process.env['PGSSLROOTCERT'] = server.certificateAuthorityPath;
    master = await server.connect();
    await master.query(`create role shop login password '${password}'; grant shop to postgres; create schema shop authorization shop;
      set role shop;
      create table shop.orders (id bigint generated always as identity, by int);
      create table shop.lines (id bigint generated always as identity, by int) partition by list (by);
      create table shop.few partition of shop.lines for values in (0, 1);
      create table shop.many partition of shop.lines default;
      create table shop.child () inherits (shop.orders);
      create unlogged table shop.scratch (id int);
      create view shop.seen as select * from shop.orders; create materialized view shop.summed as select count(*) from shop.orders;
      reset role`);
    const capabilities = { maintain: {} };
    await applyBootstrap(master, bootstrapSql({ role: 'gameday', database: 'app', capabilities }));
    for (const role of ['gameday', 'gameday_maintain']) await master.query(`alter role ${role} password '${password}'`);
    reader = await server.connect({ user: 'gameday', password });
  });
  afterAll(async () => {
    delete process.env['PGSSLROOTCERT'];
    await server[Symbol.asyncDispose]();
  });

  /** Writes as an application does, until it is told to end: transactions of two tables, as fast as they go. */
  async function write(clients: number): Promise<() => Promise<Seen>> {
    let isWriting = true;
    const writers = Array.from({ length: clients }, async (_, by) => {
      const client = await server.connect({ user: 'shop', password });
      let [longest, committed] = [0, 0];
      while (isWriting) {
        const begun = performance.now();
        await client.query(`begin; insert into shop.orders (by) values (${by}); insert into shop.lines (by) values (${by});
          update shop.orders set by = by where id = currval('shop.orders_id_seq'); commit`);
        longest = Math.max(longest, performance.now() - begun);
        committed += 1;
      }
      await client.end();
      return { longest, committed };
    });
    const noted = writers.map((one) => one.catch((error: Error) => error));
    await delay(0);
    return async () => {
      isWriting = false;
      await Promise.all(noted);
      // A pause costs no transaction of an application: this throws what one of them was told.
      const seen = await Promise.all(writers);
      return {
        longest: Math.max(...seen.map(({ longest }) => longest)),
        committed: seen.reduce((sum, { committed }) => sum + committed, 0),
      };
    };
  }

  let kept: ExportedSnapshot | undefined;
  const pause = (more: Partial<Parameters<typeof pauseWriters>[0]> = {}) =>
    pauseWriters({
      target: targetOf('gameday_maintain'),
      reader,
      prepare: () => prepareSnapshot(targetOf('gameday'), 'S1', 60 * second),
      keep: (snapshot) => {
        kept = snapshot;
      },
      ...more,
    });
  const locksHeld = async () => {
    const { rows } = await master.query(
      "select count(*)::int as held from pg_locks where mode = 'ShareLock' and locktype = 'relation'",
    );
    return rows[0].held as number;
  };
  const namesOf = async (oids: Iterable<number>) => {
    const { rows } = await master.query(
      'select oid::regclass::text as name from pg_class where oid = any ($1) order by 1',
      [[...oids]],
    );
    return rows.map(({ name }) => name as string);
  };
  const missed = (found: Awaited<ReturnType<typeof pause>>) =>
    'missed' in found ? found.missed : assert.fail(`paused at ${found.at}`);

  test('makes S1 what had committed at a whole second, of all tables, beside writers', async () => {
    const stop = await write(6);
    // A night of a busy machine may go without.
    let found = await pause();
    for (let nights = 1; 'missed' in found && nights < 5; nights += 1) found = await pause();
    const { committed } = await stop();
    assert.ok('locked' in found, JSON.stringify(found));
    assert.ok(kept !== undefined && committed > 0);
    assert.match(found.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.ok(found.milliseconds < second, `the writers paused for ${found.milliseconds} ms`);
    for (const table of ['shop.orders', 'shop.lines']) {
      const of = (condition: string) =>
        `select count(*)::text as rows, coalesce(sum(hashtextextended(t::text, 0)), 0)::text as sum from ${table} t ${condition}`;
      const [[atS1] = []] = await queryUnder(reader, kept.id, [of('')]);
      // Rows of later are updated by nobody but their own transaction.
      const { rows }: pg.QueryResult = await master.query(
        of(`where pg_xact_commit_timestamp(t.xmin) <= '${found.at}'`),
      );
      assert.deepEqual(atS1, rows[0], table);
      const { rows: all } = await master.query(of(''));
      assert.notDeepEqual(all, rows, 'writers went on');
    }
    await kept.release();
  });

  test('locks ordinary tables, partitions and children, as the least role, and nothing that is no table', async () => {
    const found = (await pause()) as Paused;
    await kept?.release();
    assert.deepEqual(
      (await namesOf(found.locked)).filter((name) => name.startsWith('shop.')),
      ['shop.child', 'shop.few', 'shop.many', 'shop.orders'],
    );
    assert.equal(await locksHeld(), 0);
  });

  test('is given up, by the name of who is in the way, where a table is in use; writers wait for less than a second', async () => {
    const holder = await server.connect({ user: 'shop', password });
    await holder.query('begin; insert into shop.orders (by) values (99)');
    const stop = await write(2);
    const found = await pause({ tries: 2 });
    const { longest, committed } = await stop();
    await holder.query('rollback');
    assert.match(
      missed(found),
      /^'shop\.orders' was in use for longer than 200 ms by 'shop', whose transaction is open /,
    );
    assert.ok('tries' in found && found.tries === 2);
    assert.ok(committed > 0 && longest < second, `a writer waited for ${longest} ms`);
    assert.equal(await locksHeld(), 0);
  });

  test('is ended by the server itself, when whoever asked for it says nothing any more', async () => {
    const stop = await write(2);
    const silent = async () => {
      const prepared = await prepareSnapshot(targetOf('gameday'), 'S1', 60 * second);
      return { ...prepared, take: async () => delay(3 * pauseSilence).then(prepared.take) };
    };
    const found = await pause({ tries: 1, prepare: silent });
    const { longest } = await stop();
    assert.match(missed(found), /./);
    assert.ok(longest < 2 * second, `a writer waited for ${longest} ms`);
    assert.equal(await locksHeld(), 0);
  });

  test('is not tried where a writer could be rolled back for waiting with us', async () => {
    const set = (value: string) =>
      server.asSuperuser(async (client) => {
        await client.query(`alter system set deadlock_timeout = ${value}`);
        await client.query('select pg_reload_conf()');
      });
    await set("'300ms'");
    await waitUntil(
      'it is in force',
      async () => (await master.query('show deadlock_timeout')).rows[0].deadlock_timeout === '300ms',
    );
    assert.match(missed(await pause()), /^deadlock_timeout is 300 ms/);
    await set('default');
    await waitUntil(
      'it is as before',
      async () => (await master.query('show deadlock_timeout')).rows[0].deadlock_timeout === '1s',
    );
  });

  test('is refused to the reader, which may lock no table, and to whoever cannot log in', async () => {
    assert.match(missed(await pause({ target: targetOf('gameday') })), /may lock no table$/);
    const stranger = { ...targetOf('gameday_maintain'), password: 'another' };
    const found = await pause({ target: stranger });
    assert.match(missed(found), /^CredentialsRejectedError: /);
    assert.equal('tries' in found && found.tries, 1, 'a login that is refused is not tried again');
  });
});
