import assert from 'node:assert/strict';
import type pg from 'pg';
import { applyBootstrap, planBootstrap } from '../../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../../shared/pg/bootstrap/bootstrap-sql.ts';
import type { Capabilities } from '../../../shared/pg/bootstrap/capabilities-sql.ts';
import { readBootstrapVersion } from '../../../shared/pg/bootstrap/version.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';

const PASSWORD = 'only for this test';
const DENIED = { code: '42501' };

describe('a role for each capability', () => {
  const everything: Capabilities = {
    monitor: {},
    maintain: {},
    fence: { roles: ['shop'] },
    remedy: {},
    replicate: { publication: 'of_shop' },
    restore: {},
  };
  const stepsWith = (capabilities: Capabilities) => bootstrapSql({ role: 'gameday', database: 'app', capabilities });
  let server: RdsLikeServer;
  let master: pg.Client;
  const session: Record<string, pg.Client> = {};

  beforeAll(async () => {
    server = await startRdsLikeServer();
    master = await server.connect();
    await master.query(`create role owner_of_shop nologin; create role shop login password '${PASSWORD}';
      grant owner_of_shop to postgres; create schema shop; create table shop.orders (id int primary key);
      alter schema shop owner to owner_of_shop; alter table shop.orders owner to owner_of_shop`);
    await master.query(`insert into shop.orders values (1)`);
    await applyBootstrap(master, stepsWith(everything));
    for (const name of ['monitor', 'maintain', 'fence', 'remedy', 'replicate', 'restore']) {
      await master.query(`alter role gameday_${name} password '${PASSWORD}'`);
      session[name] = await server.connect({ user: `gameday_${name}`, password: PASSWORD });
    }
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  const as = (name: string): pg.Client => {
    const found = session[name];
    assert.ok(found);
    return found;
  };

  test('is made only when it is named', () => {
    const titles = (wanted: Capabilities) => stepsWith(wanted).map(({ title }) => title);
    assert.ok(titles({}).every((title) => !title.includes('"gameday_')));
    const maintained = titles({ maintain: {} }).filter((title) => title.includes('"gameday_'));
    assert.ok(maintained.length >= 5 && maintained.every((title) => title.includes('gameday_maintain')));
  });

  test('finds everything present when it runs again, and its steps have names of their own', async () => {
    const planned = await planBootstrap(master, stepsWith(everything));
    assert.deepEqual(
      planned.filter(({ satisfied, optional }) => !satisfied && !optional).map(({ title }) => title),
      [],
    );
    assert.equal(new Set(planned.map(({ title }) => title)).size, planned.length);
  });

  test('lets none but the reader see a row', async () => {
    for (const name of Object.keys(session)) {
      await assert.rejects(as(name).query('select * from shop.orders'), DENIED, name);
      await assert.rejects(as(name).query('delete from shop.orders'), DENIED, name);
      await assert.rejects(as(name).query('create role another'), DENIED, name);
    }
  });

  test('monitor sees statistics, and ends nobody', async () => {
    const { rows } = await as('monitor').query<{ query: string }>(
      `select query from pg_stat_activity where usename = 'postgres'`,
    );
    assert.ok(rows.length > 0 && rows.every(({ query }) => query !== '<insufficient privilege>'));
    const { rows: signals } = await master.query(
      `select pg_has_role('gameday_monitor', 'pg_signal_backend', 'member') as may`,
    );
    assert.deepEqual(signals, [{ may: false }]);
  });

  test('maintain vacuums, analyses and reindexes what belongs to others', async () => {
    await as('maintain').query('vacuum (freeze) shop.orders');
    await as('maintain').query('reindex table shop.orders');
    const { rows } = await master.query(`select last_vacuum is not null as vacuumed from pg_stat_user_tables
      where schemaname = 'shop' and relname = 'orders'`);
    assert.deepEqual(rows, [{ vacuumed: true }]);
  });

  test('fence ends the sessions of the application, and has none of its privileges and none over its role', async () => {
    await master.query('grant usage on schema shop to shop; grant select on shop.orders to shop');
    const shop = await server.connect({ user: 'shop', password: PASSWORD });
    const { rows: before } = await shop.query<{ pid: number }>('select pg_backend_pid() as pid from shop.orders');
    await assert.rejects(as('fence').query('select * from shop.orders'), DENIED);
    await assert.rejects(as('fence').query('set role shop'), DENIED);
    const ended = await as('fence').query('select pg_terminate_backend($1, 5000) as ended', [before[0]?.pid]);
    assert.deepEqual(ended.rows, [{ ended: true }]);
    await assert.rejects(as('fence').query('grant shop to gameday_monitor'), DENIED);
    await assert.rejects(as('fence').query('alter role shop nologin'), DENIED);
  });

  test('fence loses the ADMIN OPTION that the first bootstraps gave', async () => {
    await master.query('grant shop to gameday_fence with admin true, inherit false, set false');
    const missing = (await planBootstrap(master, stepsWith(everything))).filter(
      (step) => !step.satisfied && !step.optional,
    );
    assert.deepEqual(
      missing.map(({ title }) => title),
      ['no membership in "shop" for "gameday_fence"', 'nothing else for "gameday_fence"'],
    );
    await applyBootstrap(master, stepsWith(everything));
    const { rowCount } = await master.query(
      `select from pg_auth_members where roleid = 'shop'::regrole and member = 'gameday_fence'::regrole`,
    );
    assert.equal(rowCount, 0);
  });

  test('fence is not given the roles that administer the instance', async () => {
    for (const role of ['postgres', 'rds_superuser', 'rdsadmin']) {
      await assert.rejects(applyBootstrap(master, stepsWith({ fence: { roles: ['shop', role] } })), (error: Error) => {
        assert.equal(error.name, 'BootstrapFailedError');
        assert.match(error.message, new RegExp(`role '${role}' is no application`));
        return true;
      });
    }
  });

  test('replicate makes publications, and gets one that is there already', async () => {
    await as('replicate').query('create publication of_shop');
    await as('replicate').query('drop publication of_shop');
    await master.query('create publication of_shop');
    const [missing, ...others] = (await planBootstrap(master, stepsWith(everything))).filter(
      ({ satisfied, optional }) => !satisfied && !optional,
    );
    assert.deepEqual([missing?.title, others], ['publication "of_shop" owned by "gameday_replicate"', []]);
    await applyBootstrap(master, stepsWith(everything));
    const { rows } = await master.query(`select pubowner::regrole::text as owner,
      pg_has_role('postgres', 'gameday_replicate', 'usage') as kept from pg_publication`);
    assert.deepEqual(rows, [{ owner: 'gameday_replicate', kept: false }]);
  });

  test('restore makes databases on an instance that is thrown away, and on no other', async () => {
    await assert.rejects(as('restore').query('create database loaded'), DENIED);
    await assert.rejects(as('restore').query('create table mine (id int)'), DENIED);
    await applyBootstrap(master, stepsWith({ restore: { scratch: true } }));
    await as('restore').query('create database loaded');
    // What has become more than it is for is refused where it is live.
    await assert.rejects(applyBootstrap(master, stepsWith({ restore: {} })), {
      name: 'BootstrapFailedError',
      message: /role 'gameday_restore' can change roles, databases or replication/,
    });
  });

  for (const [capability, group] of [
    ['monitor', 'pg_read_all_data'],
    ['maintain', 'owner_of_shop'],
    ['fence', 'pg_write_all_data'],
    ['replicate', 'pg_signal_backend'],
  ] as const) {
    test(`${capability} is refused by name when it has got more than it is for`, async () => {
      const wanted = { ...everything, restore: undefined };
      await master.query(`grant ${group} to gameday_${capability}`);
      try {
        await assert.rejects(applyBootstrap(master, stepsWith(wanted)), {
          name: 'BootstrapFailedError',
          message: new RegExp(`role 'gameday_${capability}' has more than it is for: member of ${group}`),
        });
      } finally {
        await master.query(`revoke ${group} from gameday_${capability}`);
      }
    });
  }

  test('version 1 is brought to 2 by a plan of few steps, and the record of a later one is left alone', async () => {
    await master.query('comment on schema gameday is null');
    assert.equal(await readBootstrapVersion(master), 1);
    const steps = stepsWith({});
    const missing = (await planBootstrap(master, steps)).filter(({ satisfied, optional }) => !satisfied && !optional);
    assert.deepEqual(
      missing.map(({ title }) => title),
      ['record of version 2'],
    );
    const applied = await applyBootstrap(master, steps);
    assert.deepEqual(
      applied.filter(({ outcome }) => outcome === 'applied').map(({ title }) => title),
      ['record of version 2'],
    );
    assert.equal(await readBootstrapVersion(master), 2);
    await master.query(`comment on schema gameday is 'pg-gameday bootstrap version 3'`);
    await applyBootstrap(master, steps);
    assert.equal(await readBootstrapVersion(master), 3);
    await master.query('create database empty');
    assert.equal(await readBootstrapVersion(await server.connect({ database: 'empty' })), null);
  });
});
