import assert from 'node:assert/strict';
import { scopeFaults } from '../../../shared/domain/dr/drill-scope.ts';
import { scope } from '../../support/drill/drill-facts.ts';
import { operations } from '../shared/policy/load-operations.ts';
import { aMinute, quietly } from './quietly.ts';

const { planDrill } = await import('../../../functions/dr-drill/plan-drill.ts');

const tags = {
  ...{ 'pg-gameday:made-by': 'pg-gameday', 'pg-gameday:purpose': 'backup', 'pg-gameday:database': 'fantasy' },
  ...{ 'pg-gameday:instance-class': 'db.t3.micro', 'pg-gameday:parameter-group': 'group' },
};
const snapshot = (id: string, day: number, more: object = { 'pg-gameday:origin-verdict': 'exact' }) => ({
  ...{ id, status: 'available', takenAt: new Date(Date.UTC(2026, 10, day)), tags: { ...tags, ...more } },
});
const rehearse = { database: 'fantasy', mode: 'rehearse', reason: 'a test' };
type Facts = {
  readonly snapshots?: readonly object[];
  readonly region?: string;
  readonly selfStarting?: () => Promise<object[]>;
  readonly everyDays?: number;
  readonly text?: (key: string) => string | undefined;
};

async function planned(
  request: object,
  { snapshots = [snapshot('gd-backup-1', 20)], region = 'us-west-2', selfStarting, everyDays, text }: Facts = {},
) {
  const policy = JSON.parse(JSON.stringify(operations())) as ReturnType<typeof operations>;
  const { drill } = policy.stages.dev.databases['fantasy'] ?? {};
  if (drill !== undefined && everyDays !== undefined) drill.everyDays = everyDays;
  const deps = {
    inventory: { listSnapshots: async () => snapshots },
    rdsIn: () => ({ findInstance: async () => ({ endpoint: { host: '127.0.0.1', port: 5432 } }) }),
    parameterGroups: { valuesOf: async () => ({}) },
    secrets: { readDatabaseSecret: async () => ({ username: 'gameday', password: 'a word' }) },
    store: { listKeys: async () => [], getText: async (key: string) => text?.(key) },
    selfStartingAt: selfStarting ?? (async () => []),
    ...{ policy, config: { stage: 'dev', region, evidenceBucket: 'b' }, now: () => new Date('2026-11-30T12:00:00Z') },
  };
  const { plan } = await quietly(() => planDrill.run({ executionName: 'run-1', request }, deps as never, aMinute));
  return plan;
}
const reasons = async (request: object, facts?: Facts) =>
  (await planned(request, facts))?.refusals.map(({ reason }) => reason);

describe('the plan of a drill', () => {
  test('restores the newest backup that is proven, into names of its own scope', async () => {
    const plan = await planned(rehearse, {
      snapshots: [
        snapshot('gd-backup-old', 10),
        snapshot('gd-backup-new', 20),
        snapshot('gd-backup-unproven', 25, {}),
        snapshot('gd-backup-failed', 26, { 'pg-gameday:origin-verdict': 'failed' }),
        snapshot('gd-backup-other', 27, { 'pg-gameday:origin-verdict': 'exact', 'pg-gameday:database': 'own' }),
        snapshot('by-hand', 28),
      ],
    });
    assert.deepEqual([plan?.backup?.snapshotId, plan?.refusals], ['gd-backup-new', []]);
    assert.deepEqual([plan?.scope, plan?.primaryId, plan?.replicaId], [scope.id, scope.primaryId, scope.replicaId]);
    assert.equal(plan?.name, `${scope.label}.db.example.internal`);
  });

  test('is refused in the first region, without a proven backup, and where the copy would not be quiet', async () => {
    assert.match(
      String(await reasons(rehearse, { region: 'us-east-1' })),
      /^this is us-east-1, a promotion is rehearsed in us-west-2/,
    );
    assert.match(String(await reasons(rehearse, { snapshots: [] })), /no backup of 'fantasy' in us-west-2 is proven/);
    const subscribed = async () => [{ kind: 'subscription', name: "subscription 'feed'" }];
    assert.match(
      String(await reasons(rehearse, { selfStarting: subscribed })),
      /would not be quiet: subscription 'feed' would start/,
    );
    const silent = () => Promise.reject(new Error('no answer'));
    assert.match(String(await reasons(rehearse, { selfStarting: silent })), /nobody could look/);
  });

  test('is refused for a database of which operations.yml does not say how its application writes', async () => {
    assert.match(String(await reasons({ database: 'own', mode: 'rehearse' })), /the database has no 'drill'/);
  });

  test('acts only when it is asked to, and takes no scope from anybody', async () => {
    assert.equal((await planned({ database: 'fantasy' }))?.isActed, false);
    assert.equal((await planned(rehearse))?.isActed, true);
    await assert.rejects(planned({ ...rehearse, scope: 'prod' }), { name: 'InvalidInputError' });
    await assert.rejects(planned({ database: 'none' }), { name: 'UnknownDatabaseError' });
  });

  test('finds nothing due unless a database asks for drills, and never in the first region', async () => {
    assert.equal(await planned({}), null);
    assert.equal(await planned({}, { everyDays: 182, region: 'us-east-1' }), null);
    const due = await planned({}, { everyDays: 182 });
    assert.deepEqual([due?.database, due?.isActed], ['fantasy', true]);
  });

  test('has no scope with a name of production', () => {
    assert.deepEqual(scopeFaults(scope, 'z', { instances: [scope.primaryId], records: [], leaseKeys: [] }), [
      scope.primaryId,
    ]);
  });
});
