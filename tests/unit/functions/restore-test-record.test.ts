import assert from 'node:assert/strict';
import { sha256Of } from '../../../shared/aws/sha256.ts';
import { RecoveryPage, RestoreTestEvidence, type RestoreTestPlan } from '../../../shared/contracts/restore-test.ts';
import { ladder, type RungReport } from '../../../shared/contracts/verification.ts';
import { checkChain } from '../../../shared/domain/evidence/chain.ts';
import { sha256 } from '../../../shared/evidence/chain-store.ts';
import { trialOf, trialResult } from '../shared/domain/restore/restore-test-sample.ts';
import { aMinute, quietly } from './quietly.ts';
import { bucket, config, costsIn, now, policy } from './restore-test-bucket.ts';

const { recordRestoreTest } = await import('../../../functions/restore-test/record-restore-test.ts');

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
    assert.deepEqual([isProven, evidence.tried[1]?.failure?.error], [false, 'PathUnansweredError']);
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
