import assert from 'node:assert/strict';
import type { DBInstance } from '@aws-sdk/client-rds';
import { asAdministrator } from '../../sandbox/postgres/administration.ts';
import { poll } from '../../sandbox/postgres/poll.ts';
import { openAccount, region, type TestAccount } from './rds-account.ts';

const elsewhere = 'eu-west-1';

describe('a read replica of the emulated RDS', () => {
  let aws: TestAccount;
  let source: DBInstance;

  beforeAll(async () => {
    aws = await openAccount({ speed: 1_000 });
    await aws.createOrders({ DBInstanceIdentifier: 'plain' });
    source = await aws.createOrders({ BackupRetentionPeriod: 1, StorageEncrypted: true });
    await aws.query('orders', 'create table item as select 1 as id');
  });
  afterAll(() => aws.close());

  const create = (name: string, more: object = {}, where = region) =>
    aws.call.CreateDBInstanceReadReplica(
      { DBInstanceIdentifier: name, SourceDBInstanceIdentifier: 'orders', ...more },
      where,
    );
  const one = (name: string, where = region) =>
    aws.call.DescribeDBInstances({ DBInstanceIdentifier: name }, where).DBInstances?.[0];
  const read = (name: string, sql: string, where = region) =>
    asAdministrator(
      aws.rds.inspect.server(where, name),
      async (client) => (await client.query<Record<string, unknown>>(sql)).rows,
      'shop',
    );
  const slots = () => read('orders', "select count(*)::int from pg_replication_slots where slot_type = 'physical'");

  async function hasRow(name: string, id: number, where = region): Promise<void> {
    const found = await poll(20_000, async () => {
      const rows = await read(name, `select id from item where id = ${id}`, where);
      return rows.length === 1 ? true : undefined;
    });
    assert.ok(found, `row ${id} did not reach '${name}'`);
  }

  test('needs a source with automated backups, and elsewhere a key of its region', () => {
    const away = { SourceDBInstanceIdentifier: source.DBInstanceArn };
    assert.throws(() => create('never', { SourceDBInstanceIdentifier: 'plain' }), {
      code: 'InvalidDBInstanceStateFault',
      message: /^Automated backups are not enabled/,
    });
    assert.throws(() => create('never', { SourceDBInstanceIdentifier: 'absent' }), { code: 'DBInstanceNotFoundFault' });
    assert.throws(() => create('orders'), { code: 'DBInstanceAlreadyExistsFault' });
    assert.throws(() => create('never', {}, elsewhere), { code: 'DBInstanceNotFoundFault' });
    assert.throws(() => create('never', away, elsewhere), { code: 'InvalidParameterCombination' });
    assert.throws(() => create('never', { ...away, KmsKeyId: source.KmsKeyId }, elsewhere), {
      code: 'KMSKeyNotAccessibleFault',
    });
    assert.deepEqual(one('orders')?.ReadReplicaDBInstanceIdentifiers, []);
  });

  test('streams from its source, takes no writes, and both name each other', async () => {
    create('near');
    create('far', { SourceDBInstanceIdentifier: source.DBInstanceArn, KmsKeyId: 'alias/dr' }, elsewhere);
    const near = await aws.becomes('near', 'available');
    const far = await aws.becomes('far', 'available', elsewhere);
    const replicating = [{ StatusType: 'read replication', Normal: true, Status: 'replicating' }];
    assert.deepEqual([near.StatusInfos, far.StatusInfos], [replicating, replicating]);
    assert.equal(near.ReadReplicaSourceDBInstanceIdentifier, 'orders');
    assert.equal(far.ReadReplicaSourceDBInstanceIdentifier, source.DBInstanceArn);
    assert.deepEqual(one('orders')?.ReadReplicaDBInstanceIdentifiers, ['near', far.DBInstanceArn]);
    assert.deepEqual([near.KmsKeyId, far.KmsKeyId?.split(':')[3]], [source.KmsKeyId, elsewhere]);
    assert.equal(near.BackupRetentionPeriod, 0);
    await aws.query('orders', 'insert into item values (2)');
    await hasRow('near', 2);
    await hasRow('far', 2, elsewhere);
    await assert.rejects(aws.query('near', 'insert into item values (3)'), /read-only transaction/);
    assert.deepEqual(await slots(), [{ count: 2 }]);
  });

  test('follows its source through a restart of either, and keeps it from being stopped', async () => {
    aws.call.RebootDBInstance({ DBInstanceIdentifier: 'orders' });
    aws.call.RebootDBInstance({ DBInstanceIdentifier: 'near' });
    await Promise.all([aws.becomes('orders', 'available'), aws.becomes('near', 'available')]);
    await aws.query('orders', 'insert into item values (4)');
    await hasRow('near', 4);
    await hasRow('far', 4, elsewhere);
    for (const DBInstanceIdentifier of ['orders', 'near']) {
      assert.throws(() => aws.call.StopDBInstance({ DBInstanceIdentifier }), {
        code: 'InvalidDBInstanceStateFault',
        message: /read replica/,
      });
    }
  });

  test('becomes an instance of its own with the backups asked for, once', async () => {
    assert.throws(() => aws.call.PromoteReadReplica({ DBInstanceIdentifier: 'orders' }), /is not a read replica/);
    const seen = new Set<string>();
    aws.call.PromoteReadReplica({ DBInstanceIdentifier: 'near', BackupRetentionPeriod: 3 });
    const promoted = await poll(30_000, () => {
      const now = one('near');
      seen.add(now?.DBInstanceStatus ?? '');
      return now?.DBInstanceStatus === 'available' ? now : undefined;
    });
    assert.deepEqual([...seen], ['modifying', 'rebooting', 'backing-up', 'available']);
    assert.equal(promoted?.BackupRetentionPeriod, 3);
    assert.deepEqual([promoted?.ReadReplicaSourceDBInstanceIdentifier, promoted?.StatusInfos], [undefined, undefined]);
    await aws.query('near', 'insert into item values (5)');
    await aws.query('orders', 'insert into item values (6)');
    await hasRow('far', 6, elsewhere);
    assert.deepEqual(
      await read('near', 'select id from item order by id'),
      [1, 2, 4, 5].map((id) => ({ id })),
    );
    const dropped = await poll(10_000, async () => ((await slots())[0]?.['count'] === 1 ? true : undefined));
    assert.ok(dropped, 'the source keeps the slot of the promoted replica');
    assert.throws(() => aws.call.PromoteReadReplica({ DBInstanceIdentifier: 'near' }), /is not a read replica/);
  });

  test('is promoted when its source hangs', async () => {
    create('rescue', { SourceDBInstanceIdentifier: source.DBInstanceArn, KmsKeyId: 'alias/dr' }, elsewhere);
    await aws.becomes('rescue', 'available', elsewhere);
    const hanging = aws.rds.inspect.server(region, 'orders');
    hanging.freeze();
    aws.call.PromoteReadReplica({ DBInstanceIdentifier: 'rescue', BackupRetentionPeriod: 0 }, elsewhere);
    await aws.becomes('rescue', 'rebooting', elsewhere);
    const rescued = await aws.becomes('rescue', 'available', elsewhere);
    hanging.thaw();
    assert.equal(rescued.StatusInfos, undefined);
    assert.deepEqual(await read('rescue', 'select pg_is_in_recovery() as standby', elsewhere), [{ standby: false }]);
    assert.deepEqual(one('orders')?.ReadReplicaDBInstanceIdentifiers, [one('far', elsewhere)?.DBInstanceArn]);
  });

  test('is not promoted while it is backing up', async () => {
    create('busy');
    await aws.becomes('busy', 'available');
    const busy = aws.rds.inspect.instances().find(({ identifier }) => identifier === 'busy');
    assert.ok(busy);
    busy.status = 'backing-up';
    assert.throws(() => aws.call.PromoteReadReplica({ DBInstanceIdentifier: 'busy' }), {
      code: 'InvalidDBInstanceStateFault',
    });
    busy.status = 'available';
    assert.throws(
      () => aws.call.DeleteDBInstance({ DBInstanceIdentifier: 'busy', FinalDBSnapshotIdentifier: 'last' }),
      { code: 'InvalidParameterCombination' },
    );
  });

  test('survives its source: in its region as an instance of its own, elsewhere without replication', async () => {
    await aws.query('orders', 'insert into item values (7)');
    aws.call.DeleteDBInstance({ DBInstanceIdentifier: 'orders', SkipFinalSnapshot: true });
    const own = await poll(30_000, () => {
      const busy = one('busy');
      return busy?.StatusInfos === undefined && busy?.DBInstanceStatus === 'available' ? busy : undefined;
    });
    assert.ok(own, 'the replica of the same region was not promoted');
    await aws.query('busy', 'insert into item values (8)');
    await hasRow('busy', 7);
    await aws.rds.inspect.idle();
    const far = one('far', elsewhere);
    assert.deepEqual(far?.StatusInfos, [{ StatusType: 'read replication', Normal: false, Status: 'terminated' }]);
    assert.equal(far.DBInstanceStatus, 'available');
    await hasRow('far', 7, elsewhere);
    assert.deepEqual(await read('far', 'select pg_is_in_recovery() as standby', elsewhere), [{ standby: true }]);
    aws.call.PromoteReadReplica({ DBInstanceIdentifier: 'far', BackupRetentionPeriod: 0 }, elsewhere);
    await poll(30_000, () => (one('far', elsewhere)?.StatusInfos === undefined ? true : undefined));
    await aws.becomes('far', 'available', elsewhere);
    assert.deepEqual(await read('far', 'select pg_is_in_recovery() as standby', elsewhere), [{ standby: false }]);
    assert.deepEqual(aws.rds.inspect.problems, []);
  });
});
