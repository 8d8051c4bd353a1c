import assert from 'node:assert/strict';
import { StatesError } from '../../sandbox/asl/states-error.ts';
import { PublishOutcomeInput, PublishOutcomeOutput, RestoreTestOutcome } from '../../shared/contracts/outcome.ts';
import * as prove from '../../shared/contracts/prove-snapshot.ts';
import { RemoveCopyInput, RemoveCopyOutput } from '../../shared/contracts/remove-copy.ts';
import * as restore from '../../shared/contracts/restore-test.ts';
import { binding, soundProof } from './backup-and-verify-support.ts';
import { fail, type TaskScript, transients, workflowBench } from './workflow-support.ts';

const contracts = {
  planRestoreTest: [restore.PlanRestoreTestInput, restore.PlanRestoreTestOutput],
  startProof: [prove.StartProofInput, prove.StartProofOutput],
  checkProof: [prove.CheckProofInput, prove.CheckProofOutput],
  removeCopy: [RemoveCopyInput, RemoveCopyOutput],
  recordRestoreTest: [restore.RecordRestoreTestInput, restore.RecordRestoreTestOutput],
  publishOutcome: [PublishOutcomeInput, PublishOutcomeOutput],
} as const;
type Script<T extends keyof typeof contracts> = TaskScript<typeof contracts, T>;

const size = {
  instanceClass: 'db.t3.micro',
  storageGb: 20,
  storageType: 'gp2',
  snapshots: 0,
  snapshotDays: 0,
  isCopiedToRegion: false,
};
const trial = (
  path: restore.RestorePath,
  region: string,
  backup: restore.PlannedTrial['backup'],
): restore.PlannedTrial => ({
  path,
  executionName: `run-1-hash-${path}`,
  region,
  backup,
  witness: { key: 'witness-1', binding, evidenceKey: 'backup-and-verify/fantasy/night/evidence.json' },
  pause: null,
  evidencePrefix: `restore-test/fantasy/run-1/${path}`,
  newestMoment: '2026-03-01T05:00:00.000Z',
  rpoSeconds: 300,
  proofCostKey: `drill-costs/2026-03/run-1-hash-${path}.json`,
  size,
  predicted: { hours: 6, parts: [], total: 0.1 },
});
const trials = [
  trial('snapshot', 'us-east-1', { kind: 'snapshot', snapshotId: 'snapshot-1' }),
  trial('other-region', 'us-west-2', { kind: 'snapshot', snapshotId: 'snapshot-1' }),
  trial('point-in-time', 'us-east-1', { kind: 'moment', time: '2026-03-01T05:00:00Z' }),
];
const plan: restore.RestoreTestPlan = {
  database: 'fantasy',
  sourceInstanceId: 'fantasy-dev',
  sourceBytes: 8192,
  trials,
  notTried: [{ path: 'dump', kind: 'not built', reason: 'there is no logical backup yet' }],
  atOnce: 4,
};
const pathOf = (name: string) => trials.find(({ path }) => name.endsWith(`-${path}`))?.path;
const ended: Script<'checkProof'> = () => ({ ended: true, status: 'SUCCEEDED', result: soundProof(1), cause: '' });

const bench = workflowBench({
  workflow: 'restore-test',
  contracts,
  soundInput: { database: 'fantasy' },
  soundRun: {
    planRestoreTest: () => ({ plan }),
    startProof: ({ executionName, region, backup }) => ({
      executionName,
      executionArn: `arn:aws:states:${region}:123456789012:execution:prove-snapshot-dev:${executionName}`,
      region,
      snapshotId: backup.kind === 'snapshot' ? backup.snapshotId : null,
    }),
    checkProof: ended,
    removeCopy: () => ({ instanceId: 'copy-1' }),
    recordRestoreTest: ({ results, failure }) => {
      const isProven = failure === null && results.every((one) => one.failure === null && one.cleanUpFailure === null);
      return {
        database: 'fantasy',
        isProven,
        severity: isProven ? ('P4' as const) : ('P1' as const),
        summary: isProven ? '3 of 3 paths are proven' : 'not proven',
        evidenceKey: 'restore-test/fantasy/run-1/evidence.json',
        reportKey: 'restore-test/fantasy/run-1/report.html',
        pageKey: 'recovery/fantasy/recovery.html',
        chain: null,
      };
    },
    publishOutcome: () => ({ messageId: 'message-1' }),
  },
});
type Run = Awaited<ReturnType<typeof bench.run>>;
const recorded = ({ calls }: Run) => calls.recordRestoreTest[0];
const resultOf = (run: Run, path: string) => recorded(run)?.results.find((one) => one.path === path);
/** Does so for one path, and soundly for the others. */
const forPath =
  (path: string, script: Script<'checkProof'>): Script<'checkProof'> =>
  (input, call) =>
    (pathOf(input.executionArn) === path ? script : ended)(input, call);

describe('restore-test', () => {
  test('proves each path in its region, side by side, and publishes what it came to', async () => {
    const run = await bench.run();
    assert.equal(run.status, 'SUCCEEDED');
    assert.deepEqual(
      run.calls.startProof.map(({ region, backup, evidencePrefix, isLastAttempt }) => [
        region,
        backup.kind,
        evidencePrefix,
        isLastAttempt,
      ]),
      trials.map(({ region, backup, evidencePrefix }) => [region, backup.kind, evidencePrefix, true]),
    );
    assert.deepEqual(
      recorded(run)?.results.map(({ path, failure, result }) => [path, failure, result?.bracket]),
      trials.map(({ path }) => [path, null, 'inside']),
    );
    assert.deepEqual(run.calls.removeCopy, []);
    const [published] = run.calls.publishOutcome.map(({ outcome }) => RestoreTestOutcome.parse(outcome));
    assert.deepEqual([published?.workflow, published?.isProven, published?.severity], ['restore-test', true, 'P4']);
  });

  test('ends without a word when a schedule asks and no database is due', async () => {
    const run = await bench.run({ planRestoreTest: () => ({ plan: null }) }, { input: {} });
    assert.deepEqual([run.status, run.output], ['SUCCEEDED', null]);
    assert.deepEqual([run.calls.startProof, run.calls.recordRestoreTest, run.calls.publishOutcome], [[], [], []]);
  });

  test('records and publishes that it could not be planned, and fails', async () => {
    for (const error of ['UnknownDatabaseError', 'States.DataLimitExceeded']) {
      const run = await bench.run({ planRestoreTest: fail(error) });
      assert.deepEqual([run.status, run.error], ['FAILED', 'RestorePathNotProven']);
      const { plan: planned, results, failure } = recorded(run) ?? {};
      assert.deepEqual([planned, results, failure?.state, failure?.error], [null, [], 'PlanRestoreTest', error]);
      assert.equal(run.calls.publishOutcome.length, 1);
    }
  });

  for (const task of ['startProof', 'checkProof'] as const) {
    test(`a path whose ${task} fails stops no other one`, async () => {
      for (const error of ['AccessDeniedError', 'AwsUnavailableError', 'States.DataLimitExceeded']) {
        const run = await bench.run({
          [task]: ((input: { executionName?: string; executionArn?: string }) =>
            pathOf(input.executionName ?? input.executionArn ?? '') === 'other-region'
              ? fail(error)()
              : bench.soundAnswer(task, input as never)) as never,
        });
        assert.deepEqual([run.status, run.error], ['FAILED', 'RestorePathNotProven']);
        assert.equal(resultOf(run, 'other-region')?.failure?.error, error);
        assert.equal(resultOf(run, 'other-region')?.result, null);
        for (const path of ['snapshot', 'point-in-time']) assert.equal(resultOf(run, path)?.failure, null, path);
      }
    });
  }

  test('an API that answers 500 for hours makes a red path, and a whole record', async () => {
    const run = await bench.run({
      checkProof: forPath('point-in-time', () => ({
        ended: true,
        status: 'SUCCEEDED',
        result: { ...soundProof(1), failure: { state: 'StartRestore', error: 'AwsUnavailableError', cause: '500' } },
        cause: '',
      })),
    });
    assert.equal(resultOf(run, 'point-in-time')?.result?.failure?.error, 'AwsUnavailableError');
    assert.equal(resultOf(run, 'snapshot')?.result?.failure, null);
  });

  test('waits for a proof that runs, and gives it up after ten and a half hours with its copy removed', async () => {
    const twice = await bench.run(
      bench.after('checkProof', 4, () => ({ ended: false, status: 'RUNNING', result: null, cause: '' })),
    );
    assert.equal(twice.status, 'SUCCEEDED');
    const run = await bench.run({
      checkProof: forPath('snapshot', () => ({ ended: false, status: 'RUNNING', result: null, cause: '' })),
    });
    assert.equal(resultOf(run, 'snapshot')?.failure?.error, 'ProofTimedOut');
    assert.deepEqual(
      run.calls.removeCopy.map(({ executionName, attempt, region }) => [executionName, attempt, region]),
      [['run-1-hash-snapshot', 1, 'us-east-1']],
    );
    assert.equal(resultOf(run, 'other-region')?.failure, null);
  });

  test('removes the copy of a proof that somebody stopped, in its region, and says when it could not', async () => {
    const stopped: Script<'checkProof'> = () => ({ ended: true, status: 'ABORTED', result: null, cause: 'by hand' });
    const removed = await bench.run({ checkProof: forPath('other-region', stopped) });
    assert.equal(resultOf(removed, 'other-region')?.failure?.error, 'ProofStopped');
    assert.equal(resultOf(removed, 'other-region')?.cleanUpFailure, null);
    assert.deepEqual(
      removed.calls.removeCopy.map(({ region }) => region),
      ['us-west-2'],
    );
    const left = await bench.run({
      checkProof: forPath('other-region', stopped),
      removeCopy: fail('InstanceNotOursError'),
    });
    assert.equal(resultOf(left, 'other-region')?.cleanUpFailure?.error, 'InstanceNotOursError');
    const cut = await bench.run({
      checkProof: forPath('other-region', stopped),
      removeCopy: () => {
        throw new StatesError('States.Timeout');
      },
    });
    assert.deepEqual(
      [resultOf(cut, 'other-region')?.cleanUpFailure?.error, resultOf(cut, 'other-region')?.cleanUpFailure?.cause],
      ['States.Timeout', 'no cause is given'],
    );
  });

  test('records what is known when the paths as a whole cannot be carried', async () => {
    const run = await bench.run({ planRestoreTest: () => ({ plan: { ...plan, trials: [] } }) });
    assert.deepEqual(recorded(run)?.results, []);
    const broken = await bench.run({ planRestoreTest: () => ({ plan: { ...plan, atOnce: -1 } }) });
    assert.deepEqual([recorded(broken)?.results, recorded(broken)?.failure?.state], [[], 'TryPaths']);
    assert.equal(broken.error, 'RestorePathNotProven');
  });

  test('publishes that nothing could be recorded, with what came before', async () => {
    const before = await bench.run({
      planRestoreTest: fail('AccessDeniedError'),
      recordRestoreTest: fail('AccessDeniedError'),
    });
    const outcomeOf = (run: Run) => RestoreTestOutcome.parse(run.calls.publishOutcome[0]?.outcome);
    assert.deepEqual(outcomeOf(before), {
      workflow: 'restore-test',
      database: null,
      isProven: false,
      severity: 'P1',
      summary:
        'the restore test could not be recorded: AccessDeniedError; before it AccessDeniedError in PlanRestoreTest',
      evidenceKey: 'none',
      reportKey: 'none',
      pageKey: null,
      chain: null,
    });
    const alone = await bench.run({ recordRestoreTest: fail('States.DataLimitExceeded') });
    assert.equal(alone.status, 'FAILED');
    assert.equal(outcomeOf(alone).database, 'fantasy');
  });

  test('asks again after each transient error of its own tasks', async () => {
    for (const task of ['planRestoreTest', 'recordRestoreTest', 'publishOutcome'] as const) {
      for (const [error, calls] of Object.entries(transients)) {
        if (error === 'DatabaseUnreachableError') continue;
        const run = await bench.run(bench.after(task, calls - 1, fail(error)));
        assert.equal(run.status, 'SUCCEEDED', `${task} ${error}`);
      }
    }
  });

  test('refuses an input that is too long to be carried, by its length', async () => {
    const run = await bench.run({}, { input: { database: 'x'.repeat(9000) } });
    const request = run.calls.planRestoreTest[0]?.request as { tooLong?: number } | undefined;
    assert.equal(request?.tooLong, 9015);
  });

  test('every transition was taken', () => assert.deepEqual(bench.armsNotTaken(), []));
});
