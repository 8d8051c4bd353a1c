import assert from 'node:assert/strict';
import { StatesError } from '../../sandbox/asl/states-error.ts';
import { makeClock } from '../../sandbox/clock.ts';
import type { Failure } from '../../shared/contracts/common.ts';
import { sourceName } from '../../shared/domain/resource/restore-source.ts';
import { operationsWith } from '../support/operations-with.ts';
import '../unit/shared/policy/load-operations.ts';
import {
  after,
  armsNotTaken,
  type BackupResult,
  binding,
  chainPlace,
  outcomesOf,
  proven,
  runBackup,
  running,
  type Script,
  type Scripts,
  soundAnswer,
  soundProof,
  type Task,
  tasks,
} from './backup-and-verify-support.ts';
import { fail, transients } from './workflow-support.ts';

const { askedDatabase } = await import('../../shared/rules/asked-database.ts');

const policy = operationsWith(['fantasy']);
const plan = ['Begin', 'PlanRun'];
const witness = ['TakeWitness', 'IsWitnessComplete'];
const snapshot = ['CheckSnapshot', 'IsSnapshotReady'];
const copied = ['IsCopyWanted', 'CopySnapshot', 'IsSnapshotCopied'];
const prove = ['IsProofPaid', 'StartProof', 'CheckProof', 'IsProofEnded'];
const cleanUp = ['RemoveCopy'];
const report = ['PublishOutcome', 'IsProven'];
const assess = ['RecordEvidence', 'IsProofKnown', 'TagSnapshot'];
const good = [...assess, ...report, 'Proven'];
/** A proof was started. */
const unproven = [...assess, ...report, 'NotProven'];
/** None was. */
const bad = ['RecordEvidence', 'IsProofKnown', ...report, 'NotProven'];
const unrecorded = ['RecordEvidence', 'AreRungsLeftOut', 'RecordEvidence', 'AreRungsLeftOut', ...report, 'NotProven'];
const oneAttempt = [...witness, ...snapshot, ...copied, ...prove];
const happyPath = [...plan, ...oneAttempt, ...good];
const proofPhases = ['StartRestore', 'VerifyTables', 'CleanUp'];
const aborted: Script<'checkProof'> = () => ({
  ended: true,
  status: 'ABORTED',
  result: null,
  cause: 'somebody stopped it',
});

const phaseNames = (result: BackupResult, call = 0) =>
  result.calls.recordEvidence[call]?.phases.map(({ name }) => name) ?? [];
const recorded = (result: BackupResult) => {
  assert.equal(result.calls.recordEvidence.length, 1, 'evidence is recorded once');
  const [evidence] = result.calls.recordEvidence;
  assert.ok(evidence);
  return evidence;
};
const causeOf = (failure: Failure | null) => JSON.parse(failure?.cause ?? '{}').errorMessage;
const callsOf = ({ calls }: BackupResult, task: Task) => calls[task].length;

describe('backup-and-verify without an incident', () => {
  test('a sound snapshot is proven at once, and the execution succeeds with its outcome', async () => {
    const result = await runBackup();
    assert.deepEqual(result.path, happyPath);
    assert.equal(result.status, 'SUCCEEDED');
    assert.deepEqual(result.output, {
      verdict: 'exact',
      summary: 'all 10 rows are proven',
      blame: null,
      evidenceKey: 'evidence.json',
      reportKey: 'report.html',
      chain: chainPlace,
      warnings: 0,
    });
  });

  test('a run that is refused because another one goes on is reported as that', async () => {
    const result = await runBackup({ takeWitness: fail('BackupAlreadyRunningError') });
    assert.equal(result.error, 'BackupAlreadyRunningError');
    assert.deepEqual(
      outcomesOf(result).map(({ isRefused }) => isRefused),
      [true],
    );
  });

  for (const [what, input] of Object.entries({
    'a name': { database: 'x'.repeat(130_000) },
    'quotes, which JSON escapes again and again': { database: '"'.repeat(130_000) },
    'characters of two bytes': { database: 'fantasy', note: 'ü'.repeat(125_000) },
  })) {
    test(`an input of 130,000 characters, ${what}, is refused with evidence and a message`, async () => {
      const planRun: Script<'planRun'> = ({ request }) => {
        try {
          askedDatabase(request, policy, 'dev');
        } catch (error) {
          assert.ok((error as Error).message.length < 10_000);
          throw error;
        }
        return assert.fail('it was accepted');
      };
      const result = await runBackup({ planRun }, { input });
      assert.equal(result.error, 'InvalidInputError');
      assert.deepEqual(result.path, ['Begin', 'PlanRun', ...bad]);
      const { failure, request } = recorded(result);
      assert.match(causeOf(failure), /^execution input has \d{6} characters, expected at most 8192\nHINT: /);
      assert.equal((request as { begins: string }).begins.length, 1000);
      assert.equal(result.calls.publishOutcome.length, 1);
      // The input itself is reported once, where it came in.
      const largest = Math.max(...result.events.slice(2).map((event) => Buffer.byteLength(JSON.stringify(event))));
      assert.ok(largest < 262_144, `${largest} bytes`);
    });
  }

  test('a task that answers more than a state may hold ends the run as any other failure', async () => {
    const result = await runBackup({
      checkSnapshot: () => ({ ready: true, status: 'x'.repeat(300_000), percent: 100 }),
    });
    assert.equal(result.error, 'States.DataLimitExceeded');
    assert.equal(recorded(result).failure?.state, 'CheckSnapshot');
    assert.equal(result.calls.publishOutcome.length, 1);
  });

  test('every task gets what the tasks before it found out', async () => {
    const { calls } = await runBackup();
    const [{ startedAt = '', ...asked } = {}] = calls.planRun;
    assert.ok(Date.parse(startedAt) > 0, startedAt);
    assert.deepEqual(asked, { executionName: 'run-1', request: { database: 'fantasy' }, attempt: 1, phases: [] });
    assert.deepEqual(calls.takeWitness, [
      {
        executionName: 'run-1',
        database: 'fantasy',
        sourceInstanceId: 'fantasy-dev',
        evidencePrefix: 'runs/run-1',
        attempt: 1,
        part: 1,
        digests: {},
      },
    ]);
    assert.deepEqual(calls.checkSnapshot, [{ snapshotId: 'snapshot-1' }]);
    assert.deepEqual(calls.copySnapshot, [
      {
        executionName: 'run-1',
        snapshotId: 'snapshot-1',
        witnessKey: 'witness-1',
        sourceInstanceId: 'fantasy-dev',
        region: 'us-west-2',
        kmsKeyId: 'key-1',
      },
    ]);
    assert.deepEqual(calls.startProof, [
      {
        executionName: 'run-1',
        database: 'fantasy',
        backup: { kind: 'snapshot', snapshotId: 'snapshot-1' },
        witnessKey: 'witness-1',
        witness: binding,
        evidencePrefix: 'runs/run-1',
        attempt: 1,
        isLastAttempt: false,
        region: 'us-east-1',
      },
    ]);
    assert.deepEqual(calls.checkProof, [
      {
        executionArn: 'arn:aws:states:us-east-1:123456789012:execution:prove-snapshot-dev:run-1-1',
        region: 'us-east-1',
      },
    ]);
    const [{ verifiedAt = '', ...tagged } = {}] = calls.tagSnapshot;
    assert.ok(Date.parse(verifiedAt) > 0, verifiedAt);
    assert.deepEqual(tagged, {
      executionName: 'run-1',
      database: 'fantasy',
      snapshotId: 'snapshot-1',
      region: 'us-east-1',
      provenIn: 'us-east-1',
      verdict: 'exact',
      evidenceKey: 'evidence.json',
      copiedTo: 'us-west-2',
    });
    assert.deepEqual(calls.publishOutcome, [
      {
        executionName: 'run-1',
        executionArn: 'arn:aws:states:eu-central-1:123456789012:execution:backup-and-verify-dev:run-1',
        outcome: {
          workflow: 'backup-and-verify',
          database: 'fantasy',
          verdict: 'exact',
          summary: 'all 10 rows are proven',
          blame: null,
          evidenceKey: 'evidence.json',
          reportKey: 'report.html',
          chain: chainPlace,
          copyFailure: null,
          isRefused: false,
          warnings: 0,
          isCapped: false,
        },
      },
    ]);
  });

  test('the evidence gets the proof, its rungs in order, and no failure', async () => {
    const evidence = recorded(await runBackup());
    assert.deepEqual(evidence.rungsKeys, soundProof(1).rungsKeys);
    assert.equal(evidence.proof?.snapshotId, 'snapshot-1');
    assert.equal(evidence.proof?.region, 'us-east-1');
    assert.equal(evidence.failure, null);
    assert.equal(evidence.cleanUpFailure, null);
    assert.equal(evidence.attempt, 1);
  });

  test('the phases of the proof follow those of the snapshot', async () => {
    const result = await runBackup();
    assert.deepEqual(phaseNames(result), ['TakeWitness', 'AwaitSnapshot', 'CopySnapshot', ...proofPhases]);
    const [taken, awaited] = recorded(result).phases;
    assert.equal(awaited?.startedAt, taken?.endedAt);
  });

  test('a witness that takes longer than a function is taken part by part, at once, and is one phase', async () => {
    const result = await runBackup(after('takeWitness', 2, () => ({ witness: null, digests: {} })));
    assert.equal(result.status, 'SUCCEEDED');
    assert.deepEqual(
      result.calls.takeWitness.map(({ attempt, part }) => [attempt, part]),
      [
        [1, 1],
        [1, 2],
        [1, 3],
      ],
    );
    assert.deepEqual(result.path.slice(2, 8), [...witness, ...witness, ...witness]);
    assert.deepEqual(phaseNames(result), ['TakeWitness', 'AwaitSnapshot', 'CopySnapshot', ...proofPhases]);
  });

  test('a second attempt begins with its first part', async () => {
    const takeWitness: Script<'takeWitness'> = async (input, call) => {
      if (call === 1) return { witness: null, digests: {} };
      if (call === 2) return fail('BracketLostError')();
      return soundAnswer('takeWitness', input);
    };
    const { status, calls } = await runBackup({ takeWitness });
    assert.equal(status, 'SUCCEEDED');
    assert.deepEqual(
      calls.takeWitness.map(({ attempt, part }) => [attempt, part]),
      [
        [1, 1],
        [1, 2],
        [2, 1],
      ],
    );
  });

  test('snapshot and proof are awaited by asking again', async () => {
    const result = await runBackup({
      ...after('checkSnapshot', 2, () => ({ ready: false, status: 'creating', percent: 50 })),
      ...after('checkProof', 2, running),
    });
    const again = ['CheckSnapshot', 'IsSnapshotReady', 'WaitForSnapshot'];
    assert.deepEqual(result.path, [
      ...plan,
      ...witness,
      ...again,
      ...again,
      ...snapshot,
      ...copied,
      ...['IsProofPaid', 'StartProof'],
      ...['CheckProof', 'IsProofEnded', 'WaitForProof', 'CheckProof', 'IsProofEnded', 'WaitForProof'],
      ...['CheckProof', 'IsProofEnded'],
      ...good,
    ]);
    assert.deepEqual(phaseNames(result), ['TakeWitness', 'AwaitSnapshot', 'CopySnapshot', ...proofPhases]);
  });

  test('a bounded verdict succeeds', async () => {
    const recordEvidence: Script<'recordEvidence'> = async (input) => ({
      ...(await soundAnswer('recordEvidence', input)),
      verdict: 'bounded',
    });
    assert.equal((await runBackup({ recordEvidence })).status, 'SUCCEEDED');
  });

  test('a verdict that proves nothing fails the execution with BackupNotProven and the place of its report', async () => {
    for (const verdict of ['unbracketed', 'failed'] as const) {
      const recordEvidence: Script<'recordEvidence'> = async (input) => ({
        ...(await soundAnswer('recordEvidence', input)),
        verdict,
        summary: 'league.games lost 2 rows',
      });
      const result = await runBackup({ recordEvidence });
      assert.deepEqual(result.path, [...plan, ...oneAttempt, ...unproven]);
      assert.equal(result.status, 'FAILED');
      assert.equal(result.error, 'BackupNotProven');
      assert.equal(result.cause, `${verdict}: league.games lost 2 rows (report.html)`);
      assert.equal(outcomesOf(result)[0]?.verdict, verdict);
    }
  });
});

/** Where each task fails for good: what ran until then, and which phases are known. */
const failures: readonly (readonly [Task, string, readonly string[], readonly string[]])[] = [
  ['takeWitness', 'MissingPrivilegeError', [...plan, 'TakeWitness'], []],
  ['checkSnapshot', 'SnapshotFailedError', [...plan, ...witness, 'CheckSnapshot'], ['TakeWitness']],
  [
    'startProof',
    'AccessDeniedError',
    [...plan, ...witness, ...snapshot, ...copied, 'IsProofPaid', 'StartProof'],
    ['TakeWitness', 'AwaitSnapshot', 'CopySnapshot'],
  ],
  [
    'checkProof',
    'AccessDeniedError',
    [...plan, ...witness, ...snapshot, ...copied, 'IsProofPaid', 'StartProof', 'CheckProof'],
    ['TakeWitness', 'AwaitSnapshot', 'CopySnapshot'],
  ],
];

describe('backup-and-verify when a task fails', () => {
  for (const [task, error, path, phases] of failures) {
    test(`${error} of ${task} is not retried, evidence and notification report it`, async () => {
      const result = await runBackup({ [task]: fail(error) });
      assert.deepEqual(result.path, [...path, ...(task === 'checkProof' ? unproven : bad)]);
      assert.equal(callsOf(result, task), 1);
      assert.equal(result.status, 'FAILED');
      assert.equal(result.error, error);
      assert.equal(result.cause, `failed: ${error} (report.html)`);
      const evidence = recorded(result);
      assert.equal(evidence.failure?.state, path.at(-1));
      assert.equal(evidence.failure?.error, error);
      assert.match(causeOf(evidence.failure), /HINT: Do this\./);
      assert.deepEqual(phaseNames(result), phases);
      assert.deepEqual(evidence.rungsKeys, []);
      assert.equal(outcomesOf(result)[0]?.summary, error);
    });
  }

  test('a run that cannot be planned is recorded and reported without a database', async () => {
    const result = await runBackup({ planRun: fail('UnknownDatabaseError') }, { input: { database: 'nobody' } });
    assert.deepEqual(result.path, [...plan, ...bad]);
    assert.equal(result.error, 'UnknownDatabaseError');
    const evidence = recorded(result);
    assert.equal(evidence.plan, null);
    assert.equal(evidence.witness, null);
    assert.equal(evidence.proof, null);
    assert.deepEqual(evidence.request, { database: 'nobody' });
    assert.equal(outcomesOf(result)[0]?.database, null);
  });

  test('an input that is no object reaches the task that refuses it, and the evidence', async () => {
    for (const input of ['fantasy', [], null, 7]) {
      const result = await runBackup({ planRun: fail('InvalidInputError') }, { input });
      assert.deepEqual(result.path, [...plan, ...bad]);
      assert.equal(result.error, 'InvalidInputError');
      assert.deepEqual(recorded(result).request, input);
    }
  });

  test('a task that hangs is given up after its time, and the run is reported', async () => {
    const result = await runBackup(
      { takeWitness: () => new Promise(() => {}) },
      // The execution may take 3.2 s of real time, a task 100 ms.
      { clock: makeClock(20_000), minimumTimeoutMilliseconds: 100 },
    );
    assert.deepEqual(result.path, [...plan, 'TakeWitness', ...bad]);
    assert.equal(result.error, 'States.Timeout');
    assert.deepEqual(recorded(result).failure, {
      state: 'TakeWitness',
      error: 'States.Timeout',
      cause: 'no cause is given',
    });
  });
});

test('a proof that would cost too much is not made: the snapshot is taken and copied, and the run fails by that name', async () => {
  const planRun: Script<'planRun'> = async (input) => {
    const planned = await soundAnswer('planRun', input);
    const cap = { mayRestore: false, told: 'it may cost 10.50, and a proof may cost 10.00' };
    return { ...planned, cost: { ...planned.cost, cap } };
  };
  const result = await runBackup({ planRun });
  assert.deepEqual(result.path, [...plan, ...witness, ...snapshot, ...copied, 'IsProofPaid', ...bad]);
  assert.equal(result.error, 'CostCapReached');
  const { failure, proof, copiedTo } = recorded(result);
  assert.deepEqual([failure?.error, proof, copiedTo], ['CostCapReached', null, 'us-west-2']);
  assert.match(failure?.cause ?? '', /taken and not restored: it may cost 10\.50/);
  assert.equal(outcomesOf(result)[0]?.isCapped, true);
});

describe('backup-and-verify and the second region', () => {
  const notReady =
    (status: string): Script<'copySnapshot'> =>
    () => ({ ready: false, status, percent: 0 });

  test('a stage with one region copies nothing', async () => {
    const planRun: Script<'planRun'> = async (input) => ({ ...(await soundAnswer('planRun', input)), copyTo: null });
    const result = await runBackup({ planRun });
    assert.deepEqual(result.path, [...plan, ...witness, ...snapshot, 'IsCopyWanted', ...prove, ...good]);
    assert.equal(recorded(result).copiedTo, null);
  });

  test('a copy is asked for until it is there, be it queued first, and the evidence reports where it is', async () => {
    const copySnapshot: Script<'copySnapshot'> = (_, call) =>
      call === 1
        ? { ready: false, status: 'queued', percent: 0 }
        : { ready: call === 3, status: call === 3 ? 'available' : 'copying', percent: 50 };
    const result = await runBackup({ copySnapshot });
    const again = ['CopySnapshot', 'IsSnapshotCopied', 'WaitForCopy'];
    const asked = [...again, ...again, 'CopySnapshot', 'IsSnapshotCopied'];
    assert.deepEqual(result.path, [...plan, ...witness, ...snapshot, 'IsCopyWanted', ...asked, ...prove, ...good]);
    assert.equal(recorded(result).copiedTo, 'us-west-2');
    assert.equal(result.status, 'SUCCEEDED');
  });

  test('on its turn the copy is proven where it lies, looked after there, and both are reported', async () => {
    const planRun: Script<'planRun'> = async (input) => ({
      ...(await soundAnswer('planRun', input)),
      provesCopy: true,
    });
    const { calls, path } = await runBackup({ planRun });
    assert.deepEqual(path, happyPath);
    for (const { region } of [...calls.startProof, ...calls.checkProof]) assert.equal(region, 'us-west-2');
    const [tagged] = calls.tagSnapshot;
    assert.deepEqual([tagged?.region, tagged?.provenIn, tagged?.copiedTo], ['us-east-1', 'us-west-2', 'us-west-2']);
    const stopped = await runBackup({
      planRun,
      checkProof: () => ({ ended: true, status: 'ABORTED', result: null, cause: 'stopped' }),
    });
    assert.deepEqual(
      stopped.calls.removeCopy.map(({ region }) => region),
      ['us-west-2'],
    );
    const alone = await runBackup({ planRun, copySnapshot: fail('SnapshotCopyFailedError') });
    assert.equal(alone.calls.startProof[0]?.region, 'us-east-1', 'without a copy the snapshot is proven');
    assert.equal(alone.calls.tagSnapshot[0]?.provenIn, 'us-east-1');
  });

  test('a snapshot that cannot be copied is proven where it is, and the run fails by the name of the copy', async () => {
    for (const error of ['SnapshotCopyFailedError', 'SnapshotNotOursError', 'SnapshotQuotaExceededError']) {
      const result = await runBackup({ copySnapshot: fail(error) });
      assert.deepEqual(
        result.path,
        [...plan, ...witness, ...snapshot, 'IsCopyWanted', 'CopySnapshot', ...prove, ...unproven],
        error,
      );
      assert.equal(result.error, error);
      const evidence = recorded(result);
      assert.deepEqual([evidence.failure, evidence.copiedTo], [null, null]);
      assert.deepEqual([evidence.copyFailure?.state, evidence.copyFailure?.error], ['CopySnapshot', error]);
      assert.equal(outcomesOf(result)[0]?.verdict, 'exact');
      assert.equal(outcomesOf(result)[0]?.copyFailure?.error, error);
    }
  });

  test('a copy that fails for a reason that nobody foresaw ends the run, and is reported', async () => {
    const result = await runBackup({ copySnapshot: fail('InvalidOutputError') });
    assert.deepEqual(result.path, [...plan, ...witness, ...snapshot, 'IsCopyWanted', 'CopySnapshot', ...bad]);
    assert.deepEqual([result.error, recorded(result).failure?.state], ['InvalidOutputError', 'CopySnapshot']);
  });

  test('a copy that is not there after 6 h of asking is left to itself, and the snapshot proven', async () => {
    const result = await runBackup({ copySnapshot: notReady('copying') });
    assert.equal(callsOf(result, 'copySnapshot'), 361);
    assert.equal(result.error, 'SnapshotCopyTimedOut');
    assert.equal(recorded(result).copyFailure?.cause, 'copy of snapshot-1 in us-west-2 is copying after 6 h');
    assert.equal(callsOf(result, 'checkProof'), 1);
  });

  test('a proof that fails is reported before a copy that failed', async () => {
    const failure = { state: 'VerifySchema', error: 'CertificateRejectedError', cause: 'no' };
    const result = await runBackup({
      copySnapshot: fail('SnapshotCopyFailedError'),
      checkProof: proven({ failure }),
    });
    assert.equal(result.error, 'CertificateRejectedError');
    const recordEvidence: Script<'recordEvidence'> = async (input) => ({
      ...(await soundAnswer('recordEvidence', input)),
      verdict: 'failed',
    });
    const unproven = await runBackup({ copySnapshot: fail('SnapshotCopyFailedError'), recordEvidence });
    assert.equal(unproven.error, 'BackupNotProven');
  });

  test('what became of the copy of a first attempt does not count', async () => {
    const result = await runBackup({
      ...after('copySnapshot', 1, fail('SnapshotCopyFailedError')),
      ...after('checkProof', 1, proven({ bracket: 'after' })),
    });
    assert.equal(result.status, 'SUCCEEDED');
    assert.deepEqual(
      result.calls.copySnapshot.map(({ snapshotId }) => snapshotId),
      ['snapshot-1', 'snapshot-2'],
    );
    assert.equal(recorded(result).copyFailure, null);
  });
});

describe('backup-and-verify and what its proof found', () => {
  const failure = { state: 'VerifySchema', error: 'CertificateRejectedError', cause: '{"errorMessage":"no"}' };
  const cleanUpFailure = { state: 'RemoveCopy', error: 'CleanUpTimedOut', cause: 'copy-1 is there after 2 h' };

  test('a failure in the proof is the failure of the run, with what was proven until then', async () => {
    const result = await runBackup({ checkProof: proven({ failure, rungsKeys: ['server'], bracket: 'inside' }) });
    assert.deepEqual(result.path, [...plan, ...oneAttempt, ...unproven]);
    assert.equal(result.error, 'CertificateRejectedError');
    assert.deepEqual(recorded(result).failure, failure);
    assert.deepEqual(recorded(result).rungsKeys, ['server']);
  });

  test('a copy that the proof could not remove fails a run that proved everything', async () => {
    const result = await runBackup({ checkProof: proven({ cleanUpFailure }) });
    assert.deepEqual(result.path, [...plan, ...oneAttempt, ...unproven]);
    assert.equal(result.error, 'CleanUpTimedOut');
    assert.equal(recorded(result).failure, null);
    assert.deepEqual(recorded(result).cleanUpFailure, cleanUpFailure);
  });

  test('a run whose clean-up failed fails, whatever its evidence says of the backup', async () => {
    const exact: Script<'recordEvidence'> = async (input) => ({
      ...(await soundAnswer('recordEvidence', input)),
      verdict: 'exact',
    });
    const result = await runBackup({ checkProof: proven({ cleanUpFailure }), recordEvidence: exact });
    assert.equal(result.status, 'FAILED');
    assert.equal(result.error, 'CleanUpTimedOut');
  });

  test('when the proof and its clean-up both fail, the evidence has both, and the run fails with the first', async () => {
    const result = await runBackup({ checkProof: proven({ failure, cleanUpFailure }) });
    assert.equal(result.error, 'CertificateRejectedError');
    assert.deepEqual(recorded(result).cleanUpFailure, cleanUpFailure);
  });

  test('a proof that found nothing at all is reported as that', async () => {
    const nothing = { rungsKeys: [], digests: {}, phases: [], bracket: null, failure };
    const result = await runBackup({ checkProof: proven(nothing) });
    assert.deepEqual(recorded(result).rungsKeys, []);
    assert.deepEqual(phaseNames(result), ['TakeWitness', 'AwaitSnapshot', 'CopySnapshot']);
  });

  for (const status of ['ABORTED', 'TIMED_OUT', 'FAILED']) {
    test(`a proof that ended as ${status} is a named failure, and its copy is removed`, async () => {
      const result = await runBackup({
        checkProof: () => ({ ended: true, status, result: null, cause: 'somebody stopped it' }),
      });
      assert.deepEqual(result.path, [...plan, ...oneAttempt, ...cleanUp, ...unproven]);
      assert.equal(result.error, 'ProofStopped');
      assert.deepEqual(recorded(result).failure, {
        state: 'CheckProof',
        error: 'ProofStopped',
        cause: `proof run-1-1 ended as ${status}: somebody stopped it`,
      });
      assert.deepEqual(result.calls.removeCopy, [
        { executionName: 'run-1-1', database: 'fantasy', attempt: 1, region: 'us-east-1' },
      ]);
      assert.equal(phaseNames(result).at(-1), 'CleanUp');
    });
  }

  test('the copy of a second proof that was stopped is removed by its own name', async () => {
    const checkProof: Script<'checkProof'> = (input, call) =>
      call === 1 ? proven({ bracket: 'after' })(input, call) : aborted(input, call);
    const result = await runBackup({ checkProof });
    assert.deepEqual(
      result.calls.removeCopy.map(({ executionName, attempt }) => [executionName, attempt]),
      [['run-1-2', 2]],
    );
  });

  test('the clean-up of a stopped proof that fails is reported beside it', async () => {
    const result = await runBackup({ checkProof: aborted, removeCopy: fail('AccessDeniedError') });
    assert.deepEqual(result.path, [...plan, ...oneAttempt, ...cleanUp, ...unproven]);
    assert.equal(result.error, 'ProofStopped');
    const { cleanUpFailure } = recorded(result);
    assert.deepEqual([cleanUpFailure?.state, cleanUpFailure?.error], ['RemoveCopy', 'AccessDeniedError']);
    assert.ok(!phaseNames(result).includes('CleanUp'));
  });

  test('the clean-up of a stopped proof that cannot be started for throttling is started again, five times', async () => {
    const throttled = () => {
      throw new StatesError('StepFunctions.ExecutionLimitExceededException', 'too many');
    };
    const survived = await runBackup({ checkProof: aborted, ...after('removeCopy', 5, throttled) });
    assert.equal(recorded(survived).cleanUpFailure, null);
    const lost = await runBackup({ checkProof: aborted, removeCopy: throttled });
    assert.equal(callsOf(lost, 'removeCopy'), 6);
    assert.equal(recorded(lost).cleanUpFailure?.error, 'StepFunctions.ExecutionLimitExceededException');
  });
});

describe('backup-and-verify when the bracket is missed', () => {
  test('a lost bracket is taken once more, and the second attempt succeeds as if it were the first', async () => {
    const result = await runBackup(after('takeWitness', 1, fail('BracketLostError')));
    assert.deepEqual(result.path, [...plan, 'TakeWitness', 'IsAttemptLeft', 'PlanRun', ...oneAttempt, ...good]);
    assert.equal(result.status, 'SUCCEEDED');
    assert.deepEqual(
      result.calls.takeWitness.map(({ attempt }) => attempt),
      [1, 2],
    );
    const evidence = recorded(result);
    assert.equal(evidence.failure, null);
    assert.equal(evidence.attempt, 2);
    assert.equal(evidence.witness?.snapshotId, 'snapshot-2');
    assert.equal(result.calls.startProof[0]?.isLastAttempt, true);
  });

  test('a bracket lost twice fails the run', async () => {
    const result = await runBackup({ takeWitness: fail('BracketLostError') });
    assert.deepEqual(result.path, [
      ...plan,
      ...['TakeWitness', 'IsAttemptLeft', 'PlanRun', 'TakeWitness', 'IsAttemptLeft'],
      ...bad,
    ]);
    assert.equal(result.error, 'BracketLostError');
    assert.equal(callsOf(result, 'takeWitness'), 2);
    assert.equal(recorded(result).failure?.state, 'TakeWitness');
  });

  for (const bracket of ['before', 'after'] as const) {
    test(`a snapshot ${bracket} the bracket is followed by a second attempt`, async () => {
      const result = await runBackup(after('checkProof', 1, proven({ bracket, rungsKeys: ['server'] })));
      assert.deepEqual(result.path, [...plan, ...oneAttempt, 'PlanRun', ...oneAttempt, ...good]);
      assert.equal(result.status, 'SUCCEEDED');
      assert.deepEqual(
        result.calls.startProof.map(({ backup, attempt, isLastAttempt }) => [
          sourceName(backup),
          attempt,
          isLastAttempt,
        ]),
        [
          ['snapshot-1', 1, false],
          ['snapshot-2', 2, true],
        ],
      );
      const evidence = recorded(result);
      assert.equal(evidence.attempt, 2);
      assert.equal(evidence.proof?.snapshotId, 'snapshot-2');
      assert.deepEqual(evidence.rungsKeys, soundProof(2).rungsKeys, 'the rungs of the first copy do not count');
      const attempt = ['TakeWitness', 'AwaitSnapshot', 'CopySnapshot', ...proofPhases];
      assert.deepEqual(phaseNames(result), [...attempt, ...attempt]);
    });
  }

  test('a snapshot outside the bracket twice is not tried a third time', async () => {
    const recordEvidence: Script<'recordEvidence'> = async (input) => ({
      ...(await soundAnswer('recordEvidence', input)),
      verdict: 'unbracketed',
    });
    const result = await runBackup({ checkProof: proven({ bracket: 'before' }), recordEvidence });
    assert.deepEqual(result.path, [...plan, ...oneAttempt, 'PlanRun', ...oneAttempt, ...unproven]);
    assert.equal(result.error, 'BackupNotProven');
    assert.equal(callsOf(result, 'takeWitness'), 2);
  });

  test('a second attempt is planned with what the first one took; when it costs too much it is not restored', async () => {
    const planRun: Script<'planRun'> = async (input) => {
      const planned = await soundAnswer('planRun', input);
      const cap = { mayRestore: input.attempt === 1, told: 'it may cost 10.50, and a proof may cost 10.00' };
      return { ...planned, cost: { ...planned.cost, cap } };
    };
    const checkProof = proven({ bracket: 'before', rungsKeys: ['server'] });
    const result = await runBackup({ planRun, checkProof });
    const held = [...witness, ...snapshot, ...copied, 'IsProofPaid', ...bad];
    assert.deepEqual(result.path, [...plan, ...oneAttempt, 'PlanRun', ...held]);
    assert.equal(result.error, 'CostCapReached');
    const [, second] = result.calls.planRun;
    assert.deepEqual(
      [second?.attempt, second?.phases.map(({ name }) => name)],
      [2, ['TakeWitness', 'AwaitSnapshot', 'CopySnapshot', ...proofPhases]],
    );
    const { proof, rungsKeys, witness: taken } = recorded(result);
    assert.deepEqual([proof, rungsKeys, taken?.snapshotId], [null, [], 'snapshot-2'], 'the first says nothing of it');
  });

  test('a foreign snapshot is not tried again', async () => {
    assert.deepEqual((await runBackup({ checkProof: proven({ bracket: 'foreign' }) })).path, happyPath);
  });

  test('a proof that failed or left its copy is not followed by a second attempt', async () => {
    const reported = { state: 'RemoveCopy', error: 'AccessDeniedError', cause: 'no' };
    for (const change of [{ failure: reported }, { cleanUpFailure: reported }]) {
      const result = await runBackup({ checkProof: proven({ bracket: 'after', ...change }) });
      assert.deepEqual(result.path, [...plan, ...oneAttempt, ...unproven]);
      assert.equal(result.error, 'AccessDeniedError');
    }
  });
});

describe('backup-and-verify when AWS takes its time', () => {
  test('a snapshot that is not ready after 6 h of asking ends the run', async () => {
    const result = await runBackup({ checkSnapshot: () => ({ ready: false, status: 'creating', percent: 1 }) });
    assert.equal(callsOf(result, 'checkSnapshot'), 721);
    assert.deepEqual(result.path.slice(-bad.length), bad);
    assert.equal(result.error, 'SnapshotTimedOut');
    assert.deepEqual(recorded(result).failure, {
      state: 'CheckSnapshot',
      error: 'SnapshotTimedOut',
      cause: 'snapshot snapshot-1 is creating after 6 h',
    });
  });

  test('a proof that has not ended after 10.5 h is given up and its copy removed; waiting before does not count', async () => {
    const result = await runBackup({
      ...after('checkSnapshot', 300, () => ({ ready: false, status: 'creating', percent: 1 })),
      checkProof: running,
    });
    assert.equal(callsOf(result, 'checkProof'), 1261);
    assert.deepEqual(result.path.slice(-(cleanUp.length + unproven.length)), [...cleanUp, ...unproven]);
    assert.equal(result.error, 'ProofTimedOut');
    assert.equal(recorded(result).failure?.cause, 'proof run-1-1 is RUNNING after 10.5 h');
  });

  describe('in parts that are each within their bounds and together more than a night', () => {
    /** A first attempt of 6 h for the snapshot, 6 h for its copy and 4 h for a proof that says: once more. */
    const slowAttempt = {
      ...after('checkSnapshot', 719, () => ({ ready: false, status: 'creating', percent: 1 })),
      ...after('copySnapshot', 359, () => ({ ready: false, status: 'copying', percent: 1 })),
    };
    const late = (result: BackupResult) => {
      assert.equal(result.error, 'RunTimedOut');
      assert.match(recorded(result).failure?.cause ?? '', /after waits of 17 h in all/);
      assert.equal(callsOf(result, 'publishOutcome'), 1);
      return recorded(result).failure?.state;
    };
    /** Of the first proof, after 4 h. */
    const onceMore = (): { checkProof: Script<'checkProof'> } => {
      let polls = 0;
      return {
        checkProof: (input, call) => {
          polls += 1;
          return (polls < 480 ? running : proven({ bracket: 'after' }))(input, call);
        },
      };
    };

    test('ends in time, with evidence and a message, while a proof runs, whose copy is removed', async () => {
      const result = await runBackup({ ...slowAttempt, checkProof: running });
      assert.equal(late(result), 'CheckProof');
      assert.deepEqual(result.path.slice(-(cleanUp.length + unproven.length)), [...cleanUp, ...unproven]);
    });

    test('ends in time while the second snapshot is made', async () => {
      let snapshots = 0;
      const result = await runBackup({
        ...slowAttempt,
        ...onceMore(),
        checkSnapshot: () => {
          snapshots += 1;
          return { ready: snapshots === 720, status: snapshots === 720 ? 'available' : 'creating', percent: 1 };
        },
      });
      assert.equal(late(result), 'CheckSnapshot');
    });

    test('ends in time while the second snapshot is copied', async () => {
      let copies = 0;
      const result = await runBackup({
        ...slowAttempt,
        ...onceMore(),
        copySnapshot: () => {
          copies += 1;
          return { ready: copies === 360, status: copies === 360 ? 'available' : 'copying', percent: 1 };
        },
      });
      assert.equal(late(result), 'CopySnapshot');
    });

    test('ends in time while the second witness is taken', async () => {
      const result = await runBackup({
        ...slowAttempt,
        ...onceMore(),
        takeWitness: (input) =>
          input.attempt === 1 ? soundAnswer('takeWitness', input) : { witness: null, digests: {} },
      });
      assert.equal(late(result), 'TakeWitness');
    });
  });

  test('no limit of polling writes more history than AWS keeps', async () => {
    // The waits end after 17 h, which is 2040 waits of 30 s.
    let asked = 0;
    const checkProof: Script<'checkProof'> = (input, call) => {
      asked += 1;
      return asked < 1260
        ? running(input, call)
        : proven({ bracket: asked === 1260 ? 'after' : 'inside' })(input, call);
    };
    const result = await runBackup({
      ...after('checkSnapshot', 719, () => ({ ready: false, status: 'creating', percent: 1 })),
      checkProof,
    });
    assert.equal(result.status, 'SUCCEEDED');
    assert.ok(result.events.length < 25_000, `${result.events.length} events`);
  });
});

describe('backup-and-verify when the tail fails', () => {
  test('evidence that cannot be recorded is reported all the same, and is no success', async () => {
    const result = await runBackup({ recordEvidence: fail('AccessDeniedError') });
    assert.deepEqual(result.path, [...plan, ...oneAttempt, ...unrecorded]);
    assert.equal(result.error, 'AccessDeniedError');
    const [outcome] = outcomesOf(result);
    assert.equal(outcome?.verdict, 'failed');
    assert.equal(outcome?.summary, 'evidence could not be recorded: AccessDeniedError');
    assert.equal(outcome?.chain, null);
  });

  test('rungs that cannot be read are left out: the run is recorded as failed, by the name of what was in the way', async () => {
    const recordEvidence: Script<'recordEvidence'> = async (input) =>
      input.rungsKeys.length > 0
        ? fail('AwsUnavailableError')()
        : { ...(await soundAnswer('recordEvidence', input)), verdict: 'failed' };
    const result = await runBackup({ recordEvidence });
    assert.deepEqual(result.path, [...plan, ...oneAttempt, 'RecordEvidence', 'AreRungsLeftOut', ...unproven]);
    assert.equal(result.error, 'AwsUnavailableError');
    const last = result.calls.recordEvidence.at(-1);
    assert.deepEqual(last?.rungsKeys, []);
    assert.equal(last?.failure?.error, 'AwsUnavailableError');
    assert.equal(outcomesOf(result)[0]?.chain?.sequence, chainPlace.sequence);
  });

  test('evidence that was recorded by a call that died is the answer of the next one, with all its rungs', async () => {
    const recordEvidence: Script<'recordEvidence'> = (input, call) =>
      call === 1 ? fail('States.Timeout')() : soundAnswer('recordEvidence', { ...input, failure: null });
    const result = await runBackup({ recordEvidence });
    assert.deepEqual(result.path, [...plan, ...oneAttempt, 'RecordEvidence', 'AreRungsLeftOut', ...good]);
    assert.equal(result.status, 'SUCCEEDED');
  });

  test('a run whose evidence cannot be recorded either keeps the name of its first failure', async () => {
    const result = await runBackup({
      checkSnapshot: fail('SnapshotFailedError'),
      recordEvidence: fail('AccessDeniedError'),
    });
    assert.equal(result.error, 'SnapshotFailedError');
    assert.equal(
      result.cause,
      'failed: evidence could not be recorded: AccessDeniedError; before it SnapshotFailedError in CheckSnapshot (none)',
    );
    assert.match(outcomesOf(result)[0]?.summary ?? '', /SnapshotFailedError in CheckSnapshot/);
    const leftCopy = await runBackup({
      checkProof: aborted,
      removeCopy: fail('InstanceNotOursError'),
      recordEvidence: fail('AccessDeniedError'),
    });
    assert.equal(
      outcomesOf(leftCopy)[0]?.summary,
      'evidence could not be recorded: AccessDeniedError; before it ProofStopped in CheckProof; before it InstanceNotOursError in RemoveCopy',
    );
  });

  test('a snapshot that cannot be tagged does not count as verified: the run says so and is no success', async () => {
    const result = await runBackup({ tagSnapshot: fail('SnapshotNotOursError') });
    assert.deepEqual(result.path, [...plan, ...oneAttempt, ...unproven]);
    assert.equal(result.error, 'SnapshotNotOursError');
    const [outcome] = outcomesOf(result);
    assert.equal(outcome?.verdict, 'failed');
    assert.equal(
      outcome?.summary,
      'snapshot snapshot-1 or its copy does not count as verified, it could not be tagged: SnapshotNotOursError; its evidence says exact: all 10 rows are proven',
    );
    assert.equal(outcome?.evidenceKey, 'evidence.json');
    assert.equal(recorded(result).failure, null);
  });

  test('a run that failed and whose snapshot cannot be tagged either keeps the name of its first failure', async () => {
    const reported = { state: 'VerifySchema', error: 'CertificateRejectedError', cause: 'no' };
    const result = await runBackup({
      checkProof: proven({ failure: reported }),
      tagSnapshot: fail('AccessDeniedError'),
    });
    assert.equal(result.error, 'CertificateRejectedError');
    assert.match(outcomesOf(result)[0]?.summary ?? '', /AccessDeniedError; its evidence says failed/);
  });

  test('the tag of a second attempt is put on the second snapshot', async () => {
    const result = await runBackup(after('checkProof', 1, proven({ bracket: 'after' })));
    assert.deepEqual(
      result.calls.tagSnapshot.map(({ snapshotId }) => snapshotId),
      ['snapshot-2'],
    );
  });

  test('a notification that cannot be sent is no success', async () => {
    const result = await runBackup({ publishOutcome: fail('AccessDeniedError') });
    assert.deepEqual(result.path, [...happyPath.slice(0, -2)]);
    assert.equal(result.status, 'FAILED');
    assert.equal(result.error, 'AccessDeniedError');
  });
});

describe('backup-and-verify when something is transient', () => {
  for (const [error, most] of Object.entries(transients)) {
    test(`${error} of any task is survived ${most - 1} times, and ends the run at the ${most}th`, async () => {
      for (const task of tasks) {
        const survived = await runBackup(after(task, most - 1, fail(error)));
        assert.deepEqual(survived.path, happyPath, task);
        assert.equal(callsOf(survived, task), most, task);
        const lost = await runBackup({ [task]: fail(error) } as Scripts);
        // Evidence is tried once more, without the rungs.
        assert.equal(callsOf(lost, task), task === 'recordEvidence' ? 2 * most : most, task);
        assert.equal(lost.status, 'FAILED', task);
        assert.equal(lost.error, error, task);
        assert.equal(callsOf(lost, 'recordEvidence'), task === 'recordEvidence' ? 2 * most : 1, task);
        assert.equal(callsOf(lost, 'publishOutcome'), task === 'publishOutcome' ? most : 1, task);
      }
    });
  }

  test('a function that was killed is called again twice, an error of its own is not retried', async () => {
    const calls = { 'Lambda.Unknown': 3, 'Sandbox.Timedout': 3, 'Runtime.ExitError': 3, InvalidInputError: 1 };
    for (const [error, most] of Object.entries(calls)) {
      const result = await runBackup({ takeWitness: fail(error) });
      assert.equal(callsOf(result, 'takeWitness'), most, error);
      assert.deepEqual(result.path, [...plan, 'TakeWitness', ...bad]);
      assert.equal(result.error, error);
    }
  });

  test('an instance that is busy is asked again, six times in all', async () => {
    for (const task of ['planRun', 'takeWitness'] as const) {
      const result = await runBackup({ [task]: fail('InstanceBusyError') } as Scripts);
      assert.equal(callsOf(result, task), 6, task);
      assert.equal(result.error, 'InstanceBusyError', task);
    }
  });
});

describe('backup-and-verify as a whole', () => {
  test('the tests above took every choice and every catcher of the definition', () => {
    assert.deepEqual(armsNotTaken(), []);
  });
});
