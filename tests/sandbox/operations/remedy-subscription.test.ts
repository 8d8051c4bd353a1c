import assert from 'node:assert/strict';
import type pg from 'pg';
import type { RemedyContext } from '../../../shared/remediation/remedy.ts';
import { unstickSubscription } from '../../../shared/remediation/replication.ts';
import { type BootstrappedServer, startBootstrappedServer } from '../../support/postgres/bootstrapped-server.ts';
import { waitUntil } from '../../support/wait-until.ts';

let server: BootstrappedServer;
let owner: pg.Client;
/** The remedy has a session of the role that owns the subscription. */
const context = { inSession: (work: (client: pg.Client) => unknown) => work(owner) } as unknown as RemedyContext;
const asSuperuser = (sql: string, database = 'app') => server.asSuperuser((client) => client.query(sql), database);

beforeAll(async () => {
  server = await startBootstrappedServer('create table t (id int primary key)', {
    settings: { wal_level: 'logical', max_logical_replication_workers: '4' },
  });
  await asSuperuser(
    "create role gameday_replicate login password 'p'; create role sender login superuser password 'p'",
  );
  await asSuperuser('create database source');
  await asSuperuser('create table t (id int primary key); create publication p for table t', 'source');
  await asSuperuser("select pg_create_logical_replication_slot('s', 'pgoutput')", 'source');
  const connection = `host=127.0.0.1 port=${server.target.port} dbname=source user=sender password=p`;
  await asSuperuser(
    `create subscription s connection '${connection}' publication p with (create_slot = false, copy_data = false)`,
  );
  await asSuperuser(
    'grant create on database app to gameday_replicate; grant pg_create_subscription to gameday_replicate',
  );
  await asSuperuser('alter table t owner to gameday_replicate; alter subscription s owner to gameday_replicate');
  owner = await server.connect({ user: 'gameday_replicate', password: 'p' });
});
afterAll(() => server[Symbol.asyncDispose]());

describe('a subscription of a server', () => {
  test('is begun anew when its worker has stopped over an error, and is left enabled', async () => {
    assert.match(JSON.stringify(await unstickSubscription.look(context)), /is applied|no worker, and no error/);
    await asSuperuser('insert into t values (1)');
    await asSuperuser('insert into t values (1)', 'source');
    await waitUntil('its worker has stopped', async () => 'target' in (await unstickSubscription.look(context)));
    const sought = await unstickSubscription.look(context);
    assert.ok('target' in sought, JSON.stringify(sought));
    const { target } = sought;
    await asSuperuser('delete from t');
    assert.equal((await unstickSubscription.apply(context, target)).isApplied, true);
    await waitUntil('it is applied', async () => (await unstickSubscription.check(context, target, 1)).isReached);
    const { rows } = await owner.query('select id from t');
    assert.deepEqual(rows, [{ id: 1 }], 'nothing was skipped');
    assert.match(JSON.stringify(await unstickSubscription.apply(context, target)), /is applied/);
  });

  test('that was left disabled is enabled again, and one that is disabled is nobody’s to enable', async () => {
    const sought = await unstickSubscription.look(context);
    assert.ok('refusal' in sought);
    const { rows } = await owner.query<{ oid: number }>('select oid::int as oid from pg_subscription');
    const target = { kind: 'subscription' as const, oid: rows[0]?.oid ?? 0, name: 's', errors: 1 };
    await owner.query('alter subscription s disable');
    assert.match(JSON.stringify(await unstickSubscription.look(context)), /'s' is disabled/);
    assert.match((await unstickSubscription.check(context, target, 1)).reason, /is disabled/);
    assert.deepEqual(await unstickSubscription.undo?.(context, target), {
      isUndone: true,
      reason: "subscription 's' is enabled",
    });
    await waitUntil('it is applied', async () => (await unstickSubscription.check(context, target, 1)).isReached);
    await owner.query('alter subscription s disable');
    await owner.query('alter subscription s set (slot_name = none)');
    await owner.query('drop subscription s');
    assert.match((await unstickSubscription.undo?.(context, target))?.reason ?? '', /is gone/);
  });
});
