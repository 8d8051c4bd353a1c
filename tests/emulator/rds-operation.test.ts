import assert from 'node:assert/strict';
import { poll } from '../../sandbox/postgres/poll.ts';
import { failedStates } from '../../sandbox/services/rds/engine/instance-work.ts';
import { busEvent } from '../../sandbox/services/rds/model/bus-event.ts';
import type { RdsEvent } from '../../sandbox/services/rds/model/event-log.ts';
import { openAccount, region, type TestAccount } from './rds-account.ts';

describe('the operation of an instance of the emulated RDS', () => {
  let aws: TestAccount;
  const events: RdsEvent[] = [];

  beforeAll(async () => {
    aws = await openAccount({
      speed: 100_000,
      durations: { failover: 200_000_000, reboot: 0, snapshotInstant: 0, snapshotUpload: 0 },
      onEvent: (event) => events.push(event),
    });
    await aws.createOrders({ MultiAZ: true, Tags: [{ Key: 'team', Value: 'shop' }] });
  });
  afterAll(() => aws.close());

  const one = (name: string) => aws.call.DescribeDBInstances({ DBInstanceIdentifier: name }).DBInstances?.[0];
  const reported = (identifier: string) =>
    events.filter((event) => event.identifier === identifier).map(({ id }) => id.replace('RDS-EVENT-', ''));

  test('fails over to the other zone behind the same endpoint, with an outage and without a loss', async () => {
    const before = await aws.becomes('orders', 'available');
    assert.deepEqual([before.AvailabilityZone, before.SecondaryAvailabilityZone], [`${region}a`, `${region}b`]);
    await aws.query('orders', 'create table kept as select 1 as id');
    const open = aws.query('orders', 'select pg_sleep(60)');
    const sleeping = "select pid from pg_stat_activity where query = 'select pg_sleep(60)'";
    assert.ok(await poll(10_000, async () => (await aws.query('orders', sleeping)).length || undefined));
    aws.call.RebootDBInstance({ DBInstanceIdentifier: 'orders', ForceFailover: true });
    await assert.rejects(open);
    const refused = await poll(10_000, () =>
      aws.query('orders', 'select 1').then(
        () => undefined,
        (error: Error) => /ECONNREFUSED/.test(error.message) || undefined,
      ),
    );
    assert.ok(refused, 'clients saw no outage');
    assert.equal(one('orders')?.DBInstanceStatus, 'rebooting');
    const behind = await aws.becomes('orders', 'available');
    assert.deepEqual(behind.Endpoint, before.Endpoint);
    assert.deepEqual([behind.AvailabilityZone, behind.SecondaryAvailabilityZone], [`${region}b`, `${region}a`]);
    assert.deepEqual(await aws.query('orders', 'select id from kept'), [{ id: 1 }]);
    assert.deepEqual(reported('orders').slice(-3), ['0013', '0006', '0049']);
  });

  test('is started again by RDS after seven days of being stopped, and not backed up meanwhile', async () => {
    await aws.createOrders({ DBInstanceIdentifier: 'idle', BackupRetentionPeriod: 1 });
    const backups = () => aws.call.DescribeDBSnapshots({ DBInstanceIdentifier: 'idle' }).DBSnapshots?.length ?? 0;
    assert.ok(await poll(30_000, () => (backups() > 1 ? true : undefined)), 'no backup was taken on the next day');
    await aws.becomes('idle', 'available');
    await aws.rds.inspect.idle();
    const stopped = poll(30_000, () => {
      // A daily backup may be in the way.
      if (one('idle')?.DBInstanceStatus !== 'available') return undefined;
      aws.call.StopDBInstance({ DBInstanceIdentifier: 'idle' });
      return true;
    });
    assert.ok(await stopped);
    const since = await aws.becomes('idle', 'stopped');
    const kept = backups();
    assert.ok(since.AutomaticRestartTime instanceof Date && since.AutomaticRestartTime > new Date());
    const started = await poll(60_000, () => (one('idle')?.DBInstanceStatus === 'starting' ? true : undefined));
    assert.ok(started, 'the instance was not started');
    assert.equal(backups(), kept);
    assert.ok(new Date() >= since.AutomaticRestartTime);
    assert.ok(reported('idle').includes('0154'));
    assert.equal((await aws.becomes('idle', 'available')).AutomaticRestartTime, undefined);
    aws.call.DeleteDBInstance({ DBInstanceIdentifier: 'idle', SkipFinalSnapshot: true });
    await aws.rds.inspect.idle();
  });

  test('takes only changes that RDS takes, and a new class with a restart', async () => {
    const change = (more: object) =>
      aws.call.ModifyDBInstance({ DBInstanceIdentifier: 'orders', ApplyImmediately: true, ...more });
    assert.throws(() => change({ AllocatedStorage: 21 }), /at least 10 percent greater/);
    assert.throws(() => change({ EngineVersion: '99.1' }), {
      code: 'InvalidParameterCombination',
      message: /^Cannot upgrade postgres from \d+\.\d+ to 99\.1\. Valid upgrade targets: none\.$/,
    });
    assert.deepEqual(
      aws.call.DescribeDBEngineVersions({}).DBEngineVersions?.map(({ ValidUpgradeTarget }) => ValidUpgradeTarget),
      [[]],
    );
    const { pid } = aws.rds.inspect.server(region, 'orders');
    change({ AllocatedStorage: 22, EngineVersion: one('orders')?.EngineVersion });
    assert.equal((await aws.becomes('orders', 'available')).AllocatedStorage, 22);
    assert.equal(aws.rds.inspect.server(region, 'orders').pid, pid);
    change({ DBInstanceClass: 'db.m7g.large' });
    assert.equal((await aws.becomes('orders', 'available')).DBInstanceClass, 'db.m7g.large');
    assert.notEqual(aws.rds.inspect.server(region, 'orders').pid, pid);
    assert.deepEqual(aws.call.DescribePendingMaintenanceActions({}).PendingMaintenanceActions, []);
  });

  test('can end in every failed state, by a creation and by a restore', async () => {
    aws.call.CreateDBSnapshot({ DBSnapshotIdentifier: 'base', DBInstanceIdentifier: 'orders' });
    await aws.snapshotBecomes('base', 'available');
    for (const status of failedStates) {
      aws.rds.inspect.planFailure({ kind: 'instance', identifier: `new-${status}`, status });
      aws.rds.inspect.planFailure({ kind: 'instance', identifier: `old-${status}`, status });
      const made = aws.createOrders({ DBInstanceIdentifier: `new-${status}` }, region, status);
      aws.call.RestoreDBInstanceFromDBSnapshot({
        DBInstanceIdentifier: `old-${status}`,
        DBSnapshotIdentifier: 'base',
      });
      assert.equal((await made).DBInstanceStatus, status);
      await aws.becomes(`old-${status}`, status);
      assert.equal(events.findLast(({ identifier }) => identifier === `new-${status}`)?.categories.length, 1);
      for (const DBInstanceIdentifier of [`new-${status}`, `old-${status}`]) {
        await assert.rejects(aws.query(DBInstanceIdentifier, 'select 1'));
        aws.call.DeleteDBInstance({ DBInstanceIdentifier, SkipFinalSnapshot: true });
      }
      await aws.rds.inspect.idle();
    }
  });

  test('is reported to EventBridge as RDS reports it', () => {
    const created = events.find(({ identifier, id }) => identifier === 'orders' && id === 'RDS-EVENT-0005');
    assert.ok(created);
    const arn = `arn:aws:rds:${region}:123456789012:db:orders`;
    assert.deepEqual(busEvent(created), {
      source: 'aws.rds',
      detailType: 'RDS DB Instance Event',
      resources: [arn],
      time: created.date,
      detail: {
        EventCategories: ['creation'],
        SourceType: 'DB_INSTANCE',
        SourceArn: arn,
        Date: created.date.toISOString(),
        Message: 'DB instance created',
        SourceIdentifier: 'orders',
        EventID: 'RDS-EVENT-0005',
        Tags: { team: 'shop' },
      },
    });
    const taken = events.find(({ identifier, id }) => identifier === 'base' && id === 'RDS-EVENT-0042');
    assert.ok(taken);
    const { detailType, detail } = busEvent(taken);
    assert.deepEqual(
      [detailType, detail.SourceType, detail.Message],
      ['RDS DB Snapshot Event', 'SNAPSHOT', 'Manual snapshot created'],
    );
    assert.deepEqual(reported('base'), ['0040', '0042']);
  });
});

describe('the describe calls of an emulated RDS that lags', () => {
  let lagging: Awaited<ReturnType<typeof openAccount>> | undefined;
  afterAll(() => lagging?.close());

  test('answer for a moment what was before a change', async () => {
    const aws = await openAccount({ describeLag: 400, durations: { delete: 0 } });
    lagging = aws;
    const names = () => aws.call.DescribeDBInstances({}).DBInstances?.map((one) => one.DBInstanceIdentifier);
    const becomes = (check: () => boolean) => poll(10_000, () => (check() ? true : undefined));
    const created = aws.call.CreateDBInstance({
      DBInstanceIdentifier: 'late',
      DBInstanceClass: 'db.t4g.small',
      Engine: 'postgres',
      AllocatedStorage: 20,
      MasterUsername: 'shopadmin',
      MasterUserPassword: 'correct-horse',
      BackupRetentionPeriod: 0,
    });
    assert.equal(created.DBInstance?.DBInstanceStatus, 'creating');
    assert.deepEqual(names(), []);
    assert.throws(() => aws.call.DescribeDBInstances({ DBInstanceIdentifier: 'late' }), {
      code: 'DBInstanceNotFoundFault',
    });
    assert.ok(await becomes(() => names()?.length === 1));
    await aws.becomes('late', 'available');
    aws.call.CreateDBSnapshot({ DBSnapshotIdentifier: 'early', DBInstanceIdentifier: 'late' });
    assert.deepEqual(aws.call.DescribeDBSnapshots({}).DBSnapshots, []);
    assert.equal((await aws.becomes('late', 'available')).DBInstanceStatus, 'available');
    assert.ok(await becomes(() => aws.call.DescribeDBSnapshots({}).DBSnapshots?.length === 1));
    await aws.rds.inspect.idle();
    assert.throws(() => aws.call.DeleteDBInstance({ DBInstanceIdentifier: 'absent' }), /not found/);
    aws.call.DeleteDBInstance({ DBInstanceIdentifier: 'late', SkipFinalSnapshot: true });
    assert.deepEqual(names(), ['late']);
    assert.equal(
      aws.call.DescribeDBInstances({ DBInstanceIdentifier: 'late' }).DBInstances?.[0]?.DBInstanceStatus,
      'available',
    );
    assert.ok(await becomes(() => names()?.length === 0));
  });
});
