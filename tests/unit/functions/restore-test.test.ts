import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { ObjectStore } from '../../../shared/aws/s3/object-store.ts';
import { sha256Of } from '../../../shared/aws/sha256.ts';
import { ProofCostEntry } from '../../../shared/contracts/proof-cost.ts';
import { RecoveryPage } from '../../../shared/contracts/recovery.ts';
import { RestoreTestEvidence, type RestoreTestPlan } from '../../../shared/contracts/restore-test.ts';
import { ladder, type RungReport } from '../../../shared/contracts/verification.ts';
import { checkChain } from '../../../shared/domain/evidence/chain.ts';
import { AwsUnavailableError, ObjectChangedError } from '../../../shared/errors.ts';
import { sha256, storeEvidence } from '../../../shared/evidence/chain-store.ts';
import { evidenceWith } from '../../support/evidence-sample.ts';
import { restoreTestEvidence, trialOf, trialResult } from '../shared/domain/restore/restore-test-sample.ts';
import { operations } from '../shared/policy/load-operations.ts';
import { aMinute, quietly } from './quietly.ts';

const { planRestoreTest } = await import('../../../functions/restore-test/plan-restore-test.ts');
const { recordRestoreTest } = await import('../../../functions/restore-test/record-restore-test.ts');

const policy = operations();
const { region, dr } = policy.stages.prod;
const away = dr?.region ?? '';
const now = new Date('2026-03-02T15:00:00Z');
const config = { stage: 'prod' as const, evidenceBucket: 'b', region };
const header = JSON.stringify({
  schemaVersion: 1,
  executionName: 'night',
  attempt: 1,
  instanceId: 'fantasy-prod',
  database: 'fantasy',
  snapshotId: 'gd-backup-1',
  snapshotCreatedAt: '2026-03-02T08:30:03.200Z',
  server: {
    versionNumber: 180004,
    version: '18.4',
    systemIdentifier: '1',
    databaseOid: 1,
    parameters: {},
    extensions: {},
  },
  s1: { snapshot: '1:1:', at: 'a', lsn: '0/1', beat: '1' },
  s2: { snapshot: '1:1:', at: 'a', lsn: '0/2', beat: '2' },
  heartbeats: [],
  schema: { atS1: {}, atS2: {} },
  sequences: { atS1: [], atS2: [] },
  tables: 39,
  rows: '930000',
  bytes: 8192,
  gaps: [],
});
const witnessKey = 'backup-and-verify/fantasy/night/witness-1.json.gz';

/** A bucket with one night of `fantasy`, whose witness is there; every object is kept as it was written last. */
async function bucket({ witness }: { readonly witness?: () => AsyncIterableIterator<string> } = {}) {
  const objects = new Map<string, string>();
  const store = {
    getText: async (key: string, bound?: string) => {
      const text = objects.get(key);
      if (text !== undefined && bound !== undefined && sha256(text) !== bound)
        throw new ObjectChangedError(`object '${key}' was changed`);
      return text;
    },
    putNew: async (key: string, body: string) => {
      if (objects.has(key)) return false;
      objects.set(key, body);
      return true;
    },
    put: async (key: string, body: string) => void objects.set(key, body),
    listKeys: async (prefix: string) => [...objects.keys()].filter((key) => key.startsWith(prefix)),
    openGzipLines: async () => (witness ?? lines)(),
  } as unknown as ObjectStore;
  const base = evidenceWith((place) => place);
  await storeEvidence(
    store,
    { database: 'fantasy', key: 'backup-and-verify/fantasy/night/evidence.json' },
    (chainedAfter) => ({
      ...base,
      database: 'fantasy',
      chainedAfter,
      snapshot: {
        id: 'gd-backup-1',
        createdAt: '2026-03-02T08:30:03.200Z',
        s1At: '2026-03-02T08:30:00.000Z',
        s2At: '2026-03-02T08:30:09.000Z',
        newestHeartbeatAt: null,
        attempt: 1,
      },
      copiedTo: away,
      objects: [{ key: witnessKey, sha256: 'a'.repeat(64) }],
    }),
  );
  return { store, objects };
}
async function* lines(): AsyncGenerator<string> {
  yield header;
  yield '{}';
}

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
const costsIn = (objects: ReadonlyMap<string, string>) =>
  [...objects].flatMap(([key, text]) =>
    key.startsWith('drill-costs/') ? [ProofCostEntry.parse(JSON.parse(text))] : [],
  );

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
    for (const request of [
      { databases: 'fantasy' },
      { database: 'fantasy', paths: [] },
      'fantasy',
      { tooLong: 9000, most: 8192, begins: '' },
    ])
      await assert.rejects(plan(store, request), {
        name: 'InvalidInputError',
        message: /expected \{"database": "<name>"\}\nHINT: /,
      });
  });
});

describe('the record of a restore test', () => {
  const rungs: RungReport = {
    rungs: ladder.map((name) => ({ name, status: 'passed', summary: 'passed', findings: [] })),
    tables: [{ table: 't', status: 'proven', rows: '10', bytes: 8192, matchedRows: 0, unverifiableRows: 0 }],
  };
  const text = JSON.stringify(rungs);
  const planned: RestoreTestPlan = {
    database: 'fantasy',
    sourceInstanceId: 'fantasy-prod',
    sourceBytes: 8192,
    trials: [trialOf('snapshot'), trialOf('other-region')],
    notTried: [{ path: 'dump', kind: 'not built', reason: 'none' }],
    atOnce: 4,
  };
  const resultOf = (path: 'snapshot' | 'other-region') => {
    const sound = trialResult(path);
    const key = `restore-test/fantasy/test-1/${path}/rungs/verify.json`;
    assert.ok(sound.result);
    return { ...sound, result: { ...sound.result, rungsKeys: [key], digests: { [key]: sha256Of(text) } } };
  };
  const input = {
    executionName: 'test-1',
    executionArn: 'arn:aws:states:us-east-1:123456789012:execution:restore-test-prod:test-1',
    startedAt: '2026-03-02T15:00:00.000Z',
    request: {},
    plan: planned,
    results: [resultOf('snapshot'), resultOf('other-region')],
    failure: null,
  };
  async function scene() {
    const here = await bucket();
    const there = await bucket();
    here.objects.set('restore-test/fantasy/test-1/snapshot/rungs/verify.json', text);
    there.objects.set('restore-test/fantasy/test-1/other-region/rungs/verify.json', text);
    const asked: string[] = [];
    const deps = {
      store: here.store,
      storeIn: (where: string) => {
        asked.push(where);
        return there.store;
      },
      config,
      policy,
      now: () => now,
    };
    const record = (changes: object = {}) =>
      quietly(() => recordRestoreTest.run({ ...input, ...changes }, deps, aMinute));
    return { here, there, asked, record };
  }

  test('reads each path where it was proven, keeps evidence, report and page, and is the same when it is made again', async () => {
    const { here, asked, record } = await scene();
    const first = await record();
    assert.deepEqual([first.isProven, first.severity, asked], [true, 'P4', ['us-west-2']]);
    assert.equal(first.evidenceKey, 'restore-test/fantasy/test-1/evidence.json');
    const evidence = RestoreTestEvidence.parse(JSON.parse(here.objects.get(first.evidenceKey) ?? ''));
    assert.deepEqual(
      evidence.tried.map(({ verdict }) => verdict),
      ['exact', 'exact'],
    );
    const page = RecoveryPage.parse(JSON.parse(here.objects.get('recovery/fantasy/recovery.json') ?? ''));
    assert.equal(page.paths.filter(({ state }) => state === 'proven').length, 2);
    assert.match(here.objects.get('recovery/fantasy/recovery.html') ?? '', /2 of 6 ways back are proven/);
    assert.deepEqual(
      costsIn(here.objects).map(({ isActual }) => isActual),
      [true, true],
    );
    assert.deepEqual(await record(), first);
    const files = [...here.objects].map(([key, content]) => ({ key, text: content, sha256: sha256(content) }));
    const records = files.filter(({ key }) => key.startsWith('evidence-chain/fantasy--restore-test/'));
    const check = checkChain('fantasy--restore-test', records, new Map(files.map((file) => [file.key, file])), sha256);
    assert.deepEqual([check.intact, check.broken], [1, undefined]);
  });

  test('makes a path fail whose rungs somebody has changed or removed, and no other one', async () => {
    for (const content of ['{}', undefined]) {
      const { here, there, record } = await scene();
      const key = 'restore-test/fantasy/test-1/other-region/rungs/verify.json';
      if (content === undefined) there.objects.delete(key);
      else there.objects.set(key, content);
      const { isProven, evidenceKey } = await record();
      const evidence = RestoreTestEvidence.parse(JSON.parse(here.objects.get(evidenceKey) ?? ''));
      assert.equal(isProven, false);
      assert.deepEqual(
        evidence.tried.map(({ path, verdict, failure }) => [path, verdict, failure?.error]),
        [
          ['snapshot', 'exact', undefined],
          ['other-region', 'failed', content === undefined ? 'WitnessMissingError' : 'ObjectChangedError'],
        ],
      );
    }
  });

  test('is not proven by a path of which nothing was reported', async () => {
    const { here, record } = await scene();
    const { isProven, evidenceKey } = await record({ results: [resultOf('snapshot')] });
    const evidence = RestoreTestEvidence.parse(JSON.parse(here.objects.get(evidenceKey) ?? ''));
    assert.deepEqual([isProven, evidence.tried[1]?.failure?.error], [false, 'PathUnanswered']);
  });

  test('of a test that could not be planned has no database, and no page', async () => {
    const { here, record } = await scene();
    const failure = { state: 'PlanRestoreTest', error: 'UnknownDatabaseError', cause: 'none' };
    const { database, isProven, pageKey, evidenceKey, chain } = await record({ plan: null, results: [], failure });
    assert.deepEqual([database, isProven, pageKey], [null, false, null]);
    assert.equal(evidenceKey, 'restore-test/_unplanned/test-1/evidence.json');
    assert.equal(chain?.key, 'evidence-chain/_unplanned--restore-test/000000001.json');
    assert.ok(![...here.objects.keys()].some((key) => key.startsWith('recovery/')));
  });
});
