import assert from 'node:assert/strict';
import { RDSClient } from '@aws-sdk/client-rds';
import { makeRdsCopies } from '../../../../shared/aws/rds/copies.ts';

const request = {
  sourceArn: 'arn:aws:rds:us-east-1:123456789012:snapshot:gd-backup-a-1-1',
  id: 'gd-backup-a-1-1',
  kmsKeyId: 'arn:aws:kms:us-west-2:123456789012:key/1',
  tags: {},
};

/** RDS of a region that refuses a copy by this name, and holds snapshots of these states. */
function refusing(name: string, statuses: readonly string[] = []): RDSClient {
  const client = new RDSClient({ region: 'us-west-2', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  client.middlewareStack.add(
    (_next, { commandName }) =>
      async () => {
        if (commandName === 'CopyDBSnapshotCommand') throw Object.assign(new Error('refused'), { name, $metadata: {} });
        const DBSnapshots = statuses.map((Status, index) => ({ DBSnapshotIdentifier: `other-${index}`, Status }));
        return { output: { $metadata: {}, DBSnapshots }, response: {} };
      },
    { step: 'initialize' },
  );
  return client;
}

describe('a copy that RDS refuses', () => {
  test('is there already when its name is taken', async () => {
    assert.equal(await makeRdsCopies(refusing('DBSnapshotAlreadyExistsFault')).start(request), 'exists');
  });

  test('is queued while others are on their way to the region, for RDS has one error for two limits', async () => {
    for (const name of ['SnapshotQuotaExceededFault', 'SnapshotQuotaExceeded']) {
      for (const status of ['copying', 'pending']) {
        assert.equal(await makeRdsCopies(refusing(name, ['available', status])).start(request), 'queued');
      }
    }
  });

  test('is asked for again when nothing is on its way any more, and begins if there is room now', async () => {
    const client = refusing('SnapshotQuotaExceededFault', ['available']);
    let asked = 0;
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName !== 'CopyDBSnapshotCommand') return next(args);
          asked += 1;
          return asked === 1 ? next(args) : { output: { $metadata: {} }, response: {} };
        },
      { step: 'initialize', priority: 'high' },
    );
    assert.equal(await makeRdsCopies(client).start(request), 'started');
    assert.equal(asked, 2);
  });

  test('has no room when nothing is on its way', async () => {
    await assert.rejects(makeRdsCopies(refusing('SnapshotQuotaExceededFault', ['available'])).start(request), {
      name: 'SnapshotQuotaExceededError',
      message: /'gd-backup-a-1-1'\nHINT: Raise the RDS quota/,
    });
  });

  test('names the key that cannot be used', async () => {
    await assert.rejects(makeRdsCopies(refusing('KMSKeyNotAccessibleFault')).start(request), {
      name: 'SnapshotCopyFailedError',
      message: /cannot be encrypted with key 'arn:aws:kms:us-west-2:123456789012:key\/1'\nHINT: /,
    });
  });

  test('for any other reason keeps the name that AWS gave it', async () => {
    await assert.rejects(makeRdsCopies(refusing('InvalidDBSnapshotStateFault')).start(request), {
      name: 'InvalidDBSnapshotStateFault',
    });
  });
});
