import assert from 'node:assert/strict';
import path from 'node:path';
import { type BootstrappedServer, startBootstrappedServer } from '../../support/postgres/bootstrapped-server.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { type Driven, driveHealth } from './driven.ts';

let publisher: BootstrappedServer;
let subscriber: BootstrappedServer;

beforeAll(async () => {
  const sql = 'create table orders (id int primary key)';
  publisher = await startBootstrappedServer(sql);
  const authorityDirectory = path.dirname(publisher.certificateAuthorityPath);
  subscriber = await startBootstrappedServer(sql, { authorityDirectory });
});
afterAll(async () => {
  await subscriber[Symbol.asyncDispose]();
  await publisher[Symbol.asyncDispose]();
});

const slots = (driven: Driven) => driven.raised().filter((name) => name.startsWith('slot'));

describe('a replication slot', () => {
  const onPublisher = (sql: string) => publisher.asSuperuser((client) => client.query(sql));

  test('that was just made raises nothing, and one without a consumer raises both alarms', async () => {
    const driven = await driveHealth({ primary: publisher });
    await driven.minutes(1);
    await onPublisher("select pg_create_logical_replication_slot('forgotten', 'pgoutput')");
    try {
      await driven.minutes(10);
      assert.deepEqual(slots(driven), []);
      await driven.minutes(8);
      assert.deepEqual(slots(driven), ['slot-inactive-warning']);
      await driven.minutes(45);
      assert.deepEqual(slots(driven), ['slot-inactive-critical', 'slot-inactive-warning']);
    } finally {
      await onPublisher("select pg_drop_replication_slot('forgotten')");
    }
    await driven.minutes(1);
    assert.deepEqual(slots(driven), []);
  });

  test('reports what it retains, and that its log is gone', async () => {
    const driven = await driveHealth({ primary: publisher });
    await onPublisher("select pg_create_logical_replication_slot('slow', 'pgoutput')");
    try {
      await onPublisher("select pg_logical_emit_message(false, 'x', repeat('x', 1000)) from generate_series(1, 20000)");
      const [found] = await driven.minutes(1);
      assert.ok(Number(found?.metrics['SlotRetainedBytes']) > 20e6);
      assert.equal(found?.metrics['LostSlots'], 0);
      await onPublisher("alter system set max_slot_wal_keep_size = '1MB'");
      await onPublisher('select pg_reload_conf()');
      await onPublisher('select pg_switch_wal()');
      await onPublisher('checkpoint');
      await driven.minutes(1);
      assert.deepEqual(slots(driven), ['slot-lost-critical']);
    } finally {
      await onPublisher("select pg_drop_replication_slot('slow')");
      await onPublisher('alter system reset max_slot_wal_keep_size');
      await onPublisher('select pg_reload_conf()');
    }
  });
});

describe('a subscriber', () => {
  const lag = (driven: Driven) => driven.raised().filter((name) => name.startsWith('replication'));
  const onSubscriber = (sql: string) => subscriber.asSuperuser((client) => client.query(sql));
  let driven: Driven;
  const arrived = async () => {
    const [, replica] = await driven.minutes(1);
    return replica?.metrics['ReplicationLagSeconds'] === 0;
  };

  beforeAll(async () => {
    driven = await driveHealth({ primary: publisher, replica: subscriber });
    await publisher.asSuperuser((client) =>
      client.query('create publication all_of_it for table orders, gameday.heartbeat'),
    );
    const { port } = publisher.master;
    await onSubscriber('truncate gameday.heartbeat');
    await onSubscriber(
      `create subscription all_of_it connection 'host=${publisher.socketDirectory} port=${port} user=rdsadmin password=admin dbname=app' publication all_of_it`,
    );
    await waitUntil('the heartbeat arrives', arrived, 60_000);
  });
  afterAll(async () => {
    await onSubscriber('drop subscription all_of_it');
  });
  beforeEach(async () => {
    await waitUntil('the heartbeat arrives', arrived, 60_000);
  });

  test('of a primary that is idle for an hour is not behind', async () => {
    await driven.minutes(60);
    assert.deepEqual(lag(driven), []);
  });

  test('that is switched off raises both alarms, until it has caught up', async () => {
    await onSubscriber('alter subscription all_of_it disable');
    await driven.minutes(3);
    assert.deepEqual(lag(driven), ['replication-lag-warning']);
    await driven.minutes(6);
    assert.deepEqual(lag(driven), ['replication-lag-critical', 'replication-lag-warning']);
    await onSubscriber('alter subscription all_of_it enable');
    await waitUntil('the heartbeat arrives', arrived, 60_000);
    await driven.minutes(1);
    assert.deepEqual(lag(driven), []);
  });

  test('whose worker hangs raises both alarms', async () => {
    const { rows } = await onSubscriber(
      "select pid from pg_stat_activity where backend_type = 'logical replication apply worker'",
    );
    const pid = Number((rows[0] as { pid: number } | undefined)?.pid);
    process.kill(pid, 'SIGSTOP');
    try {
      await driven.minutes(9);
      assert.deepEqual(lag(driven), ['replication-lag-critical', 'replication-lag-warning']);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });

  test('that stands before a conflict raises both alarms', async () => {
    await onSubscriber('insert into orders values (1)');
    await publisher.asSuperuser((client) => client.query('insert into orders values (1)'));
    await driven.minutes(9);
    assert.deepEqual(lag(driven), ['replication-lag-critical', 'replication-lag-warning']);
    await onSubscriber('delete from orders');
  });
});
