import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { DBInstance } from '@aws-sdk/client-rds';
import { poll } from '../../sandbox/postgres/poll.ts';
import { openAccount, region, type TestAccount } from './rds-account.ts';

describe('the automated backups of the emulated RDS', () => {
  let aws: TestAccount;

  beforeAll(async () => {
    aws = await openAccount({ speed: 1_000 });
    await aws.createOrders({
      BackupRetentionPeriod: 1,
      VpcSecurityGroupIds: ['sg-orders'],
      Tags: [{ Key: 'team', Value: 'shop' }],
    });
    await aws.query('orders', 'create table entry (id int primary key, at timestamptz not null)');
  });
  afterAll(() => aws.close());

  const describeOrders = (): DBInstance | undefined =>
    aws.call.DescribeDBInstances({ DBInstanceIdentifier: 'orders' }).DBInstances?.[0];

  async function restorableAfter(time: Date): Promise<Date> {
    const found = await poll(30_000, () => {
      const latest = describeOrders()?.LatestRestorableTime;
      return latest !== undefined && latest > time ? latest : undefined;
    });
    assert.ok(found, `LatestRestorableTime did not pass ${time.toISOString()}`);
    return found;
  }

  const write = async (id: number): Promise<Date> => {
    const [row] = await aws.query(
      'orders',
      `insert into entry values (${id}, clock_timestamp()) returning clock_timestamp() as done`,
    );
    return row?.['done'] as Date;
  };

  const archiveOf = (resourceId = '') => path.join(aws.root, 'archives', region, resourceId);

  test('move LatestRestorableTime on while nothing is written, without filling the disk', async () => {
    const first = await restorableAfter(await write(1));
    assert.equal(first.getMilliseconds(), 0);
    const second = await restorableAfter(first);
    const files = readdirSync(archiveOf(describeOrders()?.DbiResourceId)).length;
    await restorableAfter(second);
    assert.equal(readdirSync(archiveOf(describeOrders()?.DbiResourceId)).length, files);
  });

  test('restore exactly what had committed at a time, with the defaults of RDS around it', async () => {
    await restorableAfter(await write(2));
    const written: { id: number; began: Date; done: Date }[] = [];
    for (let id = 10; Date.now() < (written[0]?.began.getTime() ?? Infinity) + 2_500; id += 1) {
      const began = new Date();
      written.push({ id, began, done: await write(id) });
    }
    const middle = new Date(Math.ceil((written[0]?.done.getTime() ?? 0) / 1_000 + 1) * 1_000);
    await restorableAfter(new Date());
    aws.call.RestoreDBInstanceToPointInTime({
      SourceDBInstanceIdentifier: 'orders',
      TargetDBInstanceIdentifier: 'middle',
      RestoreTime: middle,
      BackupRetentionPeriod: 0,
    });
    const restored = await aws.becomes('middle', 'available');
    const found = new Set((await aws.query('middle', 'select id from entry')).map(({ id }) => id));
    const early = written.filter(({ done }) => done <= middle);
    const late = written.filter(({ began }) => began > middle);
    assert.ok(early.length > 3 && late.length > 3, `${early.length} early and ${late.length} late rows`);
    assert.deepEqual(
      early.filter(({ id }) => !found.has(id)),
      [],
    );
    assert.deepEqual(
      late.filter(({ id }) => found.has(id)),
      [],
    );
    assert.deepEqual(
      restored.VpcSecurityGroups?.map((group) => group.VpcSecurityGroupId),
      [`sg-default-${region}`],
    );
    assert.deepEqual(restored.TagList, [{ Key: 'team', Value: 'shop' }]);
    assert.deepEqual(
      await aws.query('middle', "select pg_is_in_recovery() as standby, current_setting('hot_standby') as hot"),
      [{ standby: false, hot: 'on' }],
    );
    await aws.query('middle', 'insert into entry values (0, now())');
    const { Events = [] } = aws.call.DescribeEvents({ SourceType: 'db-instance', SourceIdentifier: 'middle' });
    assert.ok(Events.some(({ Message }) => Message === 'Restored from DB instance orders to middle'));
  });

  test('restore the latest time of an instance on which nothing has committed since', async () => {
    const latest = await restorableAfter(await write(3));
    await restorableAfter(latest);
    aws.call.RestoreDBInstanceToPointInTime({
      SourceDBInstanceIdentifier: 'orders',
      TargetDBInstanceIdentifier: 'latest',
      UseLatestRestorableTime: true,
      BackupRetentionPeriod: 1,
    });
    const restored = await aws.becomes('latest', 'available');
    assert.deepEqual(await aws.query('latest', 'select count(*)::int from entry where id = 3'), [{ count: 1 }]);
    // A restored instance has backups of its own, on the timeline that begins with its recovery.
    await aws.query('latest', 'insert into entry values (4, now())');
    const since = new Date();
    const again = await poll(30_000, () => {
      const [found] = aws.call.DescribeDBInstances({ DBInstanceIdentifier: 'latest' }).DBInstances ?? [];
      return (found?.LatestRestorableTime?.getTime() ?? 0) > since.getTime() ? found : undefined;
    });
    assert.ok(again, 'the restored instance is not restorable');
    aws.call.RestoreDBInstanceToPointInTime({
      SourceDbiResourceId: restored.DbiResourceId,
      TargetDBInstanceIdentifier: 'second-hand',
      UseLatestRestorableTime: true,
      BackupRetentionPeriod: 0,
    });
    await aws.becomes('second-hand', 'available');
    assert.deepEqual(await aws.query('second-hand', 'select count(*)::int from entry where id in (3, 4)'), [
      { count: 2 },
    ]);
  });

  test('refuse a time that they do not reach, and a source that has none', async () => {
    const restore = (more: object) =>
      aws.call.RestoreDBInstanceToPointInTime({
        SourceDBInstanceIdentifier: 'orders',
        TargetDBInstanceIdentifier: 'never',
        ...more,
      });
    const [backup] =
      aws.call.DescribeDBInstanceAutomatedBackups({ DBInstanceIdentifier: 'orders' }).DBInstanceAutomatedBackups ?? [];
    const { EarliestTime = new Date(0), LatestTime = new Date(0) } = backup?.RestoreWindow ?? {};
    assert.equal(backup?.Status, 'active');
    assert.ok(EarliestTime < LatestTime);
    const cases: [object, string][] = [
      [{ RestoreTime: new Date(LatestTime.getTime() + 60_000) }, 'InvalidRestoreFault'],
      [{ RestoreTime: new Date(EarliestTime.getTime() - 1_000) }, 'InvalidRestoreFault'],
      [{}, 'InvalidParameterCombination'],
      [{ RestoreTime: LatestTime, UseLatestRestorableTime: true }, 'InvalidParameterCombination'],
      [{ UseLatestRestorableTime: true, SourceDbiResourceId: 'db-A' }, 'InvalidParameterCombination'],
      [{ UseLatestRestorableTime: true, TargetDBInstanceIdentifier: 'orders' }, 'DBInstanceAlreadyExistsFault'],
      [{ UseLatestRestorableTime: true, SourceDBInstanceIdentifier: 'absent' }, 'DBInstanceNotFoundFault'],
      [{ UseLatestRestorableTime: true, SourceDBInstanceIdentifier: 'middle' }, 'PointInTimeRestoreNotEnabledFault'],
    ];
    for (const [more, code] of cases) assert.throws(() => restore(more), { code }, JSON.stringify(more));
  });

  test('report by LatestRestorableTime that the log does not arrive', async () => {
    await restorableAfter(await write(5));
    await aws.rds.inspect.holdArchive(region, 'orders', true);
    await write(6);
    const stuck = describeOrders()?.LatestRestorableTime ?? new Date();
    const moved = await poll(4_000, () => {
      const latest = describeOrders()?.LatestRestorableTime;
      return latest !== undefined && latest.getTime() > stuck.getTime() + 2_000 ? latest : undefined;
    });
    assert.equal(moved, undefined);
    await aws.rds.inspect.holdArchive(region, 'orders', false);
    await restorableAfter(await write(8));
  });

  test('are switched off and on with a restart, and begin anew', async () => {
    const change = async (BackupRetentionPeriod: number) => {
      aws.call.ModifyDBInstance({ DBInstanceIdentifier: 'latest', BackupRetentionPeriod, ApplyImmediately: true });
      await aws.becomes('latest', 'modifying');
      return aws.becomes('latest', 'available');
    };
    const { pid } = aws.rds.inspect.server(region, 'latest');
    const off = await change(0);
    assert.equal(off.LatestRestorableTime, undefined);
    assert.notEqual(aws.rds.inspect.server(region, 'latest').pid, pid);
    assert.equal(existsSync(archiveOf(off.DbiResourceId)), false);
    assert.deepEqual(aws.call.DescribeDBSnapshots({ DBInstanceIdentifier: 'latest' }).DBSnapshots, []);
    assert.deepEqual(await aws.query('latest', 'show archive_mode'), [{ archive_mode: 'off' }]);
    await change(2);
    assert.deepEqual(await aws.query('latest', 'show archive_mode'), [{ archive_mode: 'on' }]);
    assert.equal(aws.call.DescribeDBSnapshots({ DBInstanceIdentifier: 'latest' }).DBSnapshots?.length, 1);
  });

  test('outlive their instance when they are retained, until they are deleted', async () => {
    const { DbiResourceId } = describeOrders() ?? {};
    await write(7);
    aws.call.DeleteDBInstance({
      DBInstanceIdentifier: 'orders',
      SkipFinalSnapshot: true,
      DeleteAutomatedBackups: false,
    });
    const gone = await poll(
      30_000,
      () => aws.rds.inspect.instances().every((one) => one.identifier !== 'orders') || undefined,
    );
    assert.ok(gone, 'the instance is still there');
    const [backup] = aws.call.DescribeDBInstanceAutomatedBackups({ DbiResourceId }).DBInstanceAutomatedBackups ?? [];
    assert.equal(backup?.Status, 'retained');
    const source = { SourceDBInstanceAutomatedBackupsArn: backup?.DBInstanceAutomatedBackupsArn };
    aws.call.RestoreDBInstanceToPointInTime({
      ...source,
      TargetDBInstanceIdentifier: 'orders',
      UseLatestRestorableTime: true,
      BackupRetentionPeriod: 0,
    });
    aws.call.DeleteDBInstanceAutomatedBackup({ DbiResourceId });
    await aws.becomes('orders', 'available');
    assert.deepEqual(await aws.query('orders', 'select count(*)::int from entry where id = 6'), [{ count: 1 }]);
    await aws.rds.inspect.idle();
    assert.equal(existsSync(archiveOf(DbiResourceId)), false);
    assert.throws(() => aws.call.DescribeDBInstanceAutomatedBackups({ DbiResourceId }), {
      code: 'DBInstanceAutomatedBackupNotFoundFault',
    });
  });
});
