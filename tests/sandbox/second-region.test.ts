import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { DBSnapshot } from '@aws-sdk/client-rds';
import pg from 'pg';
import { devStage } from '../../sandbox/stage-policy.ts';
import { AwsError } from '../../sandbox/wire/aws-error.ts';
import { restoreTagKeys } from '../../shared/domain/restore-tags.ts';
import { tagKeys } from '../../shared/domain/throw-away.ts';
import { type BackupBed, type BackupRun, invokes, openBackupBed, policyOf, region } from '../support/sandbox-backup.ts';

const { dr } = devStage();
const policy = policyOf('own');

describe('the copy of a snapshot in the second region', () => {
  let bed: BackupBed;
  let first: BackupRun;
  before(async () => {
    bed = await openBackupBed({ database: 'own', rds: { limits: { copiesInProgress: 1 } }, fill });
    first = await bed.run();
  });
  after(() => bed.close());

  const away = <T>(operation: string, input: object): Promise<T> =>
    bed.sandbox.dispatch('rds', operation, input, {
      region: dr?.region ?? '',
      caller: bed.sandbox.credentials.operator.caller,
    }) as Promise<T>;
  const copyOf = async (snapshotId: string): Promise<DBSnapshot | undefined> => {
    const { DBSnapshots } = await away<{ DBSnapshots: DBSnapshot[] }>('DescribeDBSnapshots', {
      SnapshotType: 'manual',
    });
    return DBSnapshots.find(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier === snapshotId);
  };
  const copyFirstTo = (TargetDBSnapshotIdentifier: string) =>
    away('CopyDBSnapshot', {
      SourceDBSnapshotIdentifier: `arn:aws:rds:${region}:123456789012:snapshot:${first.snapshotId}`,
      TargetDBSnapshotIdentifier,
      KmsKeyId: dr?.kmsKeyId,
      CopyTags: true,
    });
  /** Proven where it was taken, told as not copied. */
  const assertNotCopied = (run: BackupRun, error: string): void => {
    assert.equal(run.error, error, run.cause);
    const { verdict, summary, failure, copyFailure, copiedTo } = run.evidence;
    assert.deepEqual([verdict, failure, copyFailure?.error, copiedTo], ['exact', null, error, null]);
    assert.match(summary, new RegExp(`; not copied to another region: ${error}$`));
    assert.deepEqual(run.copies, []);
    assert.match(run.notifications[0]?.topicArn ?? '', /:pg-gameday-p2-dev$/);
    assert.match(run.notifications[0]?.subject ?? '', /verified: exact, NOT COPIED/);
  };

  test('is encrypted with that region’s key, and bears what a restore there needs', async () => {
    assert.equal(first.status, 'SUCCEEDED', first.cause);
    assert.equal(first.evidence.copiedTo, dr?.region);
    const copy = await copyOf(first.snapshotId);
    assert.deepEqual([copy?.Status, copy?.Encrypted, copy?.KmsKeyId], ['available', true, dr?.kmsKeyId]);
    const tags = Object.fromEntries((copy?.TagList ?? []).map(({ Key, Value }) => [Key, Value]));
    // No verdict of its own: it was proven where it was taken, and each region counts its own.
    assert.deepEqual(tags, {
      [tagKeys.madeBy]: 'pg-gameday',
      [tagKeys.purpose]: 'backup',
      [tagKeys.database]: 'own',
      [tagKeys.execution]: first.name,
      [tagKeys.originVerdict]: 'exact',
      [restoreTagKeys.instanceClass]: 'db.t3.large',
      [restoreTagKeys.parameterGroup]: `${policy.instance}-parameters`,
    });
  });

  test('waits while RDS makes no more at once, and is one although the answer to the first call was lost', async () => {
    const statuses: string[] = [];
    let isBusy = false;
    let isLost = false;
    const run = await bed.run({
      hook: async (call, next) => {
        if (call.operation === 'CopyDBSnapshot' && statuses.length > 0 && !isLost) {
          await next();
          isLost = true;
          throw new AwsError('InternalFailure', 'the answer is lost', { status: 500 });
        }
        if (!invokes(call, 'copySnapshot')) return next();
        if (!isBusy) await copyFirstTo('another-team');
        isBusy = true;
        const answer = (await next()) as { Payload: Uint8Array };
        statuses.push((JSON.parse(Buffer.from(answer.Payload).toString()) as { status: string }).status);
        return answer;
      },
    });
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    assert.equal(statuses[0], 'queued');
    assert.equal(statuses.at(-1), 'available');
    assert.equal(isLost, true);
    assert.equal((await copyOf(run.snapshotId))?.Status, 'available');
  });

  test('that fails, or whose name somebody else has taken, leaves the snapshot proven, and is told by name', async () => {
    const before = (prepare: (snapshotId: string) => unknown) =>
      bed.run({
        hook: async (call, next, { snapshotId }) => {
          if (invokes(call, 'copySnapshot') && (await copyOf(snapshotId)) === undefined) await prepare(snapshotId);
          return next();
        },
      });
    const taken = await before(copyFirstTo);
    const failed = await before((identifier) =>
      bed.sandbox.rds.inspect.planFailure({
        kind: 'snapshot',
        identifier,
        status: 'failed',
        region: dr?.region ?? '',
      }),
    );
    assertNotCopied(taken, 'SnapshotNotOursError');
    assertNotCopied(failed, 'SnapshotCopyFailedError');
  });
});

async function fill(master: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(master);
  await client.connect();
  await client.query('create table orders (id integer primary key)');
  await client.query('insert into orders select generate_series(1, 100)');
  await client.query('vacuum (freeze, analyze)');
  await client.end();
}
