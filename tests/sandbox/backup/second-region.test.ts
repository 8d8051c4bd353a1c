import assert from 'node:assert/strict';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { DBSnapshot } from '@aws-sdk/client-rds';
import pg from 'pg';
import { runSchedule } from '../../../sandbox/permissions/run-schedule.ts';
import { devStage } from '../../../sandbox/stage-policy.ts';
import { AwsError } from '../../../sandbox/wire/aws-error.ts';
import { ProveSnapshotOutput } from '../../../shared/contracts/prove-snapshot.ts';
import { RungReport } from '../../../shared/contracts/verification.ts';
import { restoreTagKeys } from '../../../shared/domain/resource/restore-tags.ts';
import { copyTags, tagKeys } from '../../../shared/domain/resource/throw-away.ts';
import {
  type BackupFixture,
  type BackupRun,
  invokes,
  openBackupFixture,
  policyOf,
  region,
} from '../../support/sandbox/backup.ts';

const { dr } = devStage();
const policy = policyOf('own');

describe('the copy of a snapshot in the second region', () => {
  let fixture: BackupFixture;
  let first: BackupRun;
  beforeAll(async () => {
    fixture = await openBackupFixture({ database: 'own', rds: { limits: { copiesInProgress: 1 } }, fill });
    first = await fixture.run();
  });
  afterAll(() => fixture.close());

  const inSecond = <T>(service: string, operation: string, input: object): Promise<T> =>
    fixture.sandbox.dispatch(service, operation, input, {
      region: dr?.region ?? '',
      caller: fixture.sandbox.credentials.operator.caller,
    }) as Promise<T>;
  const away = <T>(operation: string, input: object) => inSecond<T>('rds', operation, input);
  const second = () => {
    const [, found] = fixture.sandbox.stacks;
    assert.ok(found);
    return found;
  };
  const readInSecond = async (Key: string): Promise<string> => {
    const Bucket = second().buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
    const { Body } = await inSecond<{ Body: Readable | Uint8Array }>('s3', 'GetObject', { Bucket, Key });
    return Body instanceof Uint8Array ? Buffer.from(Body).toString() : text(Body);
  };
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
  /** Which witness is the snapshot's, as the proof of the run was given it. */
  const witnessOf = async ({ evidence }: BackupRun): Promise<unknown> => {
    const { input } = await fixture.call<{ input: string }>('states', 'DescribeExecution', {
      executionArn: evidence.proof?.executionArn,
    });
    return (JSON.parse(input) as { witness: unknown }).witness;
  };
  /** Proven where it was taken, reported as not copied. */
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
    const { predicted, actual } = first.evidence.cost ?? {};
    assert.deepEqual(
      predicted?.parts.map(({ name }) => name.split(' of ')[0]),
      ['copy', '20 GB', 'snapshot', 'copy', 'transfer to another region'],
    );
    assert.ok(predicted?.total && actual?.total, 'each class of the sandbox has a price');
    assert.ok(0 < actual.hours && actual.hours < predicted.hours && actual.total < predicted.total);
    const copy = await copyOf(first.snapshotId);
    assert.deepEqual([copy?.Status, copy?.Encrypted, copy?.KmsKeyId], ['available', true, dr?.kmsKeyId]);
    const tags = Object.fromEntries((copy?.TagList ?? []).map(({ Key, Value }) => [Key, Value]));
    // No verdict of its own: it was proven where it was taken, and each region counts its own.
    assert.deepEqual(tags, {
      [tagKeys.madeBy]: 'pg-gameday',
      [tagKeys.purpose]: 'backup',
      [tagKeys.workflow]: 'backup-and-verify',
      [tagKeys.database]: 'own',
      [tagKeys.execution]: first.name,
      [tagKeys.originVerdict]: 'exact',
      [restoreTagKeys.instanceClass]: 'db.t3.large',
      [restoreTagKeys.parameterGroup]: `${policy.instance}-parameters`,
    });
  });

  test('is proven there by hand, with what lies there: copy, witness, secret and parameter group', async () => {
    const { executionArn } = await inSecond<{ executionArn: string }>('states', 'StartExecution', {
      stateMachineArn: second().stateMachines.find(({ name }) => name === 'prove-snapshot-dev')?.arn,
      input: JSON.stringify({
        database: 'own',
        backup: { kind: 'snapshot', snapshotId: first.snapshotId },
        witnessKey: `backup-and-verify/own/${first.name}/witness-1.json.gz`,
        witness: await witnessOf(first),
        evidencePrefix: 'backup-and-verify/own/by-hand',
        attempt: 1,
        isLastAttempt: true,
      }),
    });
    assert.match(executionArn, /:us-west-2:/);
    const { status, output } = await fixture.sandbox.states.waitForEnd(executionArn);
    const result = ProveSnapshotOutput.parse(JSON.parse(output ?? ''));
    assert.deepEqual([status, result.failure, result.cleanUpFailure], ['SUCCEEDED', null, null]);
    const reports = await Promise.all(result.rungsKeys.map(readInSecond));
    const rungs = reports.flatMap((report) => RungReport.parse(JSON.parse(report)).rungs);
    assert.deepEqual(
      rungs.filter(({ status }) => status !== 'passed'),
      [],
    );
    assert.ok(rungs.some(({ name }) => name === 'tables'));
    assert.deepEqual(fixture.sandbox.rds.inspect.instances(dr?.region), []);
  });

  test('is not restored there by a role that may not give RDS the use of its key, and that is reported', async () => {
    fixture.sandbox.iam.withhold({ role: 'StartRestoreRole', policy: 'task', sid: 'GrantKeysOfSnapshots' });
    try {
      const { executionArn } = await inSecond<{ executionArn: string }>('states', 'StartExecution', {
        stateMachineArn: second().stateMachines.find(({ name }) => name === 'prove-snapshot-dev')?.arn,
        input: JSON.stringify({
          database: 'own',
          backup: { kind: 'snapshot', snapshotId: first.snapshotId },
          witnessKey: `backup-and-verify/own/${first.name}/witness-1.json.gz`,
          witness: await witnessOf(first),
          evidencePrefix: 'backup-and-verify/own/without-key',
          attempt: 1,
          isLastAttempt: true,
        }),
      });
      const { output } = await fixture.sandbox.states.waitForEnd(executionArn);
      const { failure } = ProveSnapshotOutput.parse(JSON.parse(output ?? ''));
      assert.deepEqual([failure?.state, failure?.error], ['StartRestore', 'AccessDeniedError']);
      assert.match(failure?.cause ?? '', /role may not use the key of snapshot/);
    } finally {
      fixture.sandbox.iam.withhold(undefined);
    }
  });

  test('is looked after there: the watch reports its age, the sweep removes what expired, and no more runs by itself', async () => {
    const rules = second().rules.map(({ name }) => name.replace(/-dev$/, ''));
    assert.deepEqual(rules.sort(), [
      ...['alert-event', 'alert-test', 'collect-health', 'dr-drill', 'dr-promotion-event', 'dr-readiness'],
      ...['keep-lease', 'sweep-leftovers', 'watch-alerts', 'watch-backups'],
    ]);
    assert.equal(await runSchedule(fixture.sandbox, 'watch-backups', second()), undefined);
    const reported = fixture.sandbox.metrics.list(dr?.region ?? '').map(({ name }) => name);
    assert.ok(reported.includes('OddBackups'));
    // The one database that is backed up nightly has no copy here, and an alarm hears that.
    assert.ok(!reported.includes('VerifiedBackupHours') && !reported.includes('RestorableSeconds'));
    for (const [name, expiresAt] of [
      ['gd-copy-own-expired-1', new Date(Date.now() - 60_000)],
      ['gd-copy-own-running-1', new Date(Date.now() + 3_600_000)],
    ] as const) {
      await away('CreateDBInstance', {
        DBInstanceIdentifier: name,
        Engine: 'postgres',
        DBInstanceClass: 'db.t3.micro',
        AllocatedStorage: 20,
        MasterUsername: 'postgres',
        MasterUserPassword: 'of-a-left-over',
        BackupRetentionPeriod: 0,
        Tags: Object.entries(copyTags('own', 'by-hand', expiresAt)).map(([Key, Value]) => ({ Key, Value })),
      });
    }
    await fixture.sandbox.rds.inspect.idle();
    assert.equal(await runSchedule(fixture.sandbox, 'sweep-leftovers'), undefined);
    assert.equal(fixture.sandbox.rds.inspect.instances(dr?.region).length, 2, 'each region is swept by its own');
    assert.equal(await runSchedule(fixture.sandbox, 'sweep-leftovers', second()), undefined);
    await fixture.sandbox.rds.inspect.idle();
    assert.deepEqual(
      fixture.sandbox.rds.inspect.instances(dr?.region).map(({ identifier }) => identifier),
      ['gd-copy-own-running-1'],
    );
  });

  test('is made although the month’s drills have cost too much: only the proof is left out, and a person is not held', async () => {
    const Bucket = fixture.sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
    const month = new Date().toISOString().slice(0, 7);
    const [own, other] = [first.name, 'of-another'].map((name) => `drill-costs/${month}/${name}.json`);
    const stored = await fixture.call<{ Contents: { Key: string }[] }>('s3', 'ListObjectsV2', {
      Bucket,
      Prefix: `drill-costs/${month}/`,
    });
    assert.deepEqual(
      stored.Contents.map(({ Key }) => Key),
      [own],
    );
    const entry = { execution: 'of-another', database: 'fantasy', hours: 1, money: 1_000_000, isActual: true };
    await fixture.call('s3', 'PutObject', { Bucket, Key: other, Body: Buffer.from(JSON.stringify(entry)) });
    const capped = await fixture.run({ input: { database: 'own', startedBy: 'schedule' } });
    assert.equal(capped.error, 'CostCapReached', capped.cause);
    const { verdict, proof, failure, cost } = capped.evidence;
    assert.deepEqual([verdict, proof, cost?.actual], ['failed', null, null]);
    assert.match(failure?.cause ?? '', /not restored: it may cost [0-9.]+, the month's other drills 10\d{5}\.\d\d/);
    assert.equal((await copyOf(capped.snapshotId))?.Status, 'available');
    assert.match(capped.notifications[0]?.topicArn ?? '', /:pg-gameday-p2-dev$/);
    assert.match(capped.notifications[0]?.subject ?? '', /NOT VERIFIED: not restored, for its cost/);
    const byHand = await fixture.run();
    assert.equal(byHand.status, 'SUCCEEDED', byHand.cause);
    assert.match(byHand.evidence.cost?.cap.told ?? '', /the month's other drills/);
    await fixture.call('s3', 'DeleteObject', { Bucket, Key: other });
  });

  test('is restored instead of the snapshot when it is its turn, and both report which of them was', async () => {
    const run = await fixture.run({ input: { database: 'own', prove: 'copy' } });
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    const { proof, verdict, summary, rungs } = run.evidence;
    assert.deepEqual([proof?.region, verdict], [dr?.region, 'exact']);
    assert.match(summary, /; proven by its copy in us-west-2$/);
    assert.ok(rungs.every(({ status }) => status === 'passed'));
    const tagsOf = (snapshot: DBSnapshot | undefined) =>
      Object.fromEntries((snapshot?.TagList ?? []).map(({ Key = '', Value }) => [Key, Value]));
    const copy = tagsOf(await copyOf(run.snapshotId));
    assert.deepEqual([copy[tagKeys.verdict], copy[tagKeys.originVerdict]], ['exact', undefined]);
    const { DBSnapshots } = await fixture.call<{ DBSnapshots: DBSnapshot[] }>('rds', 'DescribeDBSnapshots', {
      DBSnapshotIdentifier: run.snapshotId,
    });
    const original = tagsOf(DBSnapshots[0]);
    assert.deepEqual([original[tagKeys.verdict], original[tagKeys.copyVerdict]], [undefined, 'exact']);
    assert.deepEqual(run.copies, []);
  });

  test('waits while RDS makes no more at once, and is one although the answer to the first call was lost', async () => {
    const statuses: string[] = [];
    let isLost = false;
    // It is on its way until this run was told so, on a machine of any speed.
    const { inspect } = fixture.sandbox.rds;
    await copyFirstTo('another-team').then(inspect.idle);
    const other = inspect.snapshots().find(({ identifier }) => identifier === 'another-team') ?? assert.fail();
    other.status = 'copying';
    const run = await fixture.run({
      hook: async (call, next) => {
        if (call.operation === 'CopyDBSnapshot' && statuses.length > 0 && !isLost) {
          await next();
          isLost = true;
          throw new AwsError('InternalFailure', 'the answer is lost', { status: 500 });
        }
        if (!invokes(call, 'copySnapshot')) return next();
        const answer = (await next()) as { Payload: Uint8Array };
        statuses.push(JSON.parse(Buffer.from(answer.Payload).toString()).status);
        other.status = 'available';
        return answer;
      },
    });
    assert.equal(run.status, 'SUCCEEDED', run.cause);
    assert.deepEqual([statuses[0], statuses.at(-1), isLost], ['queued', 'available', true]);
    assert.equal((await copyOf(run.snapshotId))?.Status, 'available');
  });

  test('that fails, or whose name somebody else has taken, leaves the snapshot proven, and is reported by name', async () => {
    const before = (prepare: (snapshotId: string) => unknown) =>
      fixture.run({
        hook: async (call, next, { snapshotId }) => {
          if (invokes(call, 'copySnapshot') && (await copyOf(snapshotId)) === undefined) await prepare(snapshotId);
          return next();
        },
      });
    const taken = await before(copyFirstTo);
    const failed = await before((identifier) =>
      fixture.sandbox.rds.inspect.planFailure({
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
