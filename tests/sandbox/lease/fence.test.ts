import assert from 'node:assert/strict';
import pg from 'pg';
import { applyBootstrap, planBootstrap } from '../../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../../shared/pg/bootstrap/bootstrap-sql.ts';
import { foreignObjects } from '../../../shared/pg/bootstrap/foreign-objects.ts';
import {
  endSessions,
  extendLease,
  fenceFaults,
  liftFence,
  putUpFence,
  readLease,
  refuseLeaks,
} from '../../../shared/pg/fence/fence-session.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';

const PASSWORD = 'only for this test';
const roles = ['shop', 'odd \'role"'];

describe('the fence inside a database', () => {
  let server: RdsLikeServer;
  let master: pg.Client;
  let fence: pg.Client;
  const shop = { user: 'shop', password: PASSWORD };
  const steps = (named: readonly string[] = roles) =>
    bootstrapSql({ role: 'gameday', database: 'app', capabilities: { fence: { roles: named } } });

  beforeAll(async () => {
    server = await startRdsLikeServer();
    master = await server.connect();
    await master.query(`create role shop login connection limit 7 password '${PASSWORD}';
      create role "odd 'role""" login password '${PASSWORD}';
      create table orders (id int generated always as identity primary key, who text not null default session_user);
      grant select, insert on orders to shop, "odd 'role"""`);
    await applyBootstrap(master, steps());
    await master.query(`alter role gameday_fence password '${PASSWORD}'`);
    fence = await server.connect({ user: 'gameday_fence', password: PASSWORD });
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  const rolesNow = async () => {
    const { rows } = await master.query(
      `select rolname, rolcanlogin, rolconnlimit from pg_roles where rolname = any ($1) order by rolname`,
      [roles],
    );
    return rows;
  };
  const orders = async () => Number((await master.query('select count(*) as rows from orders')).rows[0].rows);
  const reset = () =>
    master.query(`select gameday.take_down_fence();
      update gameday.lease set epoch = 0, valid_until = '-infinity', fenced_epoch = 0, mode = 'off', by_person = false`);
  const seconds = async (count: number) => (await readLease(fence)).now + count * 1000;

  test('is present when it was made, and only pg_cron is missed, by name', async () => {
    const planned = await planBootstrap(master, steps());
    assert.deepEqual(
      planned.filter(({ satisfied }) => !satisfied).map(({ title }) => title.replace(/ for .*/, '')),
      ['BYPASSRLS', 'dead-man of the lease'],
    );
    const applied = await applyBootstrap(master, steps());
    assert.match(
      applied.find(({ title }) => title.startsWith('dead-man'))?.detail ?? '',
      /extension pg_cron is not in/,
    );
    assert.deepEqual(await foreignObjects(master, 'gameday'), []);
  });

  test('leaves a new database open, whatever its dead-man asks', async () => {
    assert.equal((await readLease(fence)).mode, 'off');
    assert.deepEqual((await fence.query('select gameday.fence_when_stale() as fenced')).rows, [{ fenced: false }]);
    await extendLease(fence, null, 'enforce');
    assert.equal((await readLease(fence)).mode, 'off');
    assert.deepEqual((await fence.query('select gameday.fence_when_stale() as fenced')).rows, [{ fenced: false }]);
    assert.deepEqual((await readLease(fence)).fenced, []);
  });

  test('lets in not one row of an open transaction, a pool, or a client that comes back in a loop', async () => {
    const before = await rolesNow();
    const inTransaction = await server.connect(shop);
    await inTransaction.query('begin');
    await inTransaction.query('insert into orders default values');
    const pool = new pg.Pool({ ...server.master, ...shop, max: 3 });
    pool.on('error', () => undefined);
    await Promise.all([1, 2, 3].map(() => pool.query('insert into orders default values')));
    let isOver = false;
    let logins = 0;
    const loop = async () => {
      while (!isOver) {
        const client = new pg.Client({ ...server.master, ...shop });
        client.on('error', () => undefined);
        await client
          .connect()
          .then(async () => {
            logins += 1;
            for (;;) await client.query('insert into orders default values');
          })
          .catch(() => undefined);
        await client.end().catch(() => undefined);
      }
    };
    let kept: string[] = [];
    let after = 0;
    const loops = [loop(), loop(), loop()];
    try {
      while (logins < 3) await orders();

      const put = await putUpFence(fence, { epoch: 1, byPerson: true });
      kept = [...put.roles].sort();
      // One in a transaction, three of the pool, three that come back.
      assert.ok(put.ended >= 7, String(put.ended));
      after = await orders();
      assert.deepEqual(kept, [...roles].sort());
      const tried = logins;
      await assert.rejects(inTransaction.query('commit'));
      await assert.rejects(pool.query('insert into orders default values'), { code: '28000' });
      await assert.rejects(server.connect(shop), { code: '28000' });
      for (let look = 0; look < 20; look += 1) assert.equal(await orders(), after);
      assert.equal(logins, tried);
    } finally {
      isOver = true;
      await Promise.all([...loops, pool.end()]);
    }

    assert.deepEqual(await liftFence(fence, 1), kept);
    assert.deepEqual(await rolesNow(), before);
    await (await server.connect(shop)).query('insert into orders default values');
    assert.equal(await orders(), after + 1);
    await reset();
  });

  test('keeps what the roles were before, however often it is put up and whoever lets one in meanwhile', async () => {
    const before = await rolesNow();
    await putUpFence(fence, { epoch: 1, byPerson: true });
    await putUpFence(fence, { epoch: 1, byPerson: true });
    await master.query('alter role shop login connection limit 3');
    assert.deepEqual((await fence.query('select gameday.fence_when_stale() as fenced')).rows, [{ fenced: true }]);
    await assert.rejects(server.connect(shop), { code: '28000' });
    await liftFence(fence, 1);
    assert.deepEqual(await rolesNow(), before);
    await reset();
  });

  test('is lifted by whoever knows its epoch, and under an enforced lease only when that is held anew', async () => {
    await extendLease(fence, { epoch: 3, until: await seconds(60) }, 'enforce');
    await putUpFence(fence, { epoch: 3, byPerson: false });
    await assert.rejects(liftFence(fence, 2), /fence is of epoch 3, the one to be lifted of 2/);
    assert.deepEqual(await liftFence(fence, 3), []);
    assert.equal((await readLease(fence)).fenced.length, roles.length);
    // A renewal of the epoch that was fenced is none.
    assert.equal(await extendLease(fence, { epoch: 3, until: await seconds(60) }, 'enforce'), false);
    assert.equal((await readLease(fence)).fenced.length, roles.length);
    assert.equal(await extendLease(fence, { epoch: 4, until: await seconds(60) }, 'enforce'), true);
    assert.deepEqual((await readLease(fence)).fenced, []);
    await reset();
  });

  test('of a person stays while the agent renews, and the agent of nobody ends it', async () => {
    await extendLease(fence, { epoch: 1, until: await seconds(60) }, 'enforce');
    await putUpFence(fence, { epoch: 1, byPerson: true });
    await extendLease(fence, { epoch: 2, until: await seconds(60) }, 'enforce');
    await extendLease(fence, null, 'off');
    assert.equal((await readLease(fence)).fenced.length, roles.length);
    assert.equal((await liftFence(fence, 1)).length, roles.length);
    await reset();
  });

  test('comes by itself when the lease is over, and not a moment before; a late renewal lengthens nothing', async () => {
    const open = await server.connect(shop);
    const until = await seconds(60);
    await extendLease(fence, { epoch: 1, until }, 'enforce');
    await extendLease(fence, { epoch: 1, until: until - 50_000 }, 'enforce');
    assert.equal(Math.round((await readLease(fence)).validUntil), Math.round(until));
    assert.deepEqual((await fence.query('select gameday.fence_when_stale() as fenced')).rows, [{ fenced: false }]);
    await master.query(`update gameday.lease set valid_until = clock_timestamp()`);
    assert.deepEqual((await fence.query('select gameday.fence_when_stale() as fenced')).rows, [{ fenced: true }]);
    await assert.rejects(open.query('insert into orders default values'));
    await assert.rejects(server.connect(shop), { code: '28000' });
    assert.equal(await extendLease(fence, { epoch: 1, until: await seconds(-1) }, 'enforce'), false);
    assert.equal((await readLease(fence)).fenced.length, roles.length);
    assert.equal(await extendLease(fence, { epoch: 1, until: await seconds(60) }, 'enforce'), true);
    assert.deepEqual((await readLease(fence)).fenced, []);
    await reset();
  });

  test('observes without keeping anybody out', async () => {
    await extendLease(fence, { epoch: 1, until: await seconds(-1) }, 'observe');
    assert.deepEqual((await fence.query('select gameday.fence_when_stale() as fenced')).rows, [{ fenced: false }]);
    await server.connect(shop);
    await reset();
  });

  test('takes no validity that would put the dead-man to sleep', async () => {
    await assert.rejects(
      extendLease(fence, { epoch: 1, until: await seconds(3600) }, 'enforce'),
      /at most ten minutes/,
    );
  });

  test("ends the master user's sessions when it is asked to, and its own never", async () => {
    const other = await server.connect();
    await endSessions(fence, false);
    await other.query('select 1');
    await endSessions(fence, true);
    await assert.rejects(other.query('select 1'));
    assert.equal((await readLease(fence)).byPerson, false);
    master = await server.connect();
  });

  test('names beforehand each role that it could not keep out', async () => {
    assert.deepEqual(await fenceFaults(fence), []);
    await server.asSuperuser((superuser) => superuser.query(`create role stranger login; create role taken login`));
    const named = [...roles, 'stranger', 'nobody'];
    await server.asSuperuser((superuser) => superuser.query('grant shop to taken'));
    // As the bootstrap would make it, had nobody taken the right away since.
    await master.query(`create or replace function gameday.fence_roles() returns name[] language sql security definer
      set search_path = pg_catalog, pg_temp as $$select array[${named.map((name) => pg.escapeLiteral(name)).join(', ')}]::name[]$$`);
    const faults = await fenceFaults(fence);
    assert.deepEqual(faults, [
      { role: 'nobody', problem: 'does not exist' },
      { role: 'shop', problem: 'taken logs in with its privileges and is not named' },
      { role: 'stranger', problem: 'postgres, whose function fences it, has no ADMIN OPTION on it' },
    ]);
    assert.throws(() => refuseLeaks(faults, 'app'), {
      name: 'RoleNotFenceableError',
      message: /fence of 'app' would leak: 'nobody' does not exist; 'shop' taken logs in/,
    });
    // In need it keeps out whom it can.
    assert.deepEqual((await putUpFence(fence, { epoch: 1, byPerson: true })).roles.length, roles.length);
    await liftFence(fence, 1);
    await master.query('drop role taken').catch(() => undefined);
    await server.asSuperuser((superuser) => superuser.query('drop role taken; drop role stranger'));
    await applyBootstrap(master, steps());
    await reset();
  });

  test("is nobody else's to call, to write or to replace", async () => {
    const strangers = [await server.connect(shop)];
    for (const stranger of strangers) {
      for (const call of [
        'gameday.fence(9, true)',
        'gameday.lift_fence(0)',
        `gameday.extend_lease(9, now(), 'off')`,
        'gameday.end_sessions(true)',
        'gameday.take_down_fence()',
        'gameday.fence_when_stale()',
      ]) {
        await assert.rejects(stranger.query(`select ${call}`), { code: '42501' }, call);
      }
      await assert.rejects(stranger.query(`update gameday.lease set mode = 'off'`), { code: '42501' });
    }
    for (const statement of [
      `update gameday.lease set mode = 'off'`,
      'delete from gameday.fenced_role',
      'select gameday.take_down_fence()',
      'select gameday.put_up_fence()',
      'create or replace function gameday.fence_roles() returns name[] language sql as $$select null$$',
      'alter role shop nologin',
    ]) {
      await assert.rejects(fence.query(statement), { code: '42501' }, statement);
    }
  });
});
