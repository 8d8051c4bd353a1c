import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeClock } from '../../sandbox/clock.ts';
import type { Failure } from '../../shared/contracts/backup-and-verify.ts';
import {
  after,
  armsNotTaken,
  type BackupResult,
  fail,
  runBackup,
  type Script,
  type Scripts,
  soundAnswer,
  type Task,
} from './backup-and-verify-support.ts';

const plan = ['Begin', 'PlanRun'];
const witness = ['TakeWitness'];
const snapshot = ['CheckSnapshot', 'IsSnapshotReady'];
const restore = ['StartRestore', 'CheckRestore', 'IsRestoreReady'];
const server = ['VerifyServer', 'IsBracketed'];
const content = ['VerifySchema', 'VerifyTables', 'VerifyStructure', 'VerifyAssertions'];
const cleanUp = ['DeleteCopy', 'CheckDeleted', 'IsDeleted'];
const tell = ['RecordEvidence', 'PublishOutcome', 'IsProven'];
const good = [...tell, 'Proven'];
const bad = [...tell, 'NotProven'];
/** From a caught error to the end, with the copy's deletion. */
const abandon = ['WasAnythingMade', ...cleanUp, ...bad];
const oneAttempt = [...witness, ...snapshot, ...restore, ...server];
const happyPath = [...plan, ...oneAttempt, ...content, ...cleanUp, ...good];

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
  test('a sound snapshot goes straight through every rung, and the execution succeeds with its outcome', async () => {
    const result = await runBackup();
    assert.deepEqual(result.path, happyPath);
    assert.equal(result.status, 'SUCCEEDED');
    assert.deepEqual(result.output, {
      verdict: 'exact',
      summary: 'all 10 rows are proven',
      evidenceKey: 'evidence.json',
      reportKey: 'report.html',
    });
  });

  test('every task gets what the tasks before it found out', async () => {
    const { calls } = await runBackup();
    const verification = {
      database: 'fantasy',
      instanceId: 'copy-1',
      witnessKey: 'witness-1',
      evidencePrefix: 'runs/run-1',
    };
    assert.deepEqual(calls.planRun, [{ executionName: 'run-1', request: { database: 'fantasy' } }]);
    assert.deepEqual(calls.takeWitness, [
      {
        executionName: 'run-1',
        database: 'fantasy',
        sourceInstanceId: 'fantasy-dev',
        evidencePrefix: 'runs/run-1',
        attempt: 1,
      },
    ]);
    assert.deepEqual(calls.checkSnapshot, [{ snapshotId: 'snapshot-1' }]);
    assert.deepEqual(calls.startRestore, [
      { executionName: 'run-1', database: 'fantasy', snapshotId: 'snapshot-1', attempt: 1 },
    ]);
    assert.deepEqual(calls.checkRestore, [{ instanceId: 'copy-1' }]);
    for (const task of ['verifyServer', 'verifySchema', 'verifyTables', 'verifyStructure', 'verifyAssertions'] as const)
      assert.deepEqual(calls[task], [verification], task);
    assert.deepEqual(calls.deleteCopy, [{ executionName: 'run-1', database: 'fantasy', attempt: 1 }]);
    assert.deepEqual(calls.checkDeleted, [{ instanceId: 'copy-1' }]);
    assert.deepEqual(calls.publishOutcome, [
      {
        executionName: 'run-1',
        executionArn: 'arn:aws:states:eu-central-1:123456789012:execution:backup-and-verify-dev:run-1',
        database: 'fantasy',
        verdict: 'exact',
        summary: 'all 10 rows are proven',
        evidenceKey: 'evidence.json',
        reportKey: 'report.html',
      },
    ]);
  });

  test('the evidence gets the rungs of every verifying task in order, and no failure', async () => {
    const evidence = recorded(await runBackup());
    assert.deepEqual(
      evidence.rungsKeys,
      ['server', 'schema', 'tables', 'structure', 'assertions'].map((task) => `runs/run-1/rungs/${task}-of-witness-1`),
    );
    assert.equal(evidence.failure, null);
    assert.equal(evidence.cleanUpFailure, null);
    assert.equal(evidence.attempt, 1);
  });

  test('the phases are told in order, and a waiting phase begins where the one before it ended', async () => {
    const evidence = recorded(await runBackup(after('checkRestore', 3, () => ({ ready: false, status: 'creating' }))));
    const { phases } = evidence;
    assert.deepEqual(
      phases.map(({ name }) => name),
      [
        'TakeWitness',
        'AwaitSnapshot',
        'StartRestore',
        'AwaitRestore',
        'VerifyServer',
        'VerifySchema',
        'VerifyTables',
        'VerifyStructure',
        'VerifyAssertions',
        'CleanUp',
      ],
    );
    for (const [index, { name, startedAt, endedAt }] of phases.entries()) {
      assert.ok(Date.parse(startedAt) <= Date.parse(endedAt), `${name} ends before it starts`);
      const before = phases[index - 1]?.endedAt;
      if (['AwaitSnapshot', 'AwaitRestore', 'CleanUp'].includes(name)) assert.equal(startedAt, before);
      else if (before !== undefined) assert.ok(Date.parse(before) <= Date.parse(startedAt), `${name} overlaps`);
    }
  });

  test('snapshot, restore and deletion are awaited by asking again', async () => {
    const result = await runBackup({
      ...after('checkSnapshot', 2, () => ({ ready: false, status: 'creating', percent: 50 })),
      ...after('checkRestore', 1, () => ({ ready: false, status: 'creating' })),
      ...after('checkDeleted', 2, () => ({ deleted: false, status: 'deleting' })),
    });
    const [again, waited] = [
      ['CheckSnapshot', 'IsSnapshotReady', 'WaitForSnapshot'],
      ['DeleteCopy', 'CheckDeleted', 'IsDeleted', 'WaitForDeletion'],
    ];
    assert.deepEqual(result.path, [
      ...plan,
      ...witness,
      ...again,
      ...again,
      ...snapshot,
      ...['StartRestore', 'CheckRestore', 'IsRestoreReady', 'WaitForRestore', 'CheckRestore', 'IsRestoreReady'],
      ...server,
      ...content,
      ...waited,
      ...waited,
      ...cleanUp,
      ...good,
    ]);
    assert.deepEqual(
      phaseNames(result).filter((name) => /^Await|CleanUp/.test(name)),
      ['AwaitSnapshot', 'AwaitRestore', 'CleanUp'],
    );
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
      assert.deepEqual(result.path, [...plan, ...oneAttempt, ...content, ...cleanUp, ...bad]);
      assert.equal(result.status, 'FAILED');
      assert.equal(result.error, 'BackupNotProven');
      assert.equal(result.cause, `${verdict}: league.games lost 2 rows (report.html)`);
      assert.equal(result.calls.publishOutcome[0]?.verdict, verdict);
    }
  });
});

/** Where each task fails for good: what ran until then, and which phases are known. */
const failures: readonly (readonly [Task, string, readonly string[], readonly string[]])[] = [
  ['takeWitness', 'MissingPrivilegeError', [...plan, ...witness], []],
  ['checkSnapshot', 'SnapshotFailedError', [...plan, ...witness, 'CheckSnapshot'], ['TakeWitness']],
  [
    'startRestore',
    'InstanceQuotaExceededError',
    [...plan, ...witness, ...snapshot, 'StartRestore'],
    ['TakeWitness', 'AwaitSnapshot'],
  ],
  [
    'checkRestore',
    'RestoreFailedError',
    [...plan, ...witness, ...snapshot, 'StartRestore', 'CheckRestore'],
    ['TakeWitness', 'AwaitSnapshot', 'StartRestore'],
  ],
  [
    'verifyServer',
    'CredentialsRejectedError',
    [...plan, ...witness, ...snapshot, ...restore, 'VerifyServer'],
    ['TakeWitness', 'AwaitSnapshot', 'StartRestore', 'AwaitRestore'],
  ],
  ...content.map(
    (state, index) =>
      [
        `${state.charAt(0).toLowerCase()}${state.slice(1)}` as Task,
        'WitnessMissingError',
        [...plan, ...oneAttempt, ...content.slice(0, index + 1)],
        ['TakeWitness', 'AwaitSnapshot', 'StartRestore', 'AwaitRestore', 'VerifyServer', ...content.slice(0, index)],
      ] as const,
  ),
];

describe('backup-and-verify when a task fails', () => {
  for (const [task, error, path, phases] of failures) {
    test(`${error} of ${task} is not retried, the copy is removed, evidence and notification tell it`, async () => {
      const result = await runBackup({ [task]: fail(error) });
      assert.deepEqual(result.path, [...path, ...abandon]);
      assert.equal(callsOf(result, task), 1);
      assert.equal(result.status, 'FAILED');
      assert.equal(result.error, error);
      assert.equal(result.cause, `failed: ${error} (report.html)`);
      const evidence = recorded(result);
      assert.equal(evidence.failure?.state, path.at(-1));
      assert.equal(evidence.failure?.error, error);
      assert.match(causeOf(evidence.failure), /HINT: Do this\./);
      assert.deepEqual(phaseNames(result), phases.length === 0 ? [] : [...phases, 'CleanUp']);
      assert.equal(evidence.rungsKeys.length, phases.filter((name) => name.startsWith('Verify')).length);
      assert.equal(result.calls.publishOutcome[0]?.summary, error);
      assert.deepEqual(result.calls.deleteCopy, [{ executionName: 'run-1', database: 'fantasy', attempt: 1 }]);
    });
  }

  test('a run that cannot be planned has nothing to clean up, and is recorded and told without a database', async () => {
    const result = await runBackup({ planRun: fail('UnknownDatabaseError') }, { input: { database: 'nobody' } });
    assert.deepEqual(result.path, [...plan, 'WasAnythingMade', ...bad]);
    assert.equal(result.error, 'UnknownDatabaseError');
    const evidence = recorded(result);
    assert.equal(evidence.plan, null);
    assert.equal(evidence.witness, null);
    assert.deepEqual(evidence.request, { database: 'nobody' });
    assert.equal(result.calls.publishOutcome[0]?.database, null);
  });

  test('an input that is no object reaches the task that refuses it, and the evidence', async () => {
    for (const input of ['fantasy', [], null, 7]) {
      const result = await runBackup({ planRun: fail('InvalidInputError') }, { input });
      assert.deepEqual(result.path, [...plan, 'WasAnythingMade', ...bad]);
      assert.equal(result.error, 'InvalidInputError');
      assert.deepEqual(recorded(result).request, input);
    }
  });

  test('a task that hangs is given up after its time, and the run is cleaned up and told', async () => {
    const result = await runBackup(
      { verifyTables: () => new Promise(() => {}) },
      // The execution may take 2.2 s of real time, a task 100 ms.
      { clock: makeClock(20_000), minimumTimeoutMilliseconds: 100 },
    );
    assert.deepEqual(result.path, [...plan, ...oneAttempt, 'VerifySchema', 'VerifyTables', ...abandon]);
    assert.equal(result.error, 'States.Timeout');
    assert.deepEqual(recorded(result).failure, {
      state: 'VerifyTables',
      error: 'States.Timeout',
      cause: 'no cause is given',
    });
  });
});

describe('backup-and-verify when the bracket is missed', () => {
  test('a lost bracket is taken once more, and the second attempt succeeds as if it were the first', async () => {
    const result = await runBackup(after('takeWitness', 1, fail('BracketLostError')));
    assert.deepEqual(result.path, [
      ...plan,
      'TakeWitness',
      'IsAttemptLeft',
      ...oneAttempt,
      ...content,
      ...cleanUp,
      ...good,
    ]);
    assert.equal(result.status, 'SUCCEEDED');
    assert.deepEqual(
      result.calls.takeWitness.map(({ attempt }) => attempt),
      [1, 2],
    );
    const evidence = recorded(result);
    assert.equal(evidence.failure, null);
    assert.equal(evidence.attempt, 2);
    assert.equal(evidence.witness?.snapshotId, 'snapshot-2');
    assert.deepEqual(result.calls.deleteCopy, [{ executionName: 'run-1', database: 'fantasy', attempt: 2 }]);
  });

  test('a bracket lost twice fails the run', async () => {
    const result = await runBackup({ takeWitness: fail('BracketLostError') });
    assert.deepEqual(result.path, [
      ...plan,
      'TakeWitness',
      'IsAttemptLeft',
      'TakeWitness',
      'IsAttemptLeft',
      ...abandon,
    ]);
    assert.equal(result.error, 'BracketLostError');
    assert.equal(callsOf(result, 'takeWitness'), 2);
    assert.equal(recorded(result).failure?.state, 'TakeWitness');
  });

  for (const bracket of ['before', 'after'] as const) {
    test(`a snapshot ${bracket} the bracket: its copy is deleted and gone before the second attempt`, async () => {
      const outside: Script<'verifyServer'> = async (input) => ({
        ...(await soundAnswer('verifyServer', input)),
        bracket,
      });
      const result = await runBackup({
        ...after('verifyServer', 1, outside),
        ...after('checkDeleted', 2, () => ({ deleted: false, status: 'deleting' })),
      });
      const waited = [...cleanUp, 'WaitForDeletion'];
      assert.deepEqual(result.path, [
        ...plan,
        ...oneAttempt,
        ...waited,
        ...waited,
        ...cleanUp,
        ...oneAttempt,
        ...content,
        ...cleanUp,
        ...good,
      ]);
      assert.equal(result.status, 'SUCCEEDED');
      assert.deepEqual(
        result.calls.deleteCopy.map(({ attempt }) => attempt),
        [1, 1, 1, 2],
      );
      assert.deepEqual(
        result.calls.startRestore.map(({ snapshotId }) => snapshotId),
        ['snapshot-1', 'snapshot-2'],
      );
      const evidence = recorded(result);
      assert.equal(evidence.attempt, 2);
      assert.deepEqual(
        evidence.rungsKeys,
        ['server', 'schema', 'tables', 'structure', 'assertions'].map(
          (task) => `runs/run-1/rungs/${task}-of-witness-2`,
        ),
        'the rungs of the first copy do not count',
      );
      assert.deepEqual(phaseNames(result), [
        ...['TakeWitness', 'AwaitSnapshot', 'StartRestore', 'AwaitRestore', 'VerifyServer', 'CleanUp'],
        ...['TakeWitness', 'AwaitSnapshot', 'StartRestore', 'AwaitRestore', 'VerifyServer'],
        ...content,
        'CleanUp',
      ]);
    });
  }

  test('a snapshot outside the bracket twice still passes the other rungs, and is not tried a third time', async () => {
    const verifyServer: Script<'verifyServer'> = async (input) => ({
      ...(await soundAnswer('verifyServer', input)),
      bracket: 'before',
    });
    const recordEvidence: Script<'recordEvidence'> = async (input) => ({
      ...(await soundAnswer('recordEvidence', input)),
      verdict: 'unbracketed',
    });
    const result = await runBackup({ verifyServer, recordEvidence });
    assert.deepEqual(result.path, [...plan, ...oneAttempt, ...cleanUp, ...oneAttempt, ...content, ...cleanUp, ...bad]);
    assert.equal(result.error, 'BackupNotProven');
    assert.equal(callsOf(result, 'takeWitness'), 2);
  });

  test('a foreign snapshot is not tried again', async () => {
    const verifyServer: Script<'verifyServer'> = async (input) => ({
      ...(await soundAnswer('verifyServer', input)),
      bracket: 'foreign',
    });
    const result = await runBackup({ verifyServer });
    assert.deepEqual(result.path, happyPath);
  });

  test('an error in the second attempt removes the second copy', async () => {
    const outside: Script<'verifyServer'> = async (input) => ({
      ...(await soundAnswer('verifyServer', input)),
      bracket: 'after',
    });
    const result = await runBackup({ ...after('verifyServer', 1, outside), verifyTables: fail('WitnessMissingError') });
    assert.deepEqual(result.path, [
      ...plan,
      ...oneAttempt,
      ...cleanUp,
      ...oneAttempt,
      'VerifySchema',
      'VerifyTables',
      ...abandon,
    ]);
    assert.deepEqual(
      result.calls.deleteCopy.map(({ attempt }) => attempt),
      [1, 2],
    );
  });

  test('the second copy may take as long to delete as the first', async () => {
    const outside: Script<'verifyServer'> = async (input) => ({
      ...(await soundAnswer('verifyServer', input)),
      bracket: 'after',
    });
    let asked = 0;
    const checkDeleted: Script<'checkDeleted'> = () => {
      asked += 1;
      return asked % 200 === 0 ? { deleted: true, status: 'gone' } : { deleted: false, status: 'deleting' };
    };
    const result = await runBackup({ ...after('verifyServer', 1, outside), checkDeleted });
    assert.equal(result.status, 'SUCCEEDED');
    assert.equal(asked, 400);
  });
});

describe('backup-and-verify when AWS takes its time', () => {
  test('a snapshot that is not ready after 6 h of asking ends the run', async () => {
    const result = await runBackup({ checkSnapshot: () => ({ ready: false, status: 'creating', percent: 1 }) });
    assert.equal(callsOf(result, 'checkSnapshot'), 721);
    assert.deepEqual(result.path.slice(-abandon.length), abandon);
    assert.equal(result.error, 'SnapshotTimedOut');
    assert.deepEqual(recorded(result).failure, {
      state: 'CheckSnapshot',
      error: 'SnapshotTimedOut',
      cause: 'snapshot snapshot-1 is creating after 6 h',
    });
  });

  test('a restore that is not ready after 3 h of asking ends the run; waiting for the snapshot does not count', async () => {
    const result = await runBackup({
      ...after('checkSnapshot', 300, () => ({ ready: false, status: 'creating', percent: 1 })),
      checkRestore: () => ({ ready: false, status: 'creating' }),
    });
    assert.equal(callsOf(result, 'checkRestore'), 361);
    assert.deepEqual(result.path.slice(-abandon.length), abandon);
    assert.equal(result.error, 'RestoreTimedOut');
    assert.equal(recorded(result).failure?.cause, 'copy copy-1 is creating after 3 h');
  });

  test('a copy that is not gone after 2 h fails a run that proved everything, and the evidence says why', async () => {
    const result = await runBackup({ checkDeleted: () => ({ deleted: false, status: 'deleting' }) });
    assert.equal(callsOf(result, 'deleteCopy'), 241);
    assert.deepEqual(result.path.slice(-bad.length - 1), ['IsDeleted', ...bad]);
    assert.equal(result.error, 'CleanUpTimedOut');
    const evidence = recorded(result);
    assert.equal(evidence.failure, null);
    assert.equal(evidence.cleanUpFailure?.cause, 'copy copy-1 is deleting 2 h after its deletion was asked for');
    assert.ok(!phaseNames(result).includes('CleanUp'));
  });

  test('no limit of polling writes more history than AWS keeps', async () => {
    const outside: Script<'verifyServer'> = async (input) => ({
      ...(await soundAnswer('verifyServer', input)),
      bracket: 'after',
    });
    // The machine ends after 12 h, which is 1440 waits of 30 s; deletion writes the most events for each.
    let asked = 0;
    const checkDeleted: Script<'checkDeleted'> = () => {
      asked += 1;
      return asked % 240 === 0 ? { deleted: true, status: 'gone' } : { deleted: false, status: 'deleting' };
    };
    const result = await runBackup({
      ...after('checkSnapshot', 719, () => ({ ready: false, status: 'creating', percent: 1 })),
      ...after('checkRestore', 359, () => ({ ready: false, status: 'creating' })),
      ...after('verifyServer', 1, outside),
      checkDeleted,
    });
    assert.equal(result.status, 'SUCCEEDED');
    assert.ok(result.events.length < 25_000, `${result.events.length} events`);
  });
});

describe('backup-and-verify when the tail fails', () => {
  test('a deletion that is refused does not hide: evidence is recorded, told, and the run fails with that name', async () => {
    const result = await runBackup({ deleteCopy: fail('InstanceNotOursError') });
    assert.deepEqual(result.path, [...plan, ...oneAttempt, ...content, 'DeleteCopy', ...bad]);
    assert.equal(result.error, 'InstanceNotOursError');
    const evidence = recorded(result);
    assert.equal(evidence.failure, null);
    assert.equal(evidence.cleanUpFailure?.state, 'DeleteCopy');
    assert.match(causeOf(evidence.cleanUpFailure), /'fantasy' has a reason for InstanceNotOursError/);
    assert.equal(callsOf(result, 'publishOutcome'), 1);
  });

  test('a clean-up that fails after a verdict of its own kind does not start a second attempt', async () => {
    const outside: Script<'verifyServer'> = async (input) => ({
      ...(await soundAnswer('verifyServer', input)),
      bracket: 'after',
    });
    const result = await runBackup({ verifyServer: outside, checkDeleted: fail('AccessDeniedError') });
    assert.deepEqual(result.path, [...plan, ...oneAttempt, 'DeleteCopy', 'CheckDeleted', ...bad]);
    assert.equal(result.error, 'AccessDeniedError');
    assert.equal(recorded(result).cleanUpFailure?.state, 'CheckDeleted');
  });

  test('when the run and its clean-up both fail, the evidence has both, and the run fails with the first', async () => {
    const result = await runBackup({
      verifySchema: fail('CertificateRejectedError'),
      deleteCopy: fail('InstanceNotOursError'),
    });
    assert.deepEqual(result.path, [...plan, ...oneAttempt, 'VerifySchema', 'WasAnythingMade', 'DeleteCopy', ...bad]);
    assert.equal(result.error, 'CertificateRejectedError');
    const evidence = recorded(result);
    assert.equal(evidence.failure?.error, 'CertificateRejectedError');
    assert.equal(evidence.cleanUpFailure?.error, 'InstanceNotOursError');
  });

  test('evidence that cannot be recorded is told all the same, and is no success', async () => {
    const result = await runBackup({ recordEvidence: fail('AccessDeniedError') });
    assert.deepEqual(result.path, [...plan, ...oneAttempt, ...content, ...cleanUp, ...bad]);
    assert.equal(result.error, 'AccessDeniedError');
    const [outcome] = result.calls.publishOutcome;
    assert.equal(outcome?.verdict, 'failed');
    assert.equal(outcome?.summary, 'evidence could not be recorded: AccessDeniedError');
  });

  test('a run whose evidence cannot be recorded either keeps the name of its first failure', async () => {
    const result = await runBackup({
      checkRestore: fail('RestoreFailedError'),
      recordEvidence: fail('AccessDeniedError'),
    });
    assert.equal(result.error, 'RestoreFailedError');
    assert.equal(
      result.cause,
      'failed: evidence could not be recorded: AccessDeniedError; before it RestoreFailedError in CheckRestore (none)',
    );
    assert.match(result.calls.publishOutcome[0]?.summary ?? '', /RestoreFailedError in CheckRestore/);
    const leftCopy = await runBackup({
      verifySchema: fail('CertificateRejectedError'),
      deleteCopy: fail('InstanceNotOursError'),
      recordEvidence: fail('AccessDeniedError'),
    });
    assert.equal(
      leftCopy.calls.publishOutcome[0]?.summary,
      'evidence could not be recorded: AccessDeniedError; before it CertificateRejectedError in VerifySchema; before it InstanceNotOursError in DeleteCopy',
    );
  });

  test('a notification that cannot be sent is no success', async () => {
    const result = await runBackup({ publishOutcome: fail('AccessDeniedError') });
    assert.deepEqual(result.path, [...happyPath.slice(0, -2)]);
    assert.equal(result.status, 'FAILED');
    assert.equal(result.error, 'AccessDeniedError');
  });
});

/** Each transient error, with the calls that the state machine makes before it gives up. */
const transients = {
  'Lambda.ServiceException': 5,
  'Lambda.AWSLambdaException': 5,
  'Lambda.SdkClientException': 5,
  'Lambda.TooManyRequestsException': 5,
  AwsUnavailableError: 6,
  DatabaseUnreachableError: 6,
} as const;

const tasks: readonly Task[] = [
  'planRun',
  'takeWitness',
  'checkSnapshot',
  'startRestore',
  'checkRestore',
  'verifyServer',
  'verifySchema',
  'verifyTables',
  'verifyStructure',
  'verifyAssertions',
  'deleteCopy',
  'checkDeleted',
  'recordEvidence',
  'publishOutcome',
];

describe('backup-and-verify when something is transient', () => {
  for (const [error, most] of Object.entries(transients)) {
    test(`${error} of any task is survived ${most - 1} times, and ends the run at the ${most}th`, async () => {
      for (const task of tasks) {
        const survived = await runBackup(after(task, most - 1, fail(error)));
        assert.deepEqual(survived.path, happyPath, task);
        assert.equal(callsOf(survived, task), most, task);
        const lost = await runBackup({ [task]: fail(error) } as Scripts);
        assert.equal(callsOf(lost, task), most, task);
        assert.equal(lost.status, 'FAILED', task);
        assert.equal(lost.error, error, task);
        assert.equal(callsOf(lost, 'recordEvidence'), task === 'recordEvidence' ? most : 1, task);
        assert.equal(callsOf(lost, 'publishOutcome'), task === 'publishOutcome' ? most : 1, task);
      }
    });
  }

  test('errors of both kinds in turn have a count of their own', async () => {
    const names = ['Lambda.ServiceException', 'AwsUnavailableError'];
    const script: Script<'verifyTables'> = (input, call) =>
      call <= 8 ? fail(names[call % 2] ?? '')() : soundAnswer('verifyTables', input);
    const result = await runBackup({ verifyTables: script });
    assert.equal(result.status, 'SUCCEEDED');
    assert.equal(callsOf(result, 'verifyTables'), 9);
  });

  test('a function that was killed is called again twice, an error of its own is not retried', async () => {
    const calls = { 'Lambda.Unknown': 3, 'Sandbox.Timedout': 3, 'Runtime.ExitError': 3, InvalidInputError: 1 };
    for (const [error, most] of Object.entries(calls)) {
      const result = await runBackup({ takeWitness: fail(error) });
      assert.equal(callsOf(result, 'takeWitness'), most, error);
      assert.deepEqual(result.path, [...plan, ...witness, ...abandon]);
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
