import assert from 'node:assert/strict';
import type { Instance, Rds, Snapshot } from '../../../shared/aws/rds/instances.ts';
import type { RestoreRequest } from '../../../shared/aws/rds/restore.ts';
import { sha256Of } from '../../../shared/aws/sha256.ts';
import { copyInstanceId, copyTags } from '../../../shared/domain/resource/throw-away.ts';
import { operations } from '../shared/policy/load-operations.ts';
import { aMinute, quietly } from './quietly.ts';

const { startRestore } = await import('../../../functions/instances/start-restore.ts');
const { deleteCopy } = await import('../../../functions/remove-copy/delete-copy.ts');
const { deleteLeftover } = await import('../../../functions/sweep-leftovers/delete-leftover.ts');

const policy = operations();
const { prod } = policy.stages;
const now = new Date('2026-03-02T03:00:00Z');
const order = {
  executionName: 'night',
  order: {
    database: 'fantasy',
    backup: { kind: 'snapshot' as const, snapshotId: 'gd-backup-fantasy-1-1' },
    witnessKey: 'w',
    witness: { sha256: 'a'.repeat(64), headerSha256: 'b'.repeat(64), tables: 1, rows: '1', bytes: 1 },
    evidencePrefix: 'e',
    attempt: 1,
    isLastAttempt: false,
  },
};
/** Whose witness says that the source does this by itself. */
const storeOf = (selfStarting: readonly object[] = []) => {
  const server = { parameters: {}, extensions: {}, versionNumber: 180004, version: '18.4', systemIdentifier: '1' };
  const moment = { snapshot: '1:1:', at: now.toISOString(), lsn: '0/1', beat: '1' };
  const none = { atS1: {}, atS2: {} };
  const header = {
    ...{ schemaVersion: 1, executionName: 'night', attempt: 1, instanceId: 'fantasy-prod', database: 'fantasy' },
    ...{ snapshotId: 's', snapshotCreatedAt: now.toISOString(), s1: moment, s2: moment, heartbeats: [], schema: none },
    server: { ...server, databaseOid: 1, selfStarting },
    ...{ sequences: { atS1: [], atS2: [] }, tables: 1, rows: '1', bytes: 1, gaps: [] },
  };
  const line = JSON.stringify(header);
  return {
    witness: { sha256: 'a'.repeat(64), headerSha256: sha256Of(line), tables: 1, rows: '1', bytes: 1 },
    store: {
      async *openGzipLines() {
        yield line;
      },
    },
  };
};
const backups = { find: async () => undefined };
const inventory = { listSnapshots: async () => [] } as never;
const instanceId = copyInstanceId('fantasy', 'night', 1);

const instance = (more: Partial<Instance> = {}): Instance => ({
  id: 'fantasy-prod',
  arn: 'arn',
  status: 'available',
  instanceClass: 'db.r6g.2xlarge',
  storageGb: 100,
  storageType: 'gp3',
  parameterGroup: 'of-the-source',
  waitsForReboot: false,
  engineVersion: '18.4',
  masterUser: 'postgres',
  isMultiAz: false,
  tags: {},
  ...more,
});

/** RDS with these instances and one snapshot. */
function account(instances: readonly Instance[], status = 'available', tags = {}) {
  const restored: RestoreRequest[] = [];
  const deleted: string[] = [];
  const rds = {
    findInstance: async (id: string) => instances.find((one) => one.id === id),
    findSnapshot: async (id: string): Promise<Snapshot> => ({
      id,
      arn: 'arn',
      instanceId: '',
      status,
      percent: 100,
      tags,
    }),
    async restore(request: RestoreRequest) {
      restored.push(request);
      return !instances.some(({ id }) => id === request.instanceId);
    },
    deleteInstance: async (id: string) => void deleted.push(id),
  } as unknown as Rds;
  return { rds, restored, deleted };
}

describe('a copy', () => {
  type Found = { readonly kind: string; readonly name: string };
  const start = (
    rds: Rds,
    { group = 'sg-copies' as string | null, found = [] as readonly Found[], operations = policy, parameters = {} } = {},
  ) => {
    const config = {
      stage: 'prod' as const,
      evidenceBucket: 'b',
      region: prod.region,
      copySecurityGroupId: group ?? undefined,
    };
    const { store, witness } = storeOf(found);
    const parameterGroups = { valuesOf: async () => parameters };
    const deps = {
      rds,
      backups,
      inventory,
      parameterGroups,
      store: store as never,
      policy: operations,
      config,
      now: () => now,
    };
    return quietly(() => startRestore.run({ ...order, order: { ...order.order, witness } }, deps, aMinute));
  };

  test('is restored behind the security group and in the subnets of its region, with the source’s parameters', async () => {
    const { rds, restored } = account([instance()]);
    await start(rds);
    const [{ tags, ...request } = assert.fail('nothing was restored')] = restored;
    assert.deepEqual(request, {
      from: { snapshotId: 'gd-backup-fantasy-1-1' },
      instanceId,
      instanceClass: prod.databases['fantasy']?.copyInstanceClass,
      parameterGroup: 'of-the-source',
      subnetGroup: prod.network?.databaseSubnetGroup,
      securityGroupIds: ['sg-copies'],
    });
    const hours = policy.backupPlan.copy.expiresAfterHours;
    assert.deepEqual(tags, copyTags('fantasy', 'night', new Date(now.getTime() + hours * 3_600_000)));
  });

  test('in the second region takes its subnets, and what the copy of the snapshot says of the source', async () => {
    const { dr = assert.fail('there is none') } = prod;
    const tags = { 'pg-gameday:instance-class': 'db.r6g.large', 'pg-gameday:parameter-group': 'there' };
    const { rds, restored } = account([], 'available', tags);
    const ours = { ...policy, stages: { ...policy.stages, prod: { ...prod, network: undefined } } };
    const config = { stage: 'prod' as const, evidenceBucket: 'b', region: dr.region, copySecurityGroupId: 'sg' };
    const { store, witness } = storeOf();
    const given = { rds, backups, inventory, parameterGroups: {} as never, store: store as never, now: () => now };
    await quietly(() =>
      startRestore.run(
        { ...order, order: { ...order.order, witness } },
        { ...given, policy: ours as typeof policy, config },
        aMinute,
      ),
    );
    assert.equal(restored[0]?.subnetGroup, dr.network?.databaseSubnetGroup);
    assert.equal(restored[0]?.parameterGroup, 'there');
  });

  const subscription = { kind: 'subscription', name: "subscription 'feed' of database 'app'" };
  const jobs = { kind: 'jobs', name: 'jobs of pg_cron' };
  const { fantasy = assert.fail('there is none') } = prod.databases;
  const withGroup: typeof policy = {
    ...policy,
    stages: {
      ...policy.stages,
      prod: { ...prod, databases: { ...prod.databases, fantasy: { ...fantasy, copyParameterGroup: 'of-copies' } } },
    },
  };

  test('that would run jobs, or reach a publisher, is not made', async () => {
    for (const [found, group, problem] of [
      [[jobs], 'sg-copies', /in its source's parameter group would not be quiet: jobs of pg_cron would run/],
      [[subscription], null, /subscription 'feed' of database 'app' would start/],
    ] as const) {
      const { rds, restored } = account([instance()]);
      await assert.rejects(start(rds, { found, group }), { name: 'CopyNotQuietError', message: problem });
      assert.deepEqual(restored, []);
    }
    const { rds, restored } = account([instance()]);
    await start(rds, { found: [subscription] });
    assert.equal(restored.length, 1, 'behind the security group of copies it reaches nobody');
  });

  test('starts in the group of copies where it has one, which is read before', async () => {
    const found = [subscription, jobs];
    const quiet = { max_logical_replication_workers: '0' };
    const { rds, restored } = account([instance()]);
    await start(rds, { found, group: null, operations: withGroup, parameters: quiet });
    assert.equal(restored[0]?.parameterGroup, 'of-copies');
    const parameters = { ...quiet, shared_preload_libraries: 'pg_cron' };
    await assert.rejects(start(rds, { found, operations: withGroup, parameters }), {
      name: 'CopyNotQuietError',
      message: /in parameter group 'of-copies' would not be quiet: jobs of pg_cron would run/,
    });
    assert.equal(restored.length, 1);
  });

  test('is not made when the witness is another one than the order says', async () => {
    const { rds, restored } = account([instance()]);
    const deps = { rds, backups, inventory, policy, parameterGroups: {} as never, store: storeOf().store as never };
    const config = { stage: 'prod' as const, evidenceBucket: 'b', region: prod.region, copySecurityGroupId: 'sg' };
    await assert.rejects(
      quietly(() => startRestore.run(order, { ...deps, config, now: () => now }, aMinute)),
      { name: 'ObjectChangedError' },
    );
    assert.deepEqual(restored, []);
  });

  test('is made of a snapshot that is available only', async () => {
    const { rds, restored } = account([instance()], 'creating');
    await assert.rejects(start(rds), { name: 'SnapshotFailedError', message: /'creating', expected 'available'/ });
    assert.deepEqual(restored, []);
  });

  test('that is there already is taken when this execution made it, and refused when another did', async () => {
    const own = instance({ id: instanceId, tags: copyTags('fantasy', 'night', now) });
    const taken = await start(account([instance(), own]).rds);
    assert.deepEqual(taken, { instanceId, expiresAt: now.toISOString() });
    const other = { ...own, tags: copyTags('fantasy', 'another night', now) };
    await assert.rejects(start(account([instance(), other]).rds), { name: 'InstanceNotOursError' });
  });

  const end = (rds: Rds) => {
    const input = { order: { executionName: 'night', database: 'fantasy', attempt: 1, region: null } };
    return quietly(() => deleteCopy.run(input, { rdsIn: () => rds, policy, stage: 'prod' }, aMinute));
  };

  test('is deleted by its name and tags, once; one of another execution is not', async () => {
    const own = instance({ id: instanceId, tags: copyTags('fantasy', 'night', now) });
    const there = account([own]);
    assert.deepEqual(await end(there.rds), { instanceId, deleting: true });
    assert.deepEqual(there.deleted, [instanceId]);
    const going = account([{ ...own, status: 'deleting' }]);
    assert.deepEqual(await end(going.rds), { instanceId, deleting: true });
    assert.deepEqual(going.deleted, []);
    assert.deepEqual(await end(account([]).rds), { instanceId, deleting: false });
    const other = account([{ ...own, tags: copyTags('fantasy', 'another night', now) }]);
    await assert.rejects(end(other.rds), { name: 'InstanceNotOursError' });
    assert.deepEqual(other.deleted, []);
  });

  test('that was found left over is looked at once more before it is deleted', async () => {
    const sweep = (rds: Rds) =>
      quietly(() => deleteLeftover.run({ instanceId }, { rds, sources: ['fantasy-prod'], now: () => now }, aMinute));
    const expired = instance({ id: instanceId, tags: copyTags('fantasy', 'night', new Date(now.getTime() - 1000)) });
    const there = account([expired]);
    assert.equal((await sweep(there.rds)).deleting, true);
    assert.deepEqual(there.deleted, [instanceId]);
    const renewed = account([{ ...expired, tags: copyTags('fantasy', 'night', new Date(now.getTime() + 1000)) }]);
    assert.equal((await sweep(renewed.rds)).deleting, false);
    assert.deepEqual(renewed.deleted, []);
  });
});
