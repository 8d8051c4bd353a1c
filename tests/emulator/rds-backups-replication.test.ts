import assert from 'node:assert/strict';
import { asAdministrator } from '../../sandbox/postgres/administration.ts';
import { poll } from '../../sandbox/postgres/poll.ts';
import { openAccount, region, type TestAccount } from './rds-account.ts';

const away = 'eu-west-1';
const key = `arn:aws:kms:${away}:123456789012:key/of-${away}`;

describe('automated backups that are replicated to another region', () => {
  let aws: TestAccount;
  let arn: string;
  beforeAll(async () => {
    aws = await openAccount({ speed: 1_000 });
    const instance = await aws.createOrders({ BackupRetentionPeriod: 1, StorageEncrypted: true });
    arn = instance.DBInstanceArn ?? '';
    await aws.query('orders', 'create table entry (id int primary key)');
  });
  afterAll(() => aws.close());

  const replica = () => aws.call.DescribeDBInstanceAutomatedBackups({}, away).DBInstanceAutomatedBackups?.[0];
  const write = async (id: number): Promise<Date> => {
    const [row] = await aws.query('orders', `insert into entry values (${id}) returning clock_timestamp() as done`);
    return row?.['done'] as Date;
  };
  const arrivedAfter = async (time: Date) =>
    poll(30_000, () => ((replica()?.RestoreWindow?.LatestTime ?? new Date(0)) > time ? true : undefined));
  const restore = (TargetDBInstanceIdentifier: string, more: object) =>
    aws.call.RestoreDBInstanceToPointInTime(
      { TargetDBInstanceIdentifier, UseLatestRestorableTime: true, BackupRetentionPeriod: 0, ...more },
      away,
    );

  const rowsOf = (identifier: string) =>
    asAdministrator(
      aws.rds.inspect.server(away, identifier),
      async (client) =>
        (await client.query<{ id: number }>('select id from entry order by id')).rows.map(({ id }) => id),
      'shop',
    );

  test('begin where they are asked for, with a key of that region, and once', () => {
    const start = (more: object, where = away) =>
      aws.call.StartDBInstanceAutomatedBackupsReplication({ SourceDBInstanceArn: arn, ...more }, where);
    assert.throws(() => start({}), { code: 'InvalidParameterCombination' });
    assert.throws(() => start({ KmsKeyId: key }, region), { code: 'InvalidParameterCombination' });
    assert.throws(() => start({ KmsKeyId: key, SourceDBInstanceArn: arn.replace('orders', 'others') }), {
      code: 'DBInstanceNotFoundFault',
    });
    const { DBInstanceAutomatedBackup: begun } = start({ KmsKeyId: key, BackupRetentionPeriod: 3 });
    assert.deepEqual(
      [begun?.Status, begun?.Region, begun?.BackupRetentionPeriod, begun?.KmsKeyId],
      ['pending', region, 3, key],
    );
    assert.match(begun?.DBInstanceAutomatedBackupsArn ?? '', /^arn:aws:rds:eu-west-1:123456789012:auto-backup:ab-/);
    assert.throws(() => start({ KmsKeyId: key }), { code: 'InvalidDBInstanceStateFault' });
    const [own] = aws.call.DescribeDBInstanceAutomatedBackups({}).DBInstanceAutomatedBackups ?? [];
    assert.deepEqual(own?.DBInstanceAutomatedBackupsReplications, [
      { DBInstanceAutomatedBackupsArn: begun?.DBInstanceAutomatedBackupsArn },
    ]);
  });

  test('are restored there, and only there, by their own ARN', async () => {
    const written = await write(1);
    assert.ok(await arrivedAfter(written), 'nothing arrived');
    const { DBInstanceAutomatedBackupsArn, DbiResourceId, Status } = replica() ?? {};
    assert.equal(Status, 'replicating');
    const source = { SourceDBInstanceAutomatedBackupsArn: DBInstanceAutomatedBackupsArn };
    for (const wrong of [{ SourceDbiResourceId: DbiResourceId }, { SourceDBInstanceIdentifier: 'orders' }])
      assert.throws(() => restore('never', wrong), { code: 'DBInstanceNotFoundFault' });
    assert.throws(
      () => restore('never', { ...source, UseLatestRestorableTime: false, RestoreTime: new Date(Date.now() + 60_000) }),
      {
        code: 'InvalidRestoreFault',
      },
    );
    restore('elsewhere', source);
    const restored = await aws.becomes('elsewhere', 'available', away);
    assert.deepEqual([restored.StorageEncrypted, restored.KmsKeyId], [true, key]);
    assert.deepEqual(await rowsOf('elsewhere'), [1]);
  });

  test('stand still while the link between the regions is cut, and go on after it', async () => {
    await aws.rds.inspect.cutLink(region, away, true);
    const before = replica()?.RestoreWindow?.LatestTime;
    const written = await write(2);
    const [own] = aws.call.DescribeDBInstances({ DBInstanceIdentifier: 'orders' }).DBInstances ?? [];
    assert.ok(own);
    assert.ok(
      await poll(30_000, () => {
        const [found] = aws.call.DescribeDBInstances({ DBInstanceIdentifier: 'orders' }).DBInstances ?? [];
        return (found?.LatestRestorableTime ?? new Date(0)) > written ? true : undefined;
      }),
      'the source itself stands still',
    );
    assert.deepEqual(replica()?.RestoreWindow?.LatestTime, before);
    await aws.rds.inspect.cutLink(region, away, false);
    assert.ok(await arrivedAfter(written), 'nothing arrived after the link was mended');
  });

  test('outlive the instance and its own backups when they are stopped before, until they are deleted', async () => {
    const { DBInstanceAutomatedBackup: stopped } = aws.call.StopDBInstanceAutomatedBackupsReplication(
      { SourceDBInstanceArn: arn },
      away,
    );
    assert.equal(stopped?.Status, 'retained');
    assert.throws(() => aws.call.StopDBInstanceAutomatedBackupsReplication({ SourceDBInstanceArn: arn }, away), {
      code: 'DBInstanceAutomatedBackupNotFoundFault',
    });
    aws.call.DeleteDBInstance({ DBInstanceIdentifier: 'orders', SkipFinalSnapshot: true });
    await aws.rds.inspect.idle();
    assert.deepEqual(aws.call.DescribeDBInstanceAutomatedBackups({}).DBInstanceAutomatedBackups, []);
    const { DBInstanceAutomatedBackupsArn } = replica() ?? {};
    restore('survivor', { SourceDBInstanceAutomatedBackupsArn: DBInstanceAutomatedBackupsArn });
    await aws.becomes('survivor', 'available', away);
    assert.deepEqual(await rowsOf('survivor'), [1, 2]);
    aws.call.DeleteDBInstanceAutomatedBackup({ DBInstanceAutomatedBackupsArn }, away);
    await aws.rds.inspect.idle();
    assert.equal(replica(), undefined);
  });
});
