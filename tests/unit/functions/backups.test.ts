import assert from 'node:assert/strict';
import type { Rds, Snapshot } from '../../../shared/aws/rds/instances.ts';
import type { ObjectStore } from '../../../shared/aws/s3/object-store.ts';
import type { KeptSnapshot } from '../../../shared/domain/backup/retention.ts';
import { backupTags, tagKeys } from '../../../shared/domain/resource/throw-away.ts';
import type { WitnessRequest } from '../../../shared/pg/witness/take-witness.ts';
import { captureLog } from '../shared/lambda/capture-log.ts';
import { operations } from '../shared/policy/load-operations.ts';
import { aMinute, quietly } from './quietly.ts';

const { takeWitness } = await import('../../../functions/backup-and-verify/take-witness.ts');
const { copySnapshot } = await import('../../../functions/backup-and-verify/copy-snapshot.ts');
const { tagSnapshot } = await import('../../../functions/backup-and-verify/tag-snapshot.ts');
const { deleteSnapshot } = await import('../../../functions/retention/delete-snapshot.ts');
const { planRetention } = await import('../../../functions/retention/plan-retention.ts');
const { publishBackupHealth } = await import('../../../functions/watch-backups/publish-backup-health.ts');

const policy = operations();
const now = new Date('2026-03-02T03:00:00Z');
const snapshotId = 'gd-backup-fantasy-1-1';
const snapshot = (more: Partial<Snapshot> = {}): Snapshot => ({
  id: snapshotId,
  arn: 'arn',
  instanceId: 'fantasy-prod',
  status: 'available',
  percent: 100,
  tags: backupTags('fantasy', 'night'),
  ...more,
});

describe('a witness', () => {
  const taken = async (attempt: 1 | 2, found?: Snapshot) => {
    const requests: WitnessRequest[] = [];
    const store = { exists: async () => false, listKeys: async () => [], getText: async () => undefined };
    const rds = {
      findSnapshot: async () => found,
      findInstance: async (id: string) => ({ id, status: 'available', endpoint: { host: 'h', port: 5432 } }),
    };
    const deps = {
      rds: rds as unknown as Rds,
      secrets: { readDatabaseSecret: async () => ({ username: 'u', password: 'p' }) } as never,
      store: store as unknown as ObjectStore,
      policy,
      stage: 'prod' as const,
      async bracketSnapshot(request: WitnessRequest) {
        requests.push(request);
        throw new Error('that is enough');
      },
    };
    const input = {
      ...{ executionName: 'night', database: 'fantasy', sourceInstanceId: 'fantasy-prod', attempt, part: 1 },
      ...{ evidencePrefix: 'backup-and-verify/fantasy/night', digests: {} },
    };
    await assert.rejects(
      quietly(() => takeWitness.run(input, deps, aMinute)),
      found === undefined ? /that is enough/ : { name: 'BracketLostError' },
    );
    return requests;
  };

  test('keeps the margin of its attempt: the second one waits longer', async () => {
    const { marginSeconds, longerMarginSeconds } = policy.backupPlan.bracket;
    assert.ok(longerMarginSeconds > marginSeconds);
    assert.deepEqual(
      [...(await taken(1)), ...(await taken(2))].map((request) => request.marginSeconds),
      [marginSeconds, longerMarginSeconds],
    );
  });

  test('leaves time to say what it did not finish', async () => {
    const [request] = await taken(1);
    assert.ok((request?.remainingTime() ?? 60_000) <= 50_000);
  });

  test('is not taken of a snapshot that an earlier call has left without one', async () => {
    assert.deepEqual(await taken(1, snapshot()), []);
  });
});

describe('a copy of a snapshot in the second region', () => {
  const asked = async (copy: Snapshot | undefined, original = snapshot()) => {
    const [handedOver, started]: [string[], object[]] = [[], []];
    const source = { instanceClass: 'db.r6g.large', parameterGroup: 'own' };
    const deps = {
      rds: { findSnapshot: async () => original, findInstance: async () => source } as unknown as Rds,
      copiesIn: () => ({
        find: async () => copy,
        async start(request: object) {
          started.push(request);
          return 'started' as const;
        },
      }),
      witnessTo: () => async (key: string) => void handedOver.push(key),
    };
    const input = {
      ...{ executionName: 'night', snapshotId, witnessKey: 'w', sourceInstanceId: 'fantasy-prod' },
      ...{ region: 'us-west-2', kmsKeyId: 'key' },
    };
    const { ready } = await quietly(() => copySnapshot.run(input, deps, aMinute));
    return { ready, handedOver, started };
  };

  test('is ready with its witness, and not before', async () => {
    assert.deepEqual(await asked(snapshot()), { ready: true, handedOver: ['w'], started: [] });
    assert.deepEqual(await asked(snapshot({ status: 'copying' })), { ready: false, handedOver: [], started: [] });
  });

  test('takes along what a restore needs of the source', async () => {
    const { started } = await asked(undefined);
    const tags = { 'pg-gameday:instance-class': 'db.r6g.large', 'pg-gameday:parameter-group': 'own' };
    assert.deepEqual(started, [{ sourceArn: 'arn', id: snapshotId, kmsKeyId: 'key', tags }]);
  });

  test('of another execution, or that failed, is refused; so is an original that is not there yet', async () => {
    await assert.rejects(asked(snapshot({ tags: backupTags('fantasy', 'other') })), { name: 'SnapshotNotOursError' });
    await assert.rejects(asked(snapshot({ status: 'failed' })), { name: 'SnapshotCopyFailedError' });
    await assert.rejects(asked(undefined, snapshot({ status: 'creating' })), { name: 'SnapshotFailedError' });
  });
});

describe('a verdict', () => {
  const tagged = async (provenIn: string, copiedTo: string | null, found: Snapshot | undefined = snapshot()) => {
    const given: (readonly [string, readonly string[]])[] = [];
    const rdsIn = (region: string | null) =>
      ({
        findSnapshot: async () => found,
        tagSnapshot: async (_: unknown, tags: object) => void given.push([region ?? '', Object.keys(tags)]),
      }) as unknown as Rds;
    const proof = { verdict: 'exact' as const, verifiedAt: now.toISOString(), evidenceKey: 'e' };
    const input = {
      executionName: 'night',
      database: 'fantasy',
      snapshotId,
      region: 'here',
      provenIn,
      copiedTo,
      ...proof,
    };
    await quietly(() => tagSnapshot.run(input, { rdsIn }, aMinute));
    return given;
  };
  const whole = [tagKeys.verdict, tagKeys.verifiedAt, tagKeys.evidenceKey];

  test('stands on what was restored, and on its twin as that of its twin', async () => {
    assert.deepEqual(await tagged('here', null), [['here', whole]]);
    assert.deepEqual(await tagged('here', 'there'), [
      ['here', whole],
      ['there', [tagKeys.originVerdict]],
    ]);
    assert.deepEqual(await tagged('there', 'there'), [
      ['there', whole],
      ['here', [tagKeys.copyVerdict]],
    ]);
  });

  test('is not given to what another execution made', async () => {
    await assert.rejects(tagged('here', null, snapshot({ tags: backupTags('fantasy', 'other') })), {
      name: 'SnapshotNotOursError',
    });
  });
});

describe('retention', () => {
  const rule = { dailyDays: 7, monthlyDays: 366, mostDeletions: 10, timeZone: 'UTC' };
  const kept = (days: number, verdict?: string): KeptSnapshot => ({
    id: `gd-backup-fantasy-${days}-1`,
    status: 'available',
    takenAt: new Date(now.getTime() - days * 86_400_000),
    tags: { ...backupTags('fantasy', 'n'), ...(verdict === undefined ? {} : { [tagKeys.verdict]: verdict }) },
  });
  const old = kept(40);
  const region = (snapshots: readonly KeptSnapshot[]) => {
    const deleted: string[] = [];
    const inventory = {
      listSnapshots: async () => snapshots,
      listInstances: async () => [],
      snapshotQuota: async () => undefined,
      deleteSnapshot: async (id: string) => void deleted.push(id),
    };
    return { inventory, deleted };
  };
  const deleting = async (snapshots: readonly KeptSnapshot[]) => {
    const { inventory, deleted } = region(snapshots);
    const input = { region: 'us-east-1', snapshotId: old.id, database: 'fantasy', reason: 'planned' };
    const deps = { inventoryIn: () => inventory, rule, now: () => now };
    await quietly(() => deleteSnapshot.run(input, deps, aMinute));
    return deleted;
  };

  test('looks once more before it deletes: a hold since the plan counts', async () => {
    const later = kept(38, 'exact');
    assert.deepEqual(await deleting([old, later]), [old.id]);
    assert.deepEqual(await deleting([{ ...old, tags: { ...old.tags, [tagKeys.hold]: 'audit' } }, later]), []);
    assert.deepEqual(await deleting([old]), [], 'nothing else is verified any more');
  });

  test('plans for each region of the stage', async () => {
    const asked: string[] = [];
    const { inventory } = region([old, kept(38, 'exact')]);
    const deps = {
      inventoryIn(name: string) {
        asked.push(name);
        return inventory;
      },
      store: { put: async () => {} } as unknown as ObjectStore,
      rule,
      regions: ['us-east-1', 'us-west-2'],
      now: () => now,
    };
    const { deletions } = await quietly(() => planRetention.run({ executionName: 'daily' }, deps, aMinute));
    assert.deepEqual(
      deletions.map((one) => [one.region, one.snapshotId]),
      [
        ['us-east-1', old.id],
        ['us-west-2', old.id],
      ],
    );
    assert.deepEqual([...new Set(asked)], ['us-east-1', 'us-west-2']);
  });
});

test('the watch measures each database by its own instance', async () => {
  const restorable = (id: string, seconds: number) => ({
    ...{ id, status: 'available', tags: {} },
    latestRestorableTime: new Date(now.getTime() - seconds * 1000),
  });
  const instances = [restorable('another', 1), restorable('fantasy-prod', 240), restorable('last', 3)];
  const deps = {
    inventory: { listSnapshots: async () => [], listInstances: async () => instances } as never,
    backups: {
      find: async (id: string) =>
        id === 'fantasy-prod' ? { arn: 'arn', latest: new Date(now.getTime() - 300_000) } : undefined,
    },
    store: { listKeys: async () => [], getText: async () => undefined } as unknown as ObjectStore,
    databases: [['fantasy', { instance: 'fantasy-prod', nightly: true }]] as never,
    policy: operations().restoreTest,
    region: 'us-east-1',
    home: 'us-east-1',
    now: () => now,
  };
  const { lines } = await captureLog(() => publishBackupHealth.run({ executionName: 'watch' } as never, deps, aMinute));
  const measured = lines.find((line) => line['RestorableSeconds'] !== undefined);
  assert.equal(measured?.['RestorableSeconds'], 240);
  assert.equal(measured?.['Database'], 'fantasy');
  assert.equal(measured?.['ReplicatedBackupSeconds'], undefined, 'those of the first region are its own');
  assert.deepEqual([measured?.['FailedRestorePaths'], measured?.['StaleRestorePaths']], [0, 4], 'nobody has tried any');
  const away = { ...deps, region: 'us-west-2' };
  const { lines: there } = await captureLog(() => publishBackupHealth.run({ executionName: 'watch' }, away, aMinute));
  assert.ok(
    there.every((line) => line['StaleRestorePaths'] === undefined),
    'tests are recorded in the first region',
  );
  assert.deepEqual(
    there.flatMap((line) => (line['_aws'] === undefined ? [] : [line['ReplicatedBackupSeconds']])),
    [300],
  );
});
