import assert from 'node:assert/strict';
import { RDSClient } from '@aws-sdk/client-rds';
import { makeRdsCopies } from '../../../../shared/aws/rds/copies.ts';
import { makeRds } from '../../../../shared/aws/rds/instances.ts';
import { makeRdsStartStop } from '../../../../shared/aws/rds/start-stop.ts';
import { answering, nowhere, refusal } from '../../../support/answering.ts';

const rds = (answer: Parameters<typeof answering>[1] = () => ({})) => answering(new RDSClient(nowhere), answer);
const restore = {
  from: { snapshotId: 'gd-backup-own-1-1' },
  instanceId: 'gd-copy-own-1-1',
  instanceClass: 'db.r6g.large',
  parameterGroup: 'own',
  subnetGroup: 'isolated',
  securityGroupIds: ['sg-1'],
  tags: { 'pg-gameday:made-by': 'pg-gameday' },
};

describe('what is asked of RDS', () => {
  test('for a copy: isolated, of one zone, without backups of its own, and deletable', async () => {
    const { client, asked } = rds();
    assert.equal(await makeRds(client).restore(restore), true);
    assert.deepEqual(asked, [
      {
        command: 'RestoreDBInstanceFromDBSnapshot',
        input: {
          DBSnapshotIdentifier: 'gd-backup-own-1-1',
          DBInstanceIdentifier: 'gd-copy-own-1-1',
          DBInstanceClass: 'db.r6g.large',
          DBParameterGroupName: 'own',
          DBSubnetGroupName: 'isolated',
          VpcSecurityGroupIds: ['sg-1'],
          PubliclyAccessible: false,
          MultiAZ: false,
          AutoMinorVersionUpgrade: false,
          DeletionProtection: false,
          CopyTagsToSnapshot: false,
          BackupRetentionPeriod: 0,
          Tags: [{ Key: 'pg-gameday:made-by', Value: 'pg-gameday' }],
        },
      },
    ]);
  });

  test('to end a copy: nothing of it is kept, no snapshot and no automated backup', async () => {
    const { client, asked } = rds();
    await makeRds(client).deleteInstance('gd-copy-own-1-1');
    assert.deepEqual(asked, [
      {
        command: 'DeleteDBInstance',
        input: { DBInstanceIdentifier: 'gd-copy-own-1-1', SkipFinalSnapshot: true, DeleteAutomatedBackups: true },
      },
    ]);
  });

  test('to end a copy that is going already, or not there yet, is no error; any other refusal is', async () => {
    for (const name of ['DBInstanceNotFound', 'InvalidDBInstanceState']) {
      const { client } = rds(() => {
        throw refusal(name);
      });
      await makeRds(client).deleteInstance('gd-copy-own-1-1');
    }
    const { client } = rds(() => {
      throw refusal('InvalidParameterValue');
    });
    await assert.rejects(makeRds(client).deleteInstance('gd-copy-own-1-1'), { name: 'InvalidParameterValue' });
  });

  test('for a snapshot: its name, its instance and its tags', async () => {
    const { client, asked } = rds();
    await makeRds(client).createSnapshot('gd-backup-own-1-1', 'own-prod', { a: 'b' });
    assert.deepEqual(
      asked.map(({ input }) => input),
      [
        {
          DBSnapshotIdentifier: 'gd-backup-own-1-1',
          DBInstanceIdentifier: 'own-prod',
          Tags: [{ Key: 'a', Value: 'b' }],
        },
      ],
    );
  });

  test('for a copy in another region: under a key of that region, with the tags of the original', async () => {
    const { client, asked } = rds();
    await makeRdsCopies(client).start({ sourceArn: 'arn', id: 'gd-backup-own-1-1', kmsKeyId: 'key', tags: { a: 'b' } });
    assert.deepEqual(
      asked.map(({ input }) => input),
      [
        {
          SourceDBSnapshotIdentifier: 'arn',
          TargetDBSnapshotIdentifier: 'gd-backup-own-1-1',
          KmsKeyId: 'key',
          CopyTags: true,
          Tags: [{ Key: 'a', Value: 'b' }],
        },
      ],
    );
  });

  test('to stop a database: the tag by which it is started again goes first, and last when it is started', async () => {
    const { client, asked } = rds();
    const instance = { id: 'own-dev', arn: 'arn:aws:rds:us-east-1:123456789012:db:own-dev' };
    const power = makeRdsStartStop(client);
    await power.stop(instance, new Date('2026-03-02T20:00:00Z'));
    await power.start(instance);
    assert.deepEqual(
      asked.map(({ command }) => command),
      ['AddTagsToResource', 'StopDBInstance', 'StartDBInstance', 'RemoveTagsFromResource'],
    );
    assert.deepEqual(asked[0]?.input['Tags'], [{ Key: 'pg-gameday:stopped-at', Value: '2026-03-02T20:00:00.000Z' }]);
  });
});
