import assert from 'node:assert/strict';
import type { Instance, Rds, Snapshot } from '../../../shared/aws/rds/instances.ts';
import type { RestoreRequest } from '../../../shared/aws/rds/restore.ts';
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
  const start = (rds: Rds, { region = prod.region, group = 'sg-copies' as string | undefined } = {}) => {
    const config = { stage: 'prod' as const, evidenceBucket: 'b', region, copySecurityGroupId: group };
    return quietly(() => startRestore.run(order, { rds, inventory, policy, config, now: () => now }, aMinute));
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
    await quietly(() =>
      startRestore.run(order, { rds, inventory, policy: ours as typeof policy, config, now: () => now }, aMinute),
    );
    assert.equal(restored[0]?.subnetGroup, dr.network?.databaseSubnetGroup);
    assert.equal(restored[0]?.parameterGroup, 'there');
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
