import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { poll } from '../../sandbox/postgres/poll.ts';
import { isAlive } from '../../sandbox/postgres/processes.ts';
import { openAccount, password, region, type TestAccount } from './rds-account.ts';

describe('an instance of the emulated RDS', () => {
  let aws: TestAccount;

  beforeAll(async () => {
    aws = await openAccount();
    await aws.createOrders({
      StorageEncrypted: true,
      Tags: [{ Key: 'team', Value: 'shop' }],
      DeletionProtection: true,
    });
  });
  afterAll(() => aws.close());

  test('describes itself as RDS does', async () => {
    const instance = await aws.becomes('orders', 'available');
    const { rows } = { rows: await aws.query('orders', 'show server_version') };
    assert.deepEqual(rows, [{ server_version: instance.EngineVersion }]);
    assert.deepEqual(await aws.query('orders', 'select current_user, current_database()'), [
      { current_user: 'shopadmin', current_database: 'shop' },
    ]);
    assert.equal(instance.DBInstanceArn, `arn:aws:rds:${region}:123456789012:db:orders`);
    assert.match(instance.DbiResourceId ?? '', /^db-[A-Z2-7]{26}$/);
    assert.match(instance.KmsKeyId ?? '', /^arn:aws:kms:eu-central-1:/);
    assert.deepEqual(instance.TagList, [{ Key: 'team', Value: 'shop' }]);
    assert.deepEqual(instance.DBParameterGroups, [
      { DBParameterGroupName: 'default.postgres18', ParameterApplyStatus: 'in-sync' },
    ]);
  });

  test('goes through creating and backing-up, and reports its address only afterwards', async () => {
    const seen = new Set<string>();
    aws.call.CreateDBInstance({
      DBInstanceIdentifier: 'Seen',
      DBInstanceClass: 'db.t4g.micro',
      Engine: 'postgres',
      AllocatedStorage: 20,
      MasterUsername: 'shopadmin',
      MasterUserPassword: password,
      BackupRetentionPeriod: 7,
    });
    await poll(60_000, () => {
      const [instance] = aws.call.DescribeDBInstances({ DBInstanceIdentifier: 'seen' }).DBInstances ?? [];
      const status = instance?.DBInstanceStatus ?? '';
      seen.add(status);
      assert.equal(instance?.Endpoint === undefined, status === 'creating');
      return status === 'available' ? true : undefined;
    });
    assert.deepEqual([...seen], ['creating', 'backing-up', 'available']);
    const { DBSnapshots = [] } = aws.call.DescribeDBSnapshots({
      SnapshotType: 'automated',
      DBInstanceIdentifier: 'seen',
    });
    assert.deepEqual(
      DBSnapshots.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier),
      ['seen'],
    );
    assert.match(DBSnapshots[0]?.DBSnapshotIdentifier ?? '', /^rds:seen-\d{4}-\d\d-\d\d-\d\d-\d\d$/);
    const { pid } = aws.rds.inspect.server(region, 'seen');
    const { directory } = aws.rds.inspect.instances().find(({ identifier }) => identifier === 'seen') ?? {};
    aws.call.DeleteDBInstance({ DBInstanceIdentifier: 'seen', SkipFinalSnapshot: true });
    await aws.becomes('seen', 'deleting');
    await aws.rds.inspect.idle();
    assert.equal(isAlive(pid) || existsSync(directory ?? ''), false);
    assert.throws(() => aws.call.DescribeDBInstances({ DBInstanceIdentifier: 'seen' }), {
      code: 'DBInstanceNotFoundFault',
      message: 'DBInstance seen not found.',
    });
    assert.deepEqual(aws.call.DescribeDBSnapshots({ DBInstanceIdentifier: 'seen' }).DBSnapshots, []);
  });

  test('is refused with an error of RDS when its description is wrong', () => {
    const good = {
      DBInstanceIdentifier: 'other',
      DBInstanceClass: 'db.t4g.small',
      Engine: 'postgres',
      AllocatedStorage: 20,
      MasterUsername: 'shopadmin',
      MasterUserPassword: password,
    };
    const cases: [Partial<Parameters<typeof aws.call.CreateDBInstance>[0]>, string, RegExp][] = [
      [{ DBInstanceIdentifier: 'orders' }, 'DBInstanceAlreadyExistsFault', /already exists/],
      [{ DBInstanceIdentifier: 'a--b' }, 'InvalidParameterValue', /not a valid identifier/],
      [{ DBInstanceClass: 'db.fast' }, 'InvalidParameterValue', /Invalid DB Instance class: db.fast/],
      [{ MasterUserPassword: 'short' }, 'InvalidParameterValue', /shorter than 8/],
      [{ MasterUserPassword: 'with/a/slash' }, 'InvalidParameterValue', /Only printable ASCII/],
      [{ MasterUsername: 'rdsadmin' }, 'InvalidParameterValue', /reserved word/],
      [{ EngineVersion: '9.6' }, 'InvalidParameterCombination', /Cannot find version 9.6 for postgres/],
      [{ BackupRetentionPeriod: 36 }, 'InvalidParameterValue', /retention period/],
      [{ DBParameterGroupName: 'absent' }, 'DBParameterGroupNotFoundFault', /DBParameterGroup not found: absent/],
      [{ DBSubnetGroupName: 'absent' }, 'DBSubnetGroupNotFoundFault', /absent/],
      [{ KmsKeyId: 'arn:aws:kms:us-east-1:123456789012:key/a' }, 'KMSKeyNotAccessibleFault', /KMS key/],
      [{ ManageMasterUserPassword: true }, 'NotImplemented', /'ManageMasterUserPassword'/],
    ];
    for (const [change, code, message] of cases) {
      assert.throws(() => aws.call.CreateDBInstance({ ...good, ...change }), { code, message }, code);
    }
    assert.deepEqual(
      aws.rds.inspect.instances().map(({ identifier }) => identifier),
      ['orders'],
    );
  });

  test('cannot be deleted while it is protected, nor without a word about a last snapshot', async () => {
    const name = { DBInstanceIdentifier: 'orders' };
    assert.throws(() => aws.call.DeleteDBInstance({ ...name, SkipFinalSnapshot: true }), {
      code: 'InvalidParameterCombination',
      message: /^Cannot delete protected DB Instance/,
    });
    aws.call.ModifyDBInstance({ ...name, DeletionProtection: false });
    assert.throws(() => aws.call.DeleteDBInstance(name), /FinalDBSnapshotIdentifier is required/);
    assert.throws(
      () => aws.call.DeleteDBInstance({ ...name, SkipFinalSnapshot: true, FinalDBSnapshotIdentifier: 'last' }),
      { code: 'InvalidParameterCombination' },
    );
    aws.call.ModifyDBInstance({ ...name, DeletionProtection: true });
    assert.equal((await aws.becomes('orders', 'available')).DeletionProtection, true);
  });

  test('takes a new password at once and refuses the old one', async () => {
    aws.call.ModifyDBInstance({ DBInstanceIdentifier: 'orders', MasterUserPassword: 'another-password' });
    const during = await aws.becomes('orders', 'resetting-master-credentials');
    assert.deepEqual(during.PendingModifiedValues, { MasterUserPassword: '****' });
    assert.throws(() => aws.call.ModifyDBInstance({ DBInstanceIdentifier: 'orders', AllocatedStorage: 30 }), {
      code: 'InvalidDBInstanceStateFault',
      message: 'Database instance is not in available state.',
    });
    const afterwards = await aws.becomes('orders', 'available');
    assert.deepEqual(afterwards.PendingModifiedValues, {});
    await aws.query('orders', 'select 1', { password: 'another-password' });
    await assert.rejects(aws.query('orders', 'select 1'), /password authentication failed/);
    aws.call.ModifyDBInstance({ DBInstanceIdentifier: 'orders', MasterUserPassword: password });
    await aws.becomes('orders', 'available');
  });

  test('keeps changes pending until the maintenance window, unless they are to be applied immediately', async () => {
    aws.call.ModifyDBInstance({ DBInstanceIdentifier: 'orders', BackupRetentionPeriod: 3, AllocatedStorage: 40 });
    const waiting = await aws.becomes('orders', 'available');
    assert.deepEqual(waiting.PendingModifiedValues, { AllocatedStorage: 40, BackupRetentionPeriod: 3 });
    assert.equal(waiting.AllocatedStorage, 20);
    aws.rds.inspect.openMaintenanceWindow(region, 'orders');
    await aws.becomes('orders', 'modifying');
    const changed = await aws.becomes('orders', 'available');
    assert.deepEqual([changed.AllocatedStorage, changed.BackupRetentionPeriod], [40, 3]);
    assert.throws(
      () => aws.call.ModifyDBInstance({ DBInstanceIdentifier: 'orders', AllocatedStorage: 20 }),
      /cannot be lower than the current storage size/,
    );
    const port = changed.Endpoint?.Port;
    aws.call.ModifyDBInstance({
      DBInstanceIdentifier: 'orders',
      DBInstanceClass: 'db.m7g.large',
      ApplyImmediately: true,
    });
    await aws.becomes('orders', 'modifying');
    const bigger = await aws.becomes('orders', 'available');
    assert.deepEqual([bigger.DBInstanceClass, bigger.Endpoint?.Port], ['db.m7g.large', port]);
  });

  test('stops, starts and reboots on the same port with the same data', async () => {
    await aws.query('orders', 'create table if not exists kept as select 1 as id');
    const { Endpoint } = await aws.becomes('orders', 'available');
    assert.throws(() => aws.call.StartDBInstance({ DBInstanceIdentifier: 'orders' }), /cannot be started/);
    aws.call.StopDBInstance({ DBInstanceIdentifier: 'orders' });
    await aws.becomes('orders', 'stopped');
    await assert.rejects(aws.query('orders', 'select 1'), /ECONNREFUSED/);
    assert.throws(() => aws.call.RebootDBInstance({ DBInstanceIdentifier: 'orders' }), /is not in available state/);
    aws.call.StartDBInstance({ DBInstanceIdentifier: 'orders' });
    await aws.becomes('orders', 'available');
    aws.call.RebootDBInstance({ DBInstanceIdentifier: 'orders' });
    await aws.becomes('orders', 'rebooting');
    assert.deepEqual((await aws.becomes('orders', 'available')).Endpoint, Endpoint);
    assert.deepEqual(await aws.query('orders', 'select id from kept'), [{ id: 1 }]);
    assert.throws(() => aws.call.RebootDBInstance({ DBInstanceIdentifier: 'orders', ForceFailover: true }), /Multi-AZ/);
  });

  test('is started again by RDS when its server dies', async () => {
    await aws.query('orders', 'create table survived as select 2 as id');
    const lost = aws.rds.inspect.server(region, 'orders');
    await lost.crash();
    const rows = await poll(60_000, () => aws.query('orders', 'select id from survived').catch(() => undefined));
    assert.deepEqual(rows, [{ id: 2 }]);
    assert.notEqual(aws.rds.inspect.server(region, 'orders').pid, lost.pid);
    await aws.rds.inspect.idle();
  });

  test('can be put into a failed state, in which nobody connects', async () => {
    await aws.createOrders({ DBInstanceIdentifier: 'broken' });
    await aws.rds.inspect.breakInstance(region, 'broken', 'storage-full');
    assert.equal((await aws.becomes('broken', 'storage-full')).DBInstanceStatus, 'storage-full');
    await assert.rejects(aws.query('broken', 'select 1'), /ECONNREFUSED/);
    assert.throws(
      () => aws.call.DeleteDBInstance({ DBInstanceIdentifier: 'broken', FinalDBSnapshotIdentifier: 'last' }),
      { code: 'InvalidDBInstanceStateFault' },
    );
    aws.rds.inspect.planFailure({ kind: 'instance', identifier: /^doomed/, status: 'incompatible-network' });
    await aws.createOrders({ DBInstanceIdentifier: 'lucky' });
    await aws.createOrders({ DBInstanceIdentifier: 'doomed-1' }, region, 'incompatible-network');
    for (const DBInstanceIdentifier of ['broken', 'doomed-1', 'lucky']) {
      aws.call.DeleteDBInstance({ DBInstanceIdentifier, SkipFinalSnapshot: true });
      assert.throws(
        () => aws.call.DeleteDBInstance({ DBInstanceIdentifier, SkipFinalSnapshot: true }),
        /already being deleted/,
      );
    }
    await aws.rds.inspect.idle();
    assert.deepEqual(
      aws.rds.inspect.instances().map(({ identifier }) => identifier),
      ['orders'],
    );
  });

  test('is in its region only, and reports its history', () => {
    assert.deepEqual(aws.call.DescribeDBInstances({}, 'eu-west-1').DBInstances, []);
    const { Events = [] } = aws.call.DescribeEvents({ SourceType: 'db-instance', SourceIdentifier: 'orders' });
    const messages = Events.map(({ Message }) => Message);
    for (const message of [
      'DB instance created',
      'DB instance shutdown',
      'DB instance restarted',
      'DB instance stopped',
    ]) {
      assert.ok(messages.includes(message), message);
    }
    assert.deepEqual(aws.call.DescribeEvents({}, 'eu-west-1').Events, []);
  });

  test('is found by filters, which RDS knows by name', () => {
    const byName = (Name: string, ...Values: string[]) =>
      aws.call.DescribeDBInstances({ Filters: [{ Name, Values }] }).DBInstances?.length;
    assert.equal(byName('db-instance-id', 'orders', 'absent'), 1);
    assert.equal(byName('db-instance-id', 'absent'), 0);
    assert.equal(byName('engine', 'postgres'), 1);
    assert.throws(() => byName('status', 'available'), /Unrecognized filter name: status/);
    assert.throws(() => aws.call.DescribeDBInstances({ MaxRecords: 5 }), /Invalid value 5 for MaxRecords/);
  });
});
