import assert from 'node:assert/strict';
import {
  CopyDBSnapshotCommand,
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DBInstanceNotFoundFault,
  DBSnapshotAlreadyExistsFault,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  InvalidDBInstanceStateFault,
  ModifyDBParameterGroupCommand,
  paginateDescribeDBParameters,
  RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
  waitUntilDBInstanceAvailable,
  waitUntilDBInstanceDeleted,
  waitUntilDBSnapshotAvailable,
} from '@aws-sdk/client-rds';
import { makeClock } from '../../sandbox/clock.ts';
import { makeCredentials } from '../../sandbox/credentials.ts';
import { startWire, type Wire } from '../../sandbox/wire/server.ts';
import { openAccount, password, region, type TestAccount } from './rds-account.ts';

describe('the emulated RDS, called by the AWS SDK', () => {
  let aws: TestAccount;
  let wire: Wire;
  let rds: RDSClient;
  let elsewhere: RDSClient;

  beforeAll(async () => {
    aws = await openAccount({ speed: 400 });
    const credentials = makeCredentials();
    wire = await startWire({ services: [aws.rds], credentials, clock: makeClock(400) });
    const clientOf = (where: string) =>
      new RDSClient({ region: where, endpoint: wire.endpoint, credentials: credentials.operator, maxAttempts: 1 });
    rds = clientOf(region);
    elsewhere = clientOf('eu-west-1');
  });

  afterAll(async () => {
    rds.destroy();
    elsewhere.destroy();
    await wire.stop();
    await aws.close();
  });

  const wait = (client: RDSClient) => ({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 });

  test('creates, snapshots, copies, restores and deletes, and the SDK’s own waiters see the states', async () => {
    const { DBInstance } = await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: 'orders',
        DBInstanceClass: 'db.t4g.micro',
        Engine: 'postgres',
        AllocatedStorage: 20,
        MasterUsername: 'shopadmin',
        MasterUserPassword: password,
        BackupRetentionPeriod: 1,
        StorageEncrypted: true,
        Tags: [{ Key: 'team', Value: 'shop' }],
      }),
    );
    assert.equal(DBInstance?.DBInstanceStatus, 'creating');
    assert.equal(DBInstance?.Endpoint, undefined);
    const early = new CreateDBSnapshotCommand({ DBSnapshotIdentifier: 'nightly', DBInstanceIdentifier: 'orders' });
    await assert.rejects(rds.send(early), InvalidDBInstanceStateFault);
    await waitUntilDBInstanceAvailable(wait(rds), { DBInstanceIdentifier: 'orders' });
    const created = await rds.send(early);
    assert.deepEqual([created.DBSnapshot?.Status, created.DBSnapshot?.SnapshotCreateTime], ['creating', undefined]);
    await assert.rejects(rds.send(early), DBSnapshotAlreadyExistsFault);
    await waitUntilDBSnapshotAvailable(wait(rds), { DBSnapshotIdentifier: 'nightly' });
    const described = await rds.send(
      new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: 'orders', SnapshotType: 'manual' }),
    );
    const [nightly] = described.DBSnapshots ?? [];
    assert.ok(nightly?.SnapshotCreateTime instanceof Date && nightly.Encrypted);

    await elsewhere.send(
      new CopyDBSnapshotCommand({
        SourceDBSnapshotIdentifier: nightly.DBSnapshotArn,
        TargetDBSnapshotIdentifier: 'nightly-away',
        KmsKeyId: 'alias/dr',
      }),
    );
    await waitUntilDBSnapshotAvailable(wait(elsewhere), { DBSnapshotIdentifier: 'nightly-away' });

    await rds.send(
      new RestoreDBInstanceFromDBSnapshotCommand({
        DBInstanceIdentifier: 'proof',
        DBSnapshotIdentifier: 'nightly',
        Tags: [{ Key: 'expires', Value: 'soon' }],
      }),
    );
    await waitUntilDBInstanceAvailable(wait(rds), { DBInstanceIdentifier: 'proof' });
    const [proof] =
      (await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'proof' }))).DBInstances ?? [];
    assert.deepEqual(proof?.TagList, [{ Key: 'expires', Value: 'soon' }]);
    assert.deepEqual(proof?.Endpoint, { Address: '127.0.0.1', Port: proof?.Endpoint?.Port });
    assert.deepEqual(await aws.query('proof', 'select 1 as one'), [{ one: 1 }]);
    await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'proof', SkipFinalSnapshot: true }));
    await waitUntilDBInstanceDeleted(wait(rds), { DBInstanceIdentifier: 'proof' });
  });

  test('answers modelled and common errors as the SDK knows them', async () => {
    await assert.rejects(
      rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'absent' })),
      (error: unknown) => {
        assert.ok(error instanceof DBInstanceNotFoundFault);
        assert.equal(error.message, 'DBInstance absent not found.');
        assert.equal(error.$metadata.httpStatusCode, 404);
        return true;
      },
    );
    const modify = new ModifyDBParameterGroupCommand({
      DBParameterGroupName: 'default.postgres18',
      Parameters: [{ ParameterName: 'work_mem', ParameterValue: '64', ApplyMethod: 'immediate' }],
    });
    await assert.rejects(rds.send(modify), { name: 'InvalidDBParameterGroupStateFault' });
    const copy = new CopyDBSnapshotCommand({
      SourceDBSnapshotIdentifier: `arn:aws:rds:${region}:123456789012:snapshot:nightly`,
      TargetDBSnapshotIdentifier: 'another',
    });
    await assert.rejects(elsewhere.send(copy), { name: 'InvalidParameterCombination' });
  });

  test('is read by the SDK’s paginators', async () => {
    const names: string[] = [];
    for await (const page of paginateDescribeDBParameters(
      { client: rds, pageSize: 50 },
      { DBParameterGroupName: 'default.postgres18' },
    )) {
      names.push(...(page.Parameters ?? []).map(({ ParameterName = '' }) => ParameterName));
    }
    assert.ok(names.length > 200 && new Set(names).size === names.length, `${names.length} parameters`);
    assert.ok(names.includes('rds.force_ssl') && names.includes('wal_level'));
  });
});
