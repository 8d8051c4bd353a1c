import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { ObjectStore } from '../../../shared/aws/s3/object-store.ts';
import { AwsUnavailableError, ObjectChangedError } from '../../../shared/errors.ts';
import { storeEvidence } from '../../../shared/evidence/chain-store.ts';
import { restoreTestEvidence } from '../shared/domain/restore/restore-test-sample.ts';
import { aMinute, quietly } from './quietly.ts';
import { away, bucket, config, costsIn, header, now, policy, region, witnessKey } from './restore-test-bucket.ts';

const { planRestoreTest } = await import('../../../functions/restore-test/plan-restore-test.ts');

type Account = { readonly fails?: (where: string) => boolean };
const depsOf = (store: ObjectStore, { fails = () => false }: Account = {}, changed = policy) => ({
  rdsIn: (where: string | null) =>
    ({
      findInstance: async (id: string) => ({ id, instanceClass: 'db.r6g.large', storageGb: 100, storageType: 'gp3' }),
      findSnapshot: async (id: string) => {
        if (fails(where ?? '')) throw new AwsUnavailableError('rds answered 500');
        return { id, status: 'available' };
      },
    }) as never,
  automatedBackupsIn: (where: string) => ({
    find: async () => {
      if (fails(where)) throw new AwsUnavailableError('rds answered 500');
      return {
        arn: `arn:aws:rds:${where}:123456789012:auto-backup:ab-1`,
        earliest: new Date('2026-02-25T00:00:00Z'),
        latest: new Date('2026-03-02T14:55:00Z'),
      };
    },
  }),
  store,
  policy: changed,
  config,
  now: () => now,
});
const plan = async (store: ObjectStore, request: unknown, account: Account = {}, changed = policy) => {
  const input = { executionName: 'test-1', request, startedAt: now.toISOString() };
  return (await quietly(() => planRestoreTest.run(input, depsOf(store, account, changed), aMinute))).plan;
};

describe('the plan of a restore test', () => {
  test('names for each path its proof, its witness as it is bound, and what it may cost', async () => {
    const { store, objects } = await bucket();
    const found = await plan(store, { database: 'fantasy' });
    assert.deepEqual(
      found?.trials.map(({ path, region: where, backup }) => [path, where, backup.kind]),
      [
        ['snapshot', region, 'snapshot'],
        ['other-region', away, 'snapshot'],
        ['point-in-time', region, 'moment'],
        ['other-region-point-in-time', away, 'replicated-moment'],
      ],
    );
    const [first] = found?.trials ?? [];
    const headerSha256 = createHash('sha256').update(header).digest('hex');
    assert.deepEqual(first?.witness, {
      key: witnessKey,
      binding: { sha256: 'a'.repeat(64), headerSha256, tables: 39, rows: '930000', bytes: 8192 },
      evidenceKey: 'backup-and-verify/fantasy/night/evidence.json',
    });
    assert.equal(found?.trials[2]?.rpoSeconds, 300);
    assert.equal(new Set(found?.trials.map(({ executionName }) => executionName)).size, 4);
    assert.deepEqual(
      costsIn(objects).map(({ isActual, money }) => [isActual, money !== null && money > 0]),
      Array.from({ length: 4 }, () => [false, true]),
    );
    const before = new Map(objects);
    assert.deepEqual(await plan(store, { database: 'fantasy' }), found, 'a second call plans the same');
    assert.deepEqual(objects, before);
  });

  test('keeps the paths of a region whose API does not answer from being tried, and no others', async () => {
    const { store } = await bucket();
    const found = await plan(store, { database: 'fantasy' }, { fails: (where) => where === away });
    assert.deepEqual(
      found?.trials.map(({ path }) => path),
      ['snapshot', 'point-in-time'],
    );
    assert.deepEqual(
      found?.notTried.filter(({ kind }) => kind === 'impossible').map(({ path, reason }) => [path, reason]),
      [
        ['other-region', 'AwsUnavailableError: rds answered 500'],
        ['other-region-point-in-time', 'AwsUnavailableError: rds answered 500'],
      ],
    );
  });

  test('tries nothing by a witness that was changed, and asks again when S3 does not answer', async () => {
    const broken = (error: Error) =>
      async function* () {
        yield header;
        throw error;
      };
    const changed = await bucket({ witness: broken(new ObjectChangedError('it was changed')) });
    const found = await plan(changed.store, { database: 'fantasy' });
    assert.deepEqual(found?.trials, []);
    assert.equal(found?.notTried.filter(({ reason }) => reason === 'ObjectChangedError: it was changed').length, 4);
    const down = await bucket({ witness: broken(new AwsUnavailableError('500')) });
    await assert.rejects(plan(down.store, { database: 'fantasy' }), { name: 'AwsUnavailableError' });
  });

  test('misses a way back that was there at the last test', async () => {
    const { store } = await bucket();
    await storeEvidence(
      store,
      { database: 'fantasy--restore-test', key: 'restore-test/fantasy/run-1/evidence.json' },
      (chainedAfter) => ({ ...restoreTestEvidence(), chainedAfter }),
    );
    const one = { ...policy, stages: { ...policy.stages, prod: { ...policy.stages.prod, dr: undefined } } };
    const found = await plan(store, { database: 'fantasy' }, {}, one as unknown as typeof policy);
    assert.deepEqual(found?.notTried.find(({ path }) => path === 'other-region')?.kind, 'not set up');
    const gone = await bucket();
    await storeEvidence(
      gone.store,
      { database: 'fantasy--restore-test', key: 'restore-test/fantasy/run-1/evidence.json' },
      (chainedAfter) => {
        const evidence = restoreTestEvidence();
        const [tried] = evidence.tried;
        assert.ok(tried);
        return { ...evidence, tried: [{ ...tried, path: 'other-region' }], chainedAfter };
      },
    );
    const missed = await plan(gone.store, { database: 'fantasy' }, {}, one as unknown as typeof policy);
    assert.deepEqual(missed?.notTried.find(({ path }) => path === 'other-region')?.kind, 'impossible');
  });

  test('leaves out of a schedule what is beyond the caps, and takes its cost back; a person is never stopped', async () => {
    const { store, objects } = await bucket();
    const costs = { ...policy.costs, caps: { drill: 250, month: 0.5, unpriced: 'allowed' as const } };
    const scheduled = await plan(store, {}, {}, { ...policy, costs });
    assert.deepEqual(
      scheduled?.trials.map(({ path }) => path),
      [],
    );
    assert.equal(scheduled?.notTried.filter(({ kind }) => kind === 'cost').length, 4);
    assert.deepEqual(
      costsIn(objects).map(({ money }) => money),
      [0, 0, 0, 0],
    );
    assert.equal((await plan(store, { database: 'fantasy' }, {}, { ...policy, costs }))?.trials.length, 4);
    const named = await plan(store, { database: 'fantasy', startedBy: 'schedule' }, {}, { ...policy, costs });
    assert.equal(named?.trials.length, 0);
  });

  test('of a schedule is of the database that is due, and of none when none is', async () => {
    const { store } = await bucket();
    assert.equal((await plan(store, {}))?.database, 'fantasy');
    const tested = async (startedAt: string) => {
      const { store } = await bucket();
      const evidence = restoreTestEvidence();
      await storeEvidence(
        store,
        { database: 'fantasy--restore-test', key: 'restore-test/fantasy/run-1/evidence.json' },
        (chainedAfter) => ({ ...evidence, execution: { ...evidence.execution, startedAt }, chainedAfter }),
      );
      return plan(store, {});
    };
    assert.equal(await tested('2026-01-01T15:00:00.000Z'), null);
    assert.equal((await tested('2025-12-01T15:00:00.000Z'))?.database, 'fantasy');
  });

  test('is refused for what nobody may ask', async () => {
    const { store } = await bucket();
    await assert.rejects(plan(store, { database: 'nobody' }), { name: 'UnknownDatabaseError' });
    for (const request of [{ databases: 'fantasy' }, { database: 'fantasy', paths: [] }, 'fantasy'])
      await assert.rejects(plan(store, request), {
        name: 'InvalidInputError',
        message: /expected \{"database": "<name>"\}\nHINT: /,
      });
  });
});
