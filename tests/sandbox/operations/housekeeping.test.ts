import assert from 'node:assert/strict';
import {
  AddTagsToResourceCommand,
  DeleteDBInstanceCommand,
  DeleteDBSnapshotCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { runSchedule } from '../../../sandbox/permissions/run-schedule.ts';
import { devStage } from '../../../sandbox/stage-policy.ts';
import {
  backupTags,
  copyInstanceId,
  copyTags,
  type Tags,
  tagKeys,
} from '../../../shared/domain/resource/throw-away.ts';
import { type BackupFixture, openBackupFixture, policy, region } from '../../support/sandbox/backup.ts';

const { dr } = devStage();
const day = 86_400_000;
const backup: Tags = { [tagKeys.madeBy]: 'pg-gameday', [tagKeys.purpose]: 'backup', [tagKeys.database]: 'fantasy' };
const copied = { ...backup, [tagKeys.originVerdict]: 'exact' };
const verified = { ...backup, [tagKeys.verdict]: 'exact' };

describe('retention and the sweep of left-overs', () => {
  let fixture: BackupFixture;
  beforeAll(async () => {
    fixture = await openBackupFixture({ fill: async () => {} });
  });
  afterAll(() => fixture.close());

  const Tags = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  /** The middle of the month before last and some days more: no month ends between them. */
  const middleOfMonth = () => {
    const today = new Date();
    return Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 2, 10);
  };
  const away = <T>(operation: string, input: object) =>
    fixture.sandbox.dispatch('rds', operation, input, {
      region: dr?.region ?? '',
      caller: fixture.sandbox.credentials.operator.caller,
    }) as Promise<T>;
  const copySnapshot = async (name: string, original: string, tags: Tags, takenAt: number) => {
    await away('CopyDBSnapshot', {
      SourceDBSnapshotIdentifier: `arn:aws:rds:${region}:123456789012:snapshot:${original}`,
      TargetDBSnapshotIdentifier: name,
      KmsKeyId: dr?.kmsKeyId,
      Tags: Tags(tags),
    });
    await fixture.sandbox.rds.inspect.idle();
    fixture.sandbox.rds.inspect.ageSnapshot(dr?.region ?? '', name, new Date(takenAt));
  };
  const makeSnapshot = async (name: string, tags: Tags, takenAt: number) => {
    await fixture.call('rds', 'CreateDBSnapshot', {
      DBSnapshotIdentifier: name,
      DBInstanceIdentifier: policy.instance,
      Tags: Tags(tags),
    });
    await fixture.sandbox.rds.inspect.idle();
    fixture.sandbox.rds.inspect.ageSnapshot(region, name, new Date(takenAt));
  };
  const snapshots = async () => {
    const { DBSnapshots } = await fixture.call<{ DBSnapshots: { DBSnapshotIdentifier: string }[] }>(
      'rds',
      'DescribeDBSnapshots',
      { SnapshotType: 'manual' },
    );
    return DBSnapshots.map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier).sort();
  };
  const makeInstance = async (name: string, tags: Tags) => {
    await fixture.call('rds', 'CreateDBInstance', {
      DBInstanceIdentifier: name,
      Engine: 'postgres',
      DBInstanceClass: 'db.t3.micro',
      AllocatedStorage: 20,
      MasterUsername: 'postgres',
      MasterUserPassword: 'of-a-left-over',
      BackupRetentionPeriod: 0,
      Tags: Tags(tags),
    });
  };
  const instances = () =>
    fixture.sandbox.rds.inspect
      .instances(region)
      .filter(({ status }) => status !== 'deleting')
      .map(({ identifier }) => identifier)
      .sort();
  const as = (logicalId: string) =>
    new RDSClient({
      endpoint: fixture.sandbox.endpoint,
      region,
      credentials: fixture.sandbox.credentials.issue(
        fixture.sandbox.template.roles.find((role) => role.logicalId === logicalId)?.arn ?? '',
        'test',
      ),
      maxAttempts: 1,
    });

  test('retention deletes what the rule no longer keeps, and nothing that is held, foreign or the newest verified', async () => {
    const start = middleOfMonth();
    await makeSnapshot('gd-backup-fantasy-old-1', backup, start);
    await makeSnapshot('gd-backup-fantasy-held-1', { ...backup, [tagKeys.hold]: 'audit' }, start + day);
    await makeSnapshot('gd-backup-fantasy-newest-1', verified, start + 2 * day);
    await makeSnapshot('before-the-release', backup, start);
    await makeSnapshot('gd-backup-by-hand', {}, start);
    // The second region has its own newest: what happens to the originals is no matter there.
    const original = 'gd-backup-fantasy-newest-1';
    await copySnapshot('gd-backup-fantasy-old-1', original, backup, start);
    await copySnapshot('gd-backup-fantasy-held-1', original, { ...backup, [tagKeys.hold]: 'audit' }, start);
    await copySnapshot('gd-backup-fantasy-newest-1', original, copied, start + day);
    await copySnapshot('gd-backup-by-hand', original, {}, start);
    assert.equal(await runSchedule(fixture.sandbox, 'retention'), undefined);
    assert.deepEqual(await snapshots(), [
      'before-the-release',
      'gd-backup-by-hand',
      'gd-backup-fantasy-held-1',
      'gd-backup-fantasy-newest-1',
    ]);
    const { DBSnapshots } = await away<{ DBSnapshots: { DBSnapshotIdentifier: string }[] }>('DescribeDBSnapshots', {});
    assert.deepEqual(DBSnapshots.map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier).sort(), [
      'gd-backup-by-hand',
      'gd-backup-fantasy-held-1',
      'gd-backup-fantasy-newest-1',
    ]);
  });

  test('retention stores its plan before it acts, and its record afterwards', async () => {
    const Bucket = fixture.sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
    const { Contents } = await fixture.call<{ Contents: { Key: string; LastModified: Date }[] }>(
      's3',
      'ListObjectsV2',
      {
        Bucket,
        Prefix: 'retention/',
      },
    );
    const [plan, record] = ['plan.json', 'record.json'].map((name) => Contents.find(({ Key }) => Key.endsWith(name)));
    assert.ok(plan && record);
    assert.ok(Number(plan.LastModified) <= Number(record.LastModified));
    const decisions = fixture.lines.filter(({ message }) => message.includes('snapshot deleted'));
    const reported = decisions.map(({ message }) => JSON.parse(message) as { region: string; snapshotId: string });
    assert.deepEqual(
      reported.map((one) => [one.region, one.snapshotId]),
      [region, dr?.region].map((one) => [one, 'gd-backup-fantasy-old-1']),
    );
  });

  test('the role that deletes snapshots is refused what is on hold, untagged or named otherwise, by IAM itself', async () => {
    const rds = as('DeleteSnapshotRole');
    for (const DBSnapshotIdentifier of ['gd-backup-fantasy-held-1', 'gd-backup-by-hand', 'before-the-release'])
      await assert.rejects(rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier })), { name: 'AccessDenied' });
    rds.destroy();
  });

  test('the role that tags what is proven is refused a foreign snapshot and every other tag, by IAM itself', async () => {
    const rds = as('TagSnapshotRole');
    const tag = (snapshot: string, ...keys: string[]) =>
      rds.send(
        new AddTagsToResourceCommand({
          ResourceName: `arn:aws:rds:${region}:123456789012:snapshot:${snapshot}`,
          Tags: keys.map((Key) => ({ Key, Value: 'exact' })),
        }),
      );
    await tag('gd-backup-fantasy-held-1', tagKeys.verdict);
    for (const foreign of ['gd-backup-by-hand', 'before-the-release'])
      await assert.rejects(tag(foreign, tagKeys.verdict), { name: 'AccessDenied' });
    for (const key of [tagKeys.madeBy, tagKeys.database, tagKeys.hold])
      await assert.rejects(tag('gd-backup-fantasy-held-1', tagKeys.verdict, key), { name: 'AccessDenied' });
    rds.destroy();
  });

  test('the role that takes snapshots tags what it makes, and nothing that bears a verdict or a hold, by IAM itself', async () => {
    const rds = as('TakeWitnessRole');
    const tag = (snapshot: string, tags: Record<string, string>) =>
      rds.send(
        new AddTagsToResourceCommand({
          ResourceName: `arn:aws:rds:${region}:123456789012:snapshot:${snapshot}`,
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        }),
      );
    const refused = async (snapshot: string, tags: Record<string, string>) =>
      assert.rejects(tag(snapshot, tags), { name: 'AccessDenied' });
    const own = backupTags('fantasy', 'run');
    await tag('gd-backup-by-hand', own);
    for (const key of [tagKeys.verdict, tagKeys.hold, tagKeys.verifiedAt, tagKeys.copyVerdict, 'owner'])
      await refused('gd-backup-by-hand', { ...own, [key]: 'exact' });
    await refused('gd-backup-by-hand', { [tagKeys.database]: 'other' });
    await refused('gd-backup-fantasy-newest-1', own);
    await refused('gd-backup-fantasy-held-1', own);
    await refused('before-the-release', own);
    rds.destroy();
  });

  test('the sweep deletes an expired copy, leaves a running one and the source alone, and names a suspect', async () => {
    const [expired, running] = [copyInstanceId('fantasy', 'lost', 1), copyInstanceId('fantasy', 'running', 1)];
    await makeInstance(expired, copyTags('fantasy', 'lost', new Date(Date.now() - day)));
    await makeInstance(running, copyTags('fantasy', 'running', new Date(Date.now() + day)));
    await fixture.sandbox.rds.inspect.idle();
    assert.equal(await runSchedule(fixture.sandbox, 'sweep-leftovers'), undefined);
    assert.deepEqual(instances(), [policy.instance, running].sort());

    await makeInstance('gd-copy-by-hand', {});
    await fixture.sandbox.rds.inspect.idle();
    const reported = await runSchedule(fixture.sandbox, 'sweep-leftovers');
    assert.match(reported ?? '', /SweepIncomplete.*'gd-copy-by-hand' lacks the tag pg-gameday:made-by/);
    assert.ok(instances().includes('gd-copy-by-hand'));
    const found = fixture.sandbox.metrics.list(region).filter(({ name }) => name === 'Leftovers');
    assert.equal(found.length, 1);
  });

  test('the role that deletes left-overs is refused the source and what lacks the tags, by IAM itself', async () => {
    const rds = as('DeleteLeftoverRole');
    for (const DBInstanceIdentifier of [policy.instance, 'gd-copy-by-hand'])
      await assert.rejects(rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier, SkipFinalSnapshot: true })), {
        name: 'AccessDenied',
      });
    rds.destroy();
  });
});
