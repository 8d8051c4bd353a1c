import assert from 'node:assert/strict';
import type pg from 'pg';
import { applyBootstrap, planBootstrap } from '../../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../../shared/pg/bootstrap/bootstrap-sql.ts';
import { extendLease, liftFence, putUpFence, readLease } from '../../../shared/pg/fence/fence-session.ts';
import { isolateCredential } from '../../../shared/remediation/isolate.ts';
import type { RemedyContext } from '../../../shared/remediation/remedy.ts';
import { type RdsLikeServer, startRdsLikeServer } from '../../support/postgres/rds-like-server.ts';
import { waitUntil } from '../../support/wait-until.ts';

const password = 'only for this test';
const shop = { user: 'shop', password };
const steps = () =>
  bootstrapSql({ role: 'gameday', database: 'app', capabilities: { fence: { roles: ['shop', 'odd \'role"'] } } });

describe('a credential that leaked', () => {
  let server: RdsLikeServer;
  let master: pg.Client;
  let fence: pg.Client;
  const contextOf = (role: string | undefined) =>
    ({ role, inSession: (work: (client: pg.Client) => unknown) => work(fence) }) as unknown as RemedyContext;
  const context = contextOf('shop');
  const found = async (of = context) => {
    const sought = await isolateCredential.look(of);
    assert.ok('target' in sought, JSON.stringify(sought));
    return sought.target;
  };
  const refusal = async (of = context) => {
    const sought = await isolateCredential.look(of);
    assert.ok('refusal' in sought, JSON.stringify(sought));
    return sought.refusal;
  };
  const release = async (role: string) => {
    const { rows } = await fence.query<{ released: boolean }>('select gameday.release_role($1) as released', [role]);
    return rows[0]?.released;
  };
  const login = async () => (await master.query(`select rolcanlogin from pg_roles where rolname = 'shop'`)).rows[0];
  const comesIn = async (as = shop) => {
    try {
      await (await server.connect(as)).end();
      return true;
    } catch {
      return false;
    }
  };
  /** As a person does it, once the secret is another one. */
  const newPassword = () => master.query(`alter role shop password '${password}'`);

  beforeAll(async () => {
    server = await startRdsLikeServer();
    master = await server.connect();
    await master.query(`create role shop login connection limit 7 password '${password}';
      create role "odd 'role""" login password '${password}';
      create role reports login password '${password}'`);
    await applyBootstrap(master, steps());
    await master.query(`alter role gameday_fence password '${password}'`);
    fence = await server.connect({ user: 'gameday_fence', password });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  test('is worth nothing any more: its sessions are ended, nobody comes in, and LOGIN alone opens nothing', async () => {
    const thief = await server.connect(shop);
    thief.on('error', () => {});
    const ended = new Promise((resolve) => thief.once('end', resolve));
    const target = await found();
    assert.equal(target.sessions, 1);
    assert.match(isolateCredential.describe(target), /role 'shop'.* has 1 sessions/);
    assert.equal((await isolateCredential.check(context, target, 0)).isReached, false, 'before it was applied');
    const applied = await isolateCredential.apply(context, target);
    assert.deepEqual(applied, {
      isApplied: true,
      reason: "role 'shop' may not log in and has no password; 1 sessions were ended",
    });
    await ended;
    await waitUntil('nobody is in', async () => (await isolateCredential.check(context, target, 1)).isReached);
    assert.match((await isolateCredential.check(context, target, 1)).reason, /nobody is or comes in as 'shop'/);
    assert.equal(await comesIn(), false);

    // The same call again, as after a lost answer, and an alarm that comes again.
    assert.match((await isolateCredential.apply(context, target)).reason, /was isolated before/);
    assert.match(await refusal(), /was isolated before/);

    assert.equal(await release('shop'), true);
    assert.equal(await release('shop'), false, 'it is let in once');
    assert.equal(await comesIn(), false, 'the password that leaked is none any more');
    await newPassword();
    assert.equal(await comesIn(), true);
    assert.equal((await isolateCredential.check(context, target, 9)).isReached, false);
  });

  test('leaks again after a person has let it in by hand: it is isolated again', async () => {
    await isolateCredential.apply(context, await found());
    await master.query('alter role shop login');
    await newPassword();
    const target = await found();
    assert.equal((await isolateCredential.apply(context, target)).isApplied, true);
    assert.equal(await comesIn(), false);
    assert.equal(await release('shop'), true);
    await newPassword();
  });

  test('of a role that the fence does not name is left alone, by the function itself, too', async () => {
    for (const role of ['reports', 'gameday', 'gameday_fence', 'pg_signal_backend'])
      assert.match(await refusal(contextOf(role)), /fence.roles does not name it/, role);
    assert.match(await refusal(contextOf('nobody')), /is not there/);
    assert.match(await refusal(contextOf(undefined)), /names no role/);
    const { rows } = await fence.query('select gameday.isolate_role($1) as ended', ['reports']);
    assert.deepEqual(rows, [{ ended: null }]);
    assert.equal(await comesIn({ user: 'reports', password }), true);
  });

  test('of a name that is SQL is only a name', async () => {
    const odd = contextOf('odd \'role"');
    const target = await found(odd);
    assert.equal((await isolateCredential.apply(odd, target)).isApplied, true);
    assert.equal(await comesIn({ user: 'odd \'role"', password }), false);
    assert.equal(await comesIn(), true, 'another role');
    assert.equal(await release('odd \'role"'), true);
  });

  test('of a role that has another one’s place is not that which was found', async () => {
    const target = { ...(await found()), oid: 1 };
    assert.match((await isolateCredential.apply(context, target)).reason, /is another one now/);
    assert.deepEqual(await login(), { rolcanlogin: true });
  });

  test('stays out when a fence is put up and lifted, and is let in by nobody while the fence stands', async () => {
    const target = await found();
    await isolateCredential.apply(context, target);
    await putUpFence(fence, { epoch: 1, byPerson: true });
    await assert.rejects(release('shop'), /role 'shop' is kept out by the fence/);
    assert.match(await refusal(), /kept out by the fence/);
    await liftFence(fence, 1);
    assert.deepEqual(await login(), { rolcanlogin: false });
    await waitUntil('nobody is in', async () => (await isolateCredential.check(context, target, 1)).isReached);
    assert.equal(await release('shop'), true);
    await newPassword();
    assert.equal(await comesIn(), true);
  });

  test('of a role that the fence keeps out is not isolated: lifting would let it in', async () => {
    const target = await found();
    await putUpFence(fence, { epoch: 2, byPerson: true });
    assert.match(await refusal(), /Change its password before the fence is lifted/);
    assert.equal((await isolateCredential.apply(context, target)).isApplied, false);
    // Somebody meddles: the fence puts NOLOGIN back, and lifting would give back what it has saved.
    await master.query('alter role shop login');
    const { rows } = await fence.query('select gameday.isolate_role($1) as ended', ['shop']);
    assert.deepEqual(rows, [{ ended: null }]);
    await liftFence(fence, 2);
    assert.equal(await comesIn(), true);
  });

  test('stays out when the lease is renewed', async () => {
    const target = await found();
    await isolateCredential.apply(context, target);
    const { now } = await readLease(fence);
    await extendLease(fence, { epoch: 3, until: now + 60_000 }, 'enforce');
    assert.deepEqual(await login(), { rolcanlogin: false });
    assert.equal(await release('shop'), true);
    await newPassword();
  });

  test('is isolated by the role of the fence alone, and its functions are what the bootstrap made', async () => {
    const reports = await server.connect({ user: 'reports', password });
    for (const call of ["isolate_role('shop')", "release_role('shop')", "isolation('shop')"])
      await assert.rejects(reports.query(`select gameday.${call}`), /permission denied/, call);
    await reports.end();
    const planned = await planBootstrap(master, steps());
    assert.deepEqual(
      planned.filter(({ satisfied }) => !satisfied).map(({ title }) => title.replace(/ for .*/, '')),
      ['BYPASSRLS', 'dead-man of the lease'],
    );
  });
});
