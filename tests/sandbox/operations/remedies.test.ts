import assert from 'node:assert/strict';
import type pg from 'pg';
import type {
  FoundRemedy,
  RemedyCandidate,
  RemedyMode,
  RemedyName,
  SessionTarget,
} from '../../../shared/contracts/remediation/remediation.ts';
import { applyBootstrap } from '../../../shared/pg/bootstrap/apply-bootstrap.ts';
import { bootstrapSql } from '../../../shared/pg/bootstrap/bootstrap-sql.ts';
import { signalSession } from '../../../shared/pg/remediation/sessions.ts';
import { withConnection } from '../../../shared/pg/session/connect.ts';
import type { Operations } from '../../../shared/policy/schema.ts';
import { type BootstrappedServer, startBootstrappedServer } from '../../support/postgres/bootstrapped-server.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { quietly } from '../../unit/functions/quietly.ts';
import { operations } from '../../unit/shared/policy/load-operations.ts';

const { applyRemedy } = await import('../../../functions/remediation/apply-remedy.ts');
const { checkAfter } = await import('../../../functions/remediation/check-after.ts');
const { checkBefore } = await import('../../../functions/remediation/check-before.ts');

const password = 'of-a-capability';
const capabilities = { remedy: {}, maintain: {}, replicate: {} };
let server: BootstrappedServer;
let policy: Operations;

beforeAll(async () => {
  server = await startBootstrappedServer(
    `create role shop login password '${password}'; create role reports login password '${password}';
     create table stock (id int primary key, n int); insert into stock values (1, 0), (2, 0); grant all on stock to shop, reports`,
    {
      settings: {
        wal_level: 'logical',
        max_connections: '80',
        autovacuum: 'off',
        shared_preload_libraries: 'pg_stat_statements',
        max_prepared_transactions: '1',
      },
    },
  );
  const master = await server.connect();
  await applyBootstrap(master, bootstrapSql({ role: 'gameday', database: 'app', capabilities }));
  await server.asSuperuser(async (client) => {
    for (const name of Object.keys(capabilities))
      await client.query(`alter role gameday_${name} password '${password}'`);
    await client.query('alter role gameday_replicate replication'); // what rds_replication gives at RDS
    await client.query('create extension pg_stat_statements');
  });
  const base = operations();
  const [sample] = Object.values(base.stages.dev.databases);
  assert.ok(sample);
  const secretArn = (name: string) => sample.secretArn.replace(/fantasy$/, name);
  const app = {
    ...{ ...sample, instance: 'app-dev', database: 'app', replicas: [] },
    capabilities: {
      remedy: { secretArn: secretArn('remedy') },
      maintain: { secretArn: secretArn('maintain') },
      replicate: { secretArn: secretArn('replicate') },
    },
  };
  policy = {
    ...base,
    remediation: {
      ...base.remediation,
      sessions: {
        ...base.remediation.sessions,
        ...{
          roles: ['shop'],
          blockingSeconds: 1,
          blockedSessions: 3,
          idleSeconds: 1,
          runawaySeconds: 1,
          runawayTimes: 2,
        },
      },
      freeze: { age: 1 },
      slots: { names: ['old'], keep: [], retainedPercent: 1 },
    },
    stages: { ...base.stages, dev: { ...base.stages.dev, databases: { app } } },
  } as unknown as Operations;
});
afterAll(() => server[Symbol.asyncDispose]());

const opened: pg.Client[] = [];
const open = async (user = 'shop') => {
  const client = await server.connect({ user, password, application_name: 'checkout' });
  opened.push(client);
  return client;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((client) => client.end().catch(() => {})));
});

/** As the tasks have them, with the server in the place of the instance. */
const deps = () => ({
  rds: { findInstance: async () => ({ id: 'app-dev', status: 'available', endpoint: server.target }) as never },
  remedies: {
    find: async () => ({ id: 'app-dev', storageGb: 0.0001, tags: {} }) as never,
    start: async () => false,
    grow: async () => false,
  },
  secrets: {
    readDatabaseSecret: async (arn: string) => ({ username: `gameday_${arn.split('/').at(-1)}`, password }),
  } as never,
  registersFor: () => new Map(),
  policy,
  stage: 'dev' as const,
});
const task = { remainingTime: () => 60_000, progress: () => {} };
const executionName = 'run-1';
const candidate = (remedy: RemedyName, mode: RemedyMode = 'act'): RemedyCandidate => ({
  ...{ remedy, mode, database: 'app', instanceId: 'app-dev' },
});
const look = async (remedy: RemedyName, mode?: RemedyMode) =>
  await quietly(() => checkBefore.run({ executionName, candidates: [candidate(remedy, mode)] }, deps(), task));
const find = async (remedy: RemedyName, mode?: RemedyMode): Promise<FoundRemedy> => {
  const { found, refusals } = await look(remedy, mode);
  assert.ok(found, JSON.stringify(refusals));
  return found;
};
const apply = async (found: FoundRemedy, isRetry = false) =>
  await quietly(() => applyRemedy.run({ executionName, found, isRetry }, { ...deps(), now: () => new Date() }, task));
const worked = async (found: FoundRemedy) => {
  const appliedAt = new Date().toISOString();
  return await quietly(() =>
    checkAfter.run({ executionName, found, appliedAt }, { ...deps(), now: () => Date.now() }, task),
  );
};

const seen = <T extends pg.QueryResultRow>(sql: string, ...values: unknown[]) =>
  server.asSuperuser(async (client) => (await client.query<T>(sql, values)).rows);
const pidOf = async (client: pg.Client) =>
  (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid ?? 0;
const update = 'update stock set n = n + 1 where id = 1';

/** A session of `user` that holds a row for more than a second, and others that wait for it. */
async function block(count: number, user = 'shop') {
  const blocker = await open(user);
  await blocker.query('begin');
  await blocker.query(update);
  const waiters = await Promise.all(Array.from({ length: count }, () => open()));
  const ends = waiters.map((client) => client.query(update));
  // A test that fails ends them without having waited for them.
  for (const end of ends) end.catch(() => {});
  const pid = await pidOf(blocker);
  await waitUntil('all wait for a second', async () => {
    const [found] = await seen<{ waits: number; age: number }>(
      `select (select count(*) from pg_locks where not granted)::int as waits,
              (select extract(epoch from clock_timestamp() - xact_start)::float8 from pg_stat_activity where pid = $1) as age`,
      pid,
    );
    return found?.waits === count && found.age > 1.1;
  });
  return { blocker, pid, ends };
}

describe('a root blocker on a server', () => {
  test('is ended, and forty sessions that waited go on', async () => {
    const { pid, ends } = await block(40);
    const found = await find('end-root-blocker');
    assert.match(found.summary, new RegExp(`session ${pid} of 'shop' \\(checkout\\).*keeps 40 sessions waiting`));
    assert.equal((await apply(found)).isApplied, true);
    const done = await Promise.all(ends);
    assert.equal(done.filter(({ rowCount }) => rowCount === 1).length, 40);
    assert.equal((await worked(found)).isReached, true);
    const again = await apply(found);
    assert.deepEqual(
      [again.isApplied, /nobody waits/.test(again.reason)],
      [false, true],
      'a second call finds nothing',
    );
    // The answer of the first one was lost: nobody is told that nothing was done.
    const retried = await apply(found, true);
    assert.equal(retried.isApplied, true);
    assert.match(retried.reason, /^an earlier call may have done it, its answer is lost: .*nobody waits/);
    assert.equal((await apply({ ...found, mode: 'observe' }, true)).isApplied, false);
  });

  test('is left alone by who only observes: nothing but reading stands in the log of its session', async () => {
    await server.asSuperuser((client) => client.query("alter role gameday_remedy set log_statement = 'all'"));
    const { blocker, ends } = await block(4);
    const before = (await server.log()).length;
    const found = await find('end-root-blocker', 'observe');
    assert.match((await apply(found)).reason, /only observes/, 'whoever asks for it');
    const asked = (await server.log()).slice(before).match(/:gameday_remedy@app:.*pg-gameday:[a-z-]+/g) ?? [];
    const kinds = new Set(asked.map((line) => line.replace(/^.*pg-gameday:/, '')));
    assert.deepEqual([...kinds].sort(), ['remedy-sessions', 'remedy-waits', 'session']);
    assert.equal((await seen('select from pg_locks where not granted')).length, 4);
    await blocker.query('commit');
    await Promise.all(ends);
    await server.asSuperuser((client) => client.query('alter role gameday_remedy reset log_statement'));
  });

  test('that is not any more what was found is not ended: another backend, transaction, role, or one that waits itself', async () => {
    const { blocker, pid, ends } = await block(4);
    const { target } = await find('end-root-blocker');
    assert.ok(target.kind === 'session');
    const signal = (more: Partial<SessionTarget>) =>
      withConnection({ ...server.target, user: 'gameday_remedy', password }, { purpose: 'test' }, (client) =>
        signalSession(client, 'blocker', { ...target, ...more }),
      );
    assert.equal(await signal({ backendStart: '2026-01-01 00:00:00+00' }), false, 'its pid was given again');
    assert.equal(await signal({ since: '2026-01-01 00:00:00+00' }), false, 'it has begun another transaction');
    assert.equal(await signal({ user: 'reports' }), false);
    const [waiter] = await seen<{ pid: number; start: string; since: string }>(
      `select pid, backend_start::text as start, xact_start::text as since from pg_stat_activity a where wait_event_type = 'Lock'
         and exists (select from pg_locks l where not l.granted and a.pid = any (pg_blocking_pids(l.pid)))`, // the first of them holds up the others
    );
    assert.ok(waiter);
    assert.equal(await signal({ pid: waiter.pid, backendStart: waiter.start, since: waiter.since }), false, 'it waits');
    const [writer] = await seen<{ pid: number; start: string }>(
      "select pid, backend_start::text as start from pg_stat_activity where backend_type = 'checkpointer'",
    );
    assert.equal(await signal({ pid: writer?.pid ?? 0, backendStart: writer?.start ?? '' }), false, 'it is no session');
    assert.equal((await seen('select from pg_stat_activity where pid = $1', pid)).length, 1);
    await blocker.query('commit');
    await Promise.all(ends);
    assert.equal(await signal({}), false, 'nobody waits for it any more');
  });

  test('is refused to the remedy by its role, in look and act; a superuser is refused by PostgreSQL as well', async () => {
    const { blocker, ends } = await block(4, 'reports');
    assert.match(JSON.stringify(await look('end-root-blocker')), /'reports' of session \d+ is not in scope/);
    await blocker.query('commit');
    await Promise.all(ends);
    const [admin] = await seen<{ pid: number }>('select pg_backend_pid() as pid');
    assert.ok(admin);
    await server.asSuperuser(async (client) => {
      const own = await pidOf(client);
      await assert.rejects(
        withConnection({ ...server.target, user: 'gameday_remedy', password }, { purpose: 'test' }, (session) =>
          session.query('select pg_terminate_backend($1)', [own]),
        ),
        /permission denied|superuser/i,
      );
    });
  });
});

describe('a session that rests within its transaction, on a server', () => {
  test('is ended; one that has gone on since is not', async () => {
    const resting = await open();
    await resting.query('begin');
    await resting.query('select 1');
    const pid = await pidOf(resting);
    await waitUntil('it rests for a second', async () => (await look('end-idle-in-transaction')).found !== null);
    const found = await find('end-idle-in-transaction');
    await resting.query('select 2');
    assert.equal((await apply(found)).isApplied, false, 'it has done something');
    await waitUntil('it rests again', async () => (await look('end-idle-in-transaction')).found !== null);
    const again = await find('end-idle-in-transaction');
    assert.equal((await apply(again)).isApplied, true);
    await waitUntil(
      'it is gone',
      async () => (await seen('select from pg_stat_activity where pid = $1', pid)).length === 0,
    );
    assert.equal((await worked(again)).isReached, true);
  });
});

describe('a statement that runs away, on a server', () => {
  test('is cancelled when it is known to end far sooner; its session lives on', async () => {
    const client = await open();
    for (let call = 0; call < 100; call += 1) await client.query('select pg_sleep($1)', [0.001]);
    const running = client.query('select pg_sleep($1)', [60]).catch((error: Error) => error.message);
    await waitUntil('it runs for a second', async () => (await look('cancel-runaway-statement')).found !== null);
    const found = await find('cancel-runaway-statement');
    assert.equal((await apply(found)).isApplied, true);
    assert.match(String(await running), /canceling statement due to user request/);
    assert.equal((await worked(found)).isReached, true);
    assert.equal((await client.query('select 1')).rowCount, 1);
    assert.equal((await apply(found)).isApplied, false);
  });
});

describe('the oldest table of a server', () => {
  test('is vacuumed, and is younger then', async () => {
    for (let id = 0; id < 5; id += 1) await seen('select txid_current()');
    const found = await find('freeze-oldest-table');
    assert.equal((await apply(found)).isApplied, true);
    assert.equal((await worked(found)).isReached, true);
  });
});

describe('a replication slot of a server', () => {
  test('is dropped when nobody consumes it and it retains much; one that was consumed since stays', async () => {
    await seen("select pg_create_logical_replication_slot('old', 'test_decoding')");
    await seen('update stock set n = n + 1');
    await seen('select pg_switch_wal()');
    const found = await find('drop-dead-slot');
    const moved = { ...found, target: { ...found.target, restartLsn: '0/1' } } as FoundRemedy;
    assert.equal((await apply(moved)).isApplied, false, 'its position is another one');
    assert.equal((await apply(found)).isApplied, true);
    assert.deepEqual(await seen('select slot_name from pg_replication_slots'), []);
    assert.equal((await worked(found)).isReached, true);
  });
});
