import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { poll } from '../../sandbox/postgres/poll.ts';
import { openAccount, region, type TestAccount } from './rds-account.ts';

const elsewhere = 'eu-west-1';

describe('a snapshot of the emulated RDS', () => {
  let aws: TestAccount;

  beforeAll(async () => {
    aws = await openAccount({ limits: { manualSnapshots: 4, instances: 3, copiesInProgress: 1, pageSize: 2 } });
    await aws.createOrders({
      StorageEncrypted: true,
      CopyTagsToSnapshot: true,
      VpcSecurityGroupIds: ['sg-orders'],
      Tags: [{ Key: 'team', Value: 'shop' }],
    });
    await aws.query(
      'orders',
      "create table item as select i as id, 'note ' || i as note from generate_series(1, 500) i",
    );
    await aws.query('orders', 'create extension amcheck');
  });
  afterAll(() => aws.close());

  const one = (name: string, where = region) =>
    aws.call.DescribeDBSnapshots({ DBSnapshotIdentifier: name }, where).DBSnapshots?.[0];

  test('is created in steps, and reports its time when its instant is fixed', async () => {
    const called = new Date();
    aws.call.CreateDBSnapshot({
      DBSnapshotIdentifier: 'First',
      DBInstanceIdentifier: 'orders',
      Tags: [{ Key: 'run', Value: '1' }],
    });
    assert.equal((await aws.becomes('orders', 'backing-up')).DBInstanceStatus, 'backing-up');
    assert.throws(() => aws.call.CreateDBSnapshot({ DBSnapshotIdentifier: 'second', DBInstanceIdentifier: 'orders' }), {
      code: 'InvalidDBInstanceStateFault',
      message: /^Cannot create a snapshot because the database instance orders is not currently in the available state/,
    });
    const begun = one('first');
    assert.deepEqual([begun?.Status, begun?.PercentProgress, begun?.SnapshotCreateTime], ['creating', 0, undefined]);
    const fixed = await poll(60_000, () => (one('first')?.SnapshotCreateTime ? one('first') : undefined));
    assert.equal(fixed?.Status, 'creating');
    await aws.becomes('orders', 'available');
    await aws.query('orders', 'delete from item where id > 400');
    await aws.snapshotBecomes('first', 'available');
    const done = one('first');
    const { notBefore, notAfter, lsn } = aws.rds.inspect.snapshotInstant(region, 'first');
    assert.ok(called <= notBefore && notBefore <= notAfter && notAfter <= new Date(), lsn);
    assert.deepEqual(done?.SnapshotCreateTime, notAfter);
    assert.deepEqual(done?.OriginalSnapshotCreateTime, notAfter);
    assert.equal(done?.PercentProgress, 100);
    assert.deepEqual(done?.TagList, [
      { Key: 'team', Value: 'shop' },
      { Key: 'run', Value: '1' },
    ]);
    assert.throws(() => aws.call.CreateDBSnapshot({ DBSnapshotIdentifier: 'first', DBInstanceIdentifier: 'orders' }), {
      code: 'DBSnapshotAlreadyExistsFault',
      message: /with the identifier first already exists/,
    });
  });

  test('is restored with its data and password, and with the defaults of RDS around them', async () => {
    aws.call.RestoreDBInstanceFromDBSnapshot({ DBInstanceIdentifier: 'proof', DBSnapshotIdentifier: 'first' });
    const proof = await aws.becomes('proof', 'available');
    const source = await aws.becomes('orders', 'available');
    assert.deepEqual(
      proof.VpcSecurityGroups?.map((group) => group.VpcSecurityGroupId),
      [`sg-default-${region}`],
    );
    assert.deepEqual(
      source.VpcSecurityGroups?.map((group) => group.VpcSecurityGroupId),
      ['sg-orders'],
    );
    assert.equal(proof.DBParameterGroups?.[0]?.DBParameterGroupName, 'default.postgres18');
    assert.deepEqual(proof.TagList, [{ Key: 'team', Value: 'shop' }]);
    assert.equal(proof.DeletionProtection, false);
    assert.equal(proof.KmsKeyId, source.KmsKeyId);
    assert.notEqual(proof.DbiResourceId, source.DbiResourceId);
    assert.notEqual(proof.Endpoint?.Port, source.Endpoint?.Port);
    assert.deepEqual(await aws.query('proof', 'select count(*)::int from item'), [{ count: 500 }]);
    assert.deepEqual(await aws.query('orders', 'select count(*)::int from item'), [{ count: 400 }]);
    assert.deepEqual(await aws.query('proof', "select * from verify_heapam('item')"), []);
  });

  test('is restored with new tags instead of the tags of its source', async () => {
    aws.call.CreateDBParameterGroup({
      DBParameterGroupName: 'proof',
      DBParameterGroupFamily: 'postgres18',
      Description: 'for proofs',
    });
    aws.call.RestoreDBInstanceFromDBSnapshot({
      DBInstanceIdentifier: 'tagged',
      DBSnapshotIdentifier: 'first',
      DBParameterGroupName: 'proof',
      VpcSecurityGroupIds: ['sg-proof'],
      Tags: [{ Key: 'expires', Value: 'soon' }],
    });
    assert.throws(
      () => aws.call.RestoreDBInstanceFromDBSnapshot({ DBInstanceIdentifier: 'fourth', DBSnapshotIdentifier: 'first' }),
      { code: 'InstanceQuotaExceededFault' },
    );
    const tagged = await aws.becomes('tagged', 'available');
    assert.deepEqual(tagged.TagList, [{ Key: 'expires', Value: 'soon' }]);
    assert.deepEqual(tagged.DBParameterGroups, [{ DBParameterGroupName: 'proof', ParameterApplyStatus: 'in-sync' }]);
    assert.deepEqual(tagged.VpcSecurityGroups, [{ VpcSecurityGroupId: 'sg-proof', Status: 'active' }]);
    assert.throws(() => aws.call.DeleteDBParameterGroup({ DBParameterGroupName: 'proof' }), {
      code: 'InvalidDBParameterGroupStateFault',
    });
    aws.call.DeleteDBInstance({ DBInstanceIdentifier: 'tagged', SkipFinalSnapshot: true });
  });

  test('needs a key of the other region to be copied there, and is copied with the time it was taken', async () => {
    const copy = (more: object) =>
      aws.call.CopyDBSnapshot(
        { SourceDBSnapshotIdentifier: one('first')?.DBSnapshotArn, TargetDBSnapshotIdentifier: 'away', ...more },
        elsewhere,
      );
    assert.throws(() => copy({}), { code: 'InvalidParameterCombination', message: /KMS key of the target region/ });
    assert.throws(() => copy({ KmsKeyId: one('first')?.KmsKeyId }), { code: 'KMSKeyNotAccessibleFault' });
    copy({ KmsKeyId: 'alias/dr', CopyTags: true });
    assert.throws(() => copy({ KmsKeyId: 'alias/dr', TargetDBSnapshotIdentifier: 'more' }), {
      code: 'SnapshotQuotaExceededFault',
    });
    assert.equal(one('away', elsewhere)?.Status, 'copying');
    const halfway = await poll(60_000, () => ((one('away', elsewhere)?.PercentProgress ?? 0) >= 50 ? true : undefined));
    assert.ok(halfway && one('away', elsewhere)?.Status === 'copying');
    await aws.snapshotBecomes('away', 'available', elsewhere);
    const away = one('away', elsewhere);
    assert.equal(away?.KmsKeyId, 'arn:aws:kms:eu-west-1:123456789012:alias/dr');
    assert.equal(away?.SourceRegion, region);
    assert.deepEqual(away?.OriginalSnapshotCreateTime, one('first')?.SnapshotCreateTime);
    assert.ok((away?.SnapshotCreateTime ?? 0) > (one('first')?.SnapshotCreateTime ?? 0));
    assert.deepEqual(away?.TagList, one('first')?.TagList);
    aws.call.RestoreDBInstanceFromDBSnapshot({ DBInstanceIdentifier: 'dr', DBSnapshotIdentifier: 'away' }, elsewhere);
    assert.equal((await aws.becomes('dr', 'available', elsewhere)).DBInstanceArn?.split(':')[3], elsewhere);
  });

  test('takes its copy in another region down when it is deleted too early', async () => {
    aws.call.CreateDBSnapshot({ DBSnapshotIdentifier: 'early', DBInstanceIdentifier: 'orders' });
    assert.throws(() => aws.call.DeleteDBSnapshot({ DBSnapshotIdentifier: 'early' }), {
      code: 'InvalidDBSnapshotStateFault',
    });
    await aws.snapshotBecomes('early', 'available');
    const directory = aws.rds.inspect.snapshotDirectory(region, 'early');
    aws.call.CopyDBSnapshot(
      {
        SourceDBSnapshotIdentifier: one('early')?.DBSnapshotArn,
        TargetDBSnapshotIdentifier: 'early-copy',
        KmsKeyId: 'alias/dr',
      },
      elsewhere,
    );
    aws.call.DeleteDBSnapshot({ DBSnapshotIdentifier: 'early' });
    await aws.snapshotBecomes('early-copy', 'failed', elsewhere);
    await aws.rds.inspect.idle();
    assert.equal(existsSync(directory), false);
    assert.throws(() => one('early'), { code: 'DBSnapshotNotFoundFault', message: 'DBSnapshot early not found.' });
    aws.call.DeleteDBSnapshot({ DBSnapshotIdentifier: 'early-copy' }, elsewhere);
  });

  test('can fail, and then is neither restored nor counted as there', async () => {
    aws.rds.inspect.planFailure({ kind: 'snapshot', identifier: 'bad', status: 'failed' });
    aws.call.CreateDBSnapshot({ DBSnapshotIdentifier: 'bad', DBInstanceIdentifier: 'orders' });
    await aws.snapshotBecomes('bad', 'failed');
    assert.equal(one('bad')?.SnapshotCreateTime, undefined);
    await aws.becomes('orders', 'available');
    assert.throws(
      () => aws.call.RestoreDBInstanceFromDBSnapshot({ DBInstanceIdentifier: 'never', DBSnapshotIdentifier: 'bad' }),
      { code: 'InvalidDBSnapshotStateFault' },
    );
    aws.call.DeleteDBSnapshot({ DBSnapshotIdentifier: 'bad' });
  });

  test('of a name or number that RDS refuses is refused', async () => {
    const create = (DBSnapshotIdentifier: string) =>
      aws.call.CreateDBSnapshot({ DBSnapshotIdentifier, DBInstanceIdentifier: 'orders' });
    for (const name of ['', '1st', 'a--b', 'a-', 'a_b', 'rds:orders']) {
      assert.throws(() => create(name), { code: 'InvalidParameterValue' }, name);
    }
    assert.throws(() => aws.call.CreateDBSnapshot({ DBSnapshotIdentifier: 'x', DBInstanceIdentifier: 'absent' }), {
      code: 'DBInstanceNotFoundFault',
    });
    for (const name of ['page-1', 'page-2', 'page-3']) {
      create(name);
      await aws.becomes('orders', 'available');
    }
    assert.throws(() => create('page-4'), {
      code: 'SnapshotQuotaExceededFault',
      message: 'Cannot create more than 4 manual snapshots',
    });
    const quotas = aws.call.DescribeAccountAttributes({}).AccountQuotas ?? [];
    assert.deepEqual(
      quotas.find(({ AccountQuotaName }) => AccountQuotaName === 'ManualSnapshots'),
      {
        AccountQuotaName: 'ManualSnapshots',
        Used: 4,
        Max: 4,
      },
    );
  });

  test('is listed on pages, each of which leads to the next', () => {
    const names: (string | undefined)[] = [];
    let pages = 0;
    let Marker: string | undefined;
    do {
      const page = aws.call.DescribeDBSnapshots({ SnapshotType: 'manual', Marker });
      names.push(...(page.DBSnapshots ?? []).map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier));
      Marker = page.Marker;
      pages += 1;
    } while (Marker !== undefined);
    assert.deepEqual([names, pages], [['first', 'page-1', 'page-2', 'page-3'], 2]);
    assert.deepEqual(aws.call.DescribeDBSnapshots({ DBInstanceIdentifier: 'proof' }).DBSnapshots, []);
    assert.throws(() => aws.call.DescribeDBSnapshots({ SnapshotType: 'weekly' }), { code: 'InvalidParameterValue' });
  });

  test('is taken a last time when an instance is deleted', async () => {
    await aws.snapshotBecomes('page-3', 'available');
    aws.call.DeleteDBSnapshot({ DBSnapshotIdentifier: 'page-3' });
    await aws.query('orders', 'create table last_words as select 1 as id');
    aws.call.DeleteDBInstance({ DBInstanceIdentifier: 'orders', FinalDBSnapshotIdentifier: 'last' });
    await aws.snapshotBecomes('last', 'available');
    await aws.rds.inspect.idle();
    assert.throws(() => aws.call.DescribeDBInstances({ DBInstanceIdentifier: 'orders' }), /not found/);
    aws.call.RestoreDBInstanceFromDBSnapshot({ DBInstanceIdentifier: 'orders', DBSnapshotIdentifier: 'last' });
    await aws.becomes('orders', 'available');
    assert.deepEqual(await aws.query('orders', 'select id from last_words'), [{ id: 1 }]);
  });
});
