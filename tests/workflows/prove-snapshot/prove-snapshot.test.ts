import assert from 'node:assert/strict';
import { StatesError } from '../../../sandbox/asl/states-error.ts';
import { makeClock } from '../../../sandbox/clock.ts';
import { ProveSnapshotOutput } from '../../../shared/contracts/prove-snapshot.ts';
import { readableFailure } from '../../../shared/domain/backup/readable-failure.ts';
import { fail, transients } from '../workflow-support.ts';
import {
  after,
  armsNotTaken,
  order,
  type ProofResult,
  run,
  type Script,
  type Scripts,
  soundAnswer,
  type Task,
  tasks,
} from './prove-snapshot-support.ts';

const begin = ['Begin'];
const restore = ['StartRestore', 'CheckRestore', 'IsRestoreReady'];
const server = ['VerifyServer', 'IsBracketed'];
const content = ['VerifySchema', 'VerifyTables', 'VerifyStructure', 'VerifyAssertions'];
const climbed = [
  ...['VerifySchema', 'VerifyTables', 'AreTablesVerified'],
  ...['VerifyStructure', 'IsStructureVerified', 'VerifyAssertions'],
];
const cleanUp = ['RemoveCopy'];
const happyPath = [...begin, ...restore, ...server, ...climbed, ...cleanUp, 'Reported'];

function reported(result: ProofResult): ProveSnapshotOutput {
  assert.equal(result.status, 'SUCCEEDED', result.cause);
  return ProveSnapshotOutput.parse(result.output);
}
const phaseNames = (result: ProofResult) => reported(result).phases.map(({ name }) => name);
const callsOf = ({ calls }: ProofResult, task: Task) => calls[task].length;
const outside =
  (bracket: 'before' | 'after' | 'foreign'): Script<'verifyServer'> =>
  async (input) => ({ ...(await soundAnswer('verifyServer', input)), bracket });

describe('prove-snapshot without an incident', () => {
  test('a sound snapshot goes straight through every rung, and the copy is removed', async () => {
    const result = await run();
    assert.deepEqual(result.path, happyPath);
    assert.deepEqual(
      reported(result).rungsKeys,
      ['server', 'schema', 'tables', 'structure', 'assertions'].map((task) => `runs/run-1/rungs/${task}-of-witness-1`),
    );
    assert.equal(reported(result).bracket, 'inside');
    assert.equal(reported(result).failure, null);
    assert.equal(reported(result).cleanUpFailure, null);
    const rungs = ['server', 'schema', 'tables', 'structure', 'assertions'];
    assert.deepEqual(reported(result).statuses, Object.fromEntries(rungs.map((name) => [name, 'passed'])));
  });

  test('a moment is restored and verified as a snapshot is, and the server is told which it is', async () => {
    const backup = { kind: 'moment' as const, time: '2026-03-01T05:12:31Z' };
    const result = await run({}, { input: { ...order, backup } });
    assert.deepEqual(result.path, happyPath);
    assert.deepEqual(result.calls.startRestore[0]?.order.backup, backup);
    assert.deepEqual(result.calls.verifyServer[0]?.backup, backup);
  });

  for (const [task, state] of [
    ['verifyTables', 'VerifyTables'],
    ['verifyStructure', 'VerifyStructure'],
  ] as const) {
    const unfinished = () => ({ rungsKey: null, statuses: {}, digests: {} });

    test(`a ${state} that takes longer than a function is done part by part, and is one phase`, async () => {
      const result = await run(after(task, 2, unfinished));
      assert.deepEqual(
        result.calls[task].map(({ part }) => part),
        [1, 2, 3],
      );
      assert.equal(reported(result).failure, null);
      assert.equal(reported(result).rungsKeys.length, 5);
      assert.equal(phaseNames(result).filter((name) => name === state).length, 1);
      // The next one begins with its own first part.
      assert.deepEqual(
        [...result.calls.verifyTables, ...result.calls.verifyStructure].filter(({ part }) => part === 1).length,
        2,
      );
    });

    test(`a ${state} that never ends is given up after 8 parts, and the copy is removed`, async () => {
      const result = await run({ [task]: unfinished });
      assert.equal(callsOf(result, task), 8);
      assert.deepEqual(
        [reported(result).failure?.state, reported(result).failure?.error],
        [state, 'VerificationTimedOut'],
      );
      assert.deepEqual(result.path.slice(-2), [...cleanUp, 'Reported']);
    });
  }

  test('the phases are reported in order, and a waiting phase begins where the one before it ended', async () => {
    const result = await run(after('checkRestore', 3, () => ({ ready: false, status: 'creating' })));
    assert.deepEqual(phaseNames(result), ['StartRestore', 'AwaitRestore', 'VerifyServer', ...content, 'CleanUp']);
    const { phases } = reported(result);
    for (const [index, { name, startedAt, endedAt }] of phases.entries()) {
      assert.ok(Date.parse(startedAt) <= Date.parse(endedAt), `${name} ends before it starts`);
      const before = phases[index - 1]?.endedAt;
      if (['AwaitRestore', 'CleanUp'].includes(name)) assert.equal(startedAt, before);
      else if (before !== undefined) assert.ok(Date.parse(before) <= Date.parse(startedAt), `${name} overlaps`);
    }
  });

  test('a restore is awaited by asking again', async () => {
    const result = await run(after('checkRestore', 1, () => ({ ready: false, status: 'creating' })));
    const again = ['WaitForRestore', 'CheckRestore', 'IsRestoreReady'];
    assert.deepEqual(result.path, [...begin, ...restore, ...again, ...server, ...climbed, ...cleanUp, 'Reported']);
  });
});

describe('prove-snapshot of a snapshot outside the bracket', () => {
  for (const bracket of ['before', 'after'] as const) {
    test(`${bracket} it: the copy goes at once when another snapshot follows`, async () => {
      const result = await run({ verifyServer: outside(bracket) });
      assert.deepEqual(result.path, [...begin, ...restore, ...server, ...cleanUp, 'Reported']);
      assert.equal(reported(result).bracket, bracket);
      assert.equal(reported(result).failure, null);
    });

    test(`${bracket} it: the other rungs are climbed all the same when none follows`, async () => {
      const input = { ...order, attempt: 2, isLastAttempt: true };
      const result = await run({ verifyServer: outside(bracket) }, { input });
      assert.deepEqual(result.path, happyPath);
      assert.equal(reported(result).bracket, bracket);
    });
  }

  test("another database's is looked at to the end", async () => {
    const result = await run({ verifyServer: outside('foreign') });
    assert.deepEqual(result.path, happyPath);
  });
});

/** Where each task fails for good: what ran until then, and which phases are known. */
const failures: readonly (readonly [Task, string, readonly string[], readonly string[]])[] = [
  ['startRestore', 'InstanceQuotaExceededError', [...begin, 'StartRestore'], []],
  ['checkRestore', 'RestoreFailedError', [...begin, 'StartRestore', 'CheckRestore'], ['StartRestore']],
  [
    'verifyServer',
    'CredentialsRejectedError',
    [...begin, ...restore, 'VerifyServer'],
    ['StartRestore', 'AwaitRestore'],
  ],
  ...content.map(
    (state, index) =>
      [
        `${state.charAt(0).toLowerCase()}${state.slice(1)}` as Task,
        'WitnessMissingError',
        [...begin, ...restore, ...server, ...climbed.slice(0, climbed.indexOf(state) + 1)],
        ['StartRestore', 'AwaitRestore', 'VerifyServer', ...content.slice(0, index)],
      ] as const,
  ),
];

describe('prove-snapshot when a task fails', () => {
  for (const [task, error, path, phases] of failures) {
    test(`${error} of ${task} is not retried, the copy is removed, and the result reports it`, async () => {
      const result = await run({ [task]: fail(error) });
      assert.deepEqual(result.path, [...path, ...cleanUp, 'Reported']);
      assert.equal(callsOf(result, task), 1);
      const { failure, rungsKeys } = reported(result);
      assert.equal(failure?.state, path.at(-1));
      assert.equal(failure?.error, error);
      assert.match(JSON.parse(failure?.cause ?? '{}').errorMessage, /HINT: Do this\./);
      assert.deepEqual(phaseNames(result), phases.length === 0 ? [] : [...phases, 'CleanUp']);
      assert.equal(rungsKeys.length, phases.filter((name) => name.startsWith('Verify')).length);
    });
  }

  test('a task that hangs is given up after its time', async () => {
    const result = await run(
      { verifyTables: () => new Promise(() => {}) },
      // The execution may take 1.3 s of real time, a task 100 ms.
      { clock: makeClock(20_000), minimumTimeoutMilliseconds: 100 },
    );
    assert.deepEqual(reported(result).failure, {
      state: 'VerifyTables',
      error: 'States.Timeout',
      cause: 'no cause is given',
    });
    assert.deepEqual(result.path.slice(-2), [...cleanUp, 'Reported']);
  });

  test('a restore that was refused for its order has no copy to remove', async () => {
    const result = await run({ startRestore: fail('InvalidInputError') });
    assert.deepEqual(result.path, [...begin, 'StartRestore', 'Reported']);
    assert.equal(reported(result).failure?.error, 'InvalidInputError');
  });

  test('a restore that is not ready after 3 h of asking is given up, and its copy removed', async () => {
    const result = await run({ checkRestore: () => ({ ready: false, status: 'creating' }) });
    assert.equal(callsOf(result, 'checkRestore'), 361);
    assert.deepEqual(reported(result).failure, {
      state: 'CheckRestore',
      error: 'RestoreTimedOut',
      cause: 'copy copy-1 is creating after 3 h',
    });
    assert.deepEqual(result.path.slice(-2), [...cleanUp, 'Reported']);
  });

  test('a copy that is not gone after 2 h is reported beside what was proven, in the words of the removal', async () => {
    const late = Object.assign(new Error('copy copy-1 is deleting'), { name: 'CleanUpTimedOut' });
    const result = await run({
      removeCopy: () => {
        throw late;
      },
    });
    const { failure, cleanUpFailure } = reported(result);
    assert.equal(failure, null);
    assert.deepEqual([cleanUpFailure?.state, cleanUpFailure?.error], ['RemoveCopy', 'CleanUpTimedOut']);
    assert.match(readableFailure(cleanUpFailure)?.cause ?? '', /^copy copy-1 is deleting$/);
    assert.ok(!phaseNames(result).includes('CleanUp'));
  });

  test('a deletion that is refused is reported beside what failed before it', async () => {
    const result = await run({
      verifySchema: fail('CertificateRejectedError'),
      removeCopy: fail('InstanceNotOursError'),
    });
    const { failure, cleanUpFailure } = reported(result);
    assert.equal(failure?.error, 'CertificateRejectedError');
    assert.equal(cleanUpFailure?.error, 'InstanceNotOursError');
  });

  test('a removal that cannot be started, or of which nothing is known, is reported by what is known', async () => {
    for (const [error, cause, times] of [
      ['StepFunctions.ExecutionLimitExceededException', 'too many', 6],
      ['States.Timeout', undefined, 1],
    ] as const) {
      const removeCopy = () => {
        throw new StatesError(error, cause);
      };
      const result = await run({ removeCopy });
      assert.equal(callsOf(result, 'removeCopy'), times, error);
      assert.deepEqual(reported(result).cleanUpFailure, {
        state: 'RemoveCopy',
        error,
        cause: cause ?? 'no cause is given',
      });
    }
    const throttled = () => {
      throw new StatesError('StepFunctions.SdkClientException', 'no answer');
    };
    assert.equal(reported(await run(after('removeCopy', 5, throttled))).cleanUpFailure, null);
  });

  test('no limit of polling writes more history than AWS keeps', async () => {
    const result = await run(after('checkRestore', 359, () => ({ ready: false, status: 'creating' })));
    assert.equal(reported(result).failure, null);
    assert.ok(result.events.length < 25_000, `${result.events.length} events`);
  });
});

describe('prove-snapshot when something is transient', () => {
  for (const [error, times] of Object.entries(transients)) {
    test(`${error} of any task is survived ${times - 1} times, and reported at the ${times}th`, async () => {
      for (const task of tasks) {
        const most = task === 'startRestore' && error === 'AwsUnavailableError' ? 17 : times; // for an hour
        const survived = await run(after(task, most - 1, fail(error)));
        assert.deepEqual(survived.path, happyPath, task);
        assert.equal(callsOf(survived, task), most, task);
        const lost = await run({ [task]: fail(error) } as Scripts);
        assert.equal(callsOf(lost, task), most, task);
        const { failure, cleanUpFailure } = reported(lost);
        assert.equal((failure ?? cleanUpFailure)?.error, error, task);
      }
    });
  }

  test('errors of both kinds in turn have a count of their own', async () => {
    const names = ['Lambda.ServiceException', 'AwsUnavailableError'];
    const script: Script<'verifyTables'> = (input, call) =>
      call <= 8 ? fail(names[call % 2] ?? '')() : soundAnswer('verifyTables', input);
    const result = await run({ verifyTables: script });
    assert.equal(reported(result).failure, null);
    assert.equal(callsOf(result, 'verifyTables'), 9);
  });

  test('a function that was killed is called again twice, an error of its own is not retried', async () => {
    const calls = { 'Lambda.Unknown': 3, 'Sandbox.Timedout': 3, 'Runtime.ExitError': 3, InvalidInputError: 1 };
    for (const [error, most] of Object.entries(calls)) {
      const result = await run({ verifyTables: fail(error) });
      assert.equal(callsOf(result, 'verifyTables'), most, error);
      assert.equal(reported(result).failure?.error, error);
    }
  });
});

describe('prove-snapshot as a whole', () => {
  test('the tests above took every choice and every catcher of the definition', () => {
    assert.deepEqual(armsNotTaken(), []);
  });
});
