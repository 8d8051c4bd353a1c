import assert from 'node:assert/strict';
import type { PlacedInstance, SideInstances } from '../../../shared/aws/rds/sides.ts';
import { aMinute, quietly } from './quietly.ts';

const { setAsideOld } = await import('../../../functions/dr-failback/set-aside-old.ts');
const { rebuildReplica } = await import('../../../functions/dr-failback/rebuild-replica.ts');
const { markReplaced } = await import('../../../functions/dr-failback/mark-replaced.ts');

const place = { instanceClass: 'db.r6g.large', securityGroupIds: ['sg-1'], kmsKeyId: 'key', subnetGroup: 'isolated' };
const instance = (id: string, change: Partial<PlacedInstance> = {}): PlacedInstance => ({
  ...{ id, arn: `arn:${id}`, resourceId: 'db-1', status: 'available', tags: {}, isMultiAz: false },
  ...{ backupRetentionDays: 7, place, ...change },
});
const own = { 'pg-gameday:set-aside-of': 'fantasy' };
const replicaTags = { 'pg-gameday:replica-of': 'fantasy' };

function account(...found: PlacedInstance[]) {
  const calls: string[] = [];
  const sides = {
    find: async (id: string) => found.find((one) => one.id === id),
    tag: async (arn: string, tags: object) => void calls.push(`tag ${arn} ${Object.keys(tags).join()}`),
    setAside: async (id: string, name: string) => {
      calls.push(`rename ${id} ${name}`);
      return true;
    },
    makeReplica: async (id: string, source: string, at: object) => {
      calls.push(`replica ${id} of ${source} ${JSON.stringify(at)}`);
      return true;
    },
  } satisfies Partial<SideInstances>;
  return { calls, sides };
}
const outcome = async <T>(run: () => Promise<T>) =>
  quietly(run).then(
    (answer) => answer,
    (thrown: Error) => thrown.name,
  );
const old = { instanceId: 'fantasy-dev', resourceId: 'db-1', arn: 'arn', status: 'available', isSetAside: false };
const common = { executionName: 'run-1', database: 'fantasy', replicaId: 'fantasy-dev', asideId: 'aside' };

describe('the old primary', () => {
  const asiding = async (found: PlacedInstance[], named: typeof old | null = old) => {
    const { calls, sides } = account(...found);
    return { answer: await outcome(() => setAsideOld.run({ ...common, old: named }, { sides }, aMinute)), calls };
  };

  test('is tagged before it is renamed, and nothing is asked of RDS while it gets its name', async () => {
    const first = await asiding([instance('fantasy-dev')]);
    assert.deepEqual(first.calls, [
      'tag arn:fantasy-dev pg-gameday:set-aside-by,pg-gameday:set-aside-of',
      'rename fantasy-dev aside',
    ]);
    for (const found of [[], [instance('fantasy-dev', { status: 'renaming' })]]) {
      const { answer, calls } = await asiding(found);
      assert.deepEqual([answer, calls], [{ isSetAside: false, status: 'renaming' }, []]);
    }
  });

  test('has made room when it is there under its new name', async () => {
    const done = await asiding([instance('aside', { tags: own }), instance('fantasy-dev', { resourceId: 'db-2' })]);
    assert.deepEqual([done.answer, done.calls], [{ isSetAside: true, status: 'available' }, []]);
    const busy = await asiding([instance('aside', { tags: own, status: 'rebooting' })]);
    assert.deepEqual(busy.answer, { isSetAside: false, status: 'rebooting' });
  });

  test('is never taken for another instance that bears its name, and none is renamed', async () => {
    for (const found of [
      [instance('fantasy-dev', { resourceId: 'db-2' })],
      [instance('fantasy-dev', { sourceId: 'arn:fantasy-dr' })],
      [instance('aside', { tags: {} })],
      [instance('aside', { tags: own, resourceId: 'db-2' })],
    ])
      assert.deepEqual(await asiding(found), { answer: 'OldPrimaryNotOursError', calls: [] });
    assert.deepEqual(await asiding([instance('fantasy-dev')], null), { answer: 'OldPrimaryNotOursError', calls: [] });
    const dying = await asiding([instance('fantasy-dev', { status: 'deleting' })]);
    assert.deepEqual(dying, { answer: 'InstanceNotFoundError', calls: [] });
  });
});

describe('the replica that comes home', () => {
  const rebuilding = async (...found: PlacedInstance[]) => {
    const { calls, sides } = account(...found);
    const input = { ...common, primaryArn: 'arn:dr' };
    return { answer: await outcome(() => rebuildReplica.run(input, { sides }, aMinute)), calls };
  };
  const replica = (change: Partial<PlacedInstance> = {}) =>
    instance('fantasy-dev', { resourceId: 'db-3', sourceId: 'arn:dr', tags: replicaTags, ...change });

  test('is made in the place of the old primary, and waited for', async () => {
    const made = await rebuilding(instance('aside', { tags: own }));
    assert.deepEqual(made.calls, [`replica fantasy-dev of arn:dr ${JSON.stringify(place)}`]);
    assert.deepEqual(made.answer, { isAvailable: false, status: 'creating' });
    assert.deepEqual((await rebuilding(replica({ status: 'creating' }))).answer, {
      isAvailable: false,
      status: 'creating',
    });
    assert.deepEqual(await rebuilding(replica()), { answer: { isAvailable: true, status: 'available' }, calls: [] });
  });

  test('is never made over something else, or where nobody knows the place', async () => {
    for (const other of [replica({ sourceId: 'arn:other' }), replica({ tags: {} }), instance('fantasy-dev')])
      assert.deepEqual(await rebuilding(other), { answer: 'ReplicaNotOursError', calls: [] });
    assert.deepEqual(await rebuilding(replica({ status: 'failed' })), { answer: 'RebuildFailedError', calls: [] });
    assert.deepEqual(await rebuilding(), { answer: 'InstanceNotFoundError', calls: [] });
  });
});

test('what was the primary is tagged as replaced, and nothing else is', async () => {
  const marking = async (tags: Record<string, string>) => {
    const { calls, sides } = account(instance('fantasy-dr', { tags }));
    const regions: (string | undefined)[] = [];
    const sidesIn = (region?: string) => {
      regions.push(region);
      return sides;
    };
    const primary = { region: 'us-west-2', instanceId: 'fantasy-dr' };
    const input = { executionName: 'run-1', database: 'fantasy', primary };
    return { answer: await outcome(() => markReplaced.run(input, { sidesIn }, aMinute)), calls, regions };
  };
  const marked = await marking(replicaTags);
  assert.deepEqual([marked.calls, marked.regions], [['tag arn:fantasy-dr pg-gameday:replaced-by'], ['us-west-2']]);
  assert.deepEqual((await marking({ 'pg-gameday:replica-of': 'own' })).calls, []);
});
