import assert from 'node:assert/strict';
import { RestoreOutcome } from '../../../shared/contracts/outcome.ts';
import { fail } from '../workflow-support.ts';
import { answer, bench, type contracts, plan, rows, verified, witness } from './restore-support.ts';

type Run = Awaited<ReturnType<typeof bench.run>>;
const publishedOf = ({ calls }: Run) => calls.publishOutcome.map(({ outcome }) => RestoreOutcome.parse(outcome));
const resultOf = (run: Run) => publishedOf(run)[0]?.result;
const counts = ({ calls }: Run) => [
  calls.startCandidate.length,
  calls.deleteCandidate.length,
  calls.handOverCandidate.length,
];

describe('restore', () => {
  test('restores, makes equal, verifies, asks, hands over, and publishes it once', async () => {
    const run = await bench.run();
    assert.deepEqual([run.status, resultOf(run), counts(run)], ['SUCCEEDED', 'handed over', [1, 0, 1]]);
    assert.equal(publishedOf(run).length, 1);
    const [record] = run.calls.recordRestore;
    assert.deepEqual(record?.rungsKeys, ['reachable.json', 'structure.json', 'assertions.json']);
    assert.deepEqual(record?.differences, [], 'what was to differ until the hand-over is not left to a person');
    const [asked] = run.calls.askRestore;
    assert.deepEqual(
      [asked?.question, asked?.seconds, asked?.statuses],
      ['inspection', 86_400, { reachable: 'passed', structure: 'passed', assertions: 'passed' }],
    );
  });

  test('holds the rows against a witness where there is one', async () => {
    const run = await bench.run({
      planRestore: () => ({ plan: { ...plan, witness } }),
      verifyTables: (_, call) => (call < 3 ? { ...verified('tables'), rungsKey: null } : verified('tables')),
      verifyStructure: (_, call) => (call < 2 ? { ...verified('structure'), rungsKey: null } : verified('structure')),
    });
    assert.equal(resultOf(run), 'handed over');
    assert.deepEqual(
      run.calls.verifyTables.map(({ part, witnessKey }) => [part, witnessKey]),
      [1, 2, 3].map((part) => [part, witness.key]),
    );
    assert.equal(run.calls.recordRestore[0]?.rungsKeys.length, 6);
  });

  test('creates nothing when a plan is asked for, or something speaks against it', async () => {
    const planned = await bench.run({ planRestore: () => ({ plan: { ...plan, isActed: false } }) });
    assert.deepEqual([planned.status, resultOf(planned), counts(planned)], ['SUCCEEDED', 'planned', [0, 0, 0]]);
    const refusals = [{ reason: 'no quota', remedy: 'raise it' }];
    const refused = await bench.run({ planRestore: () => ({ plan: { ...plan, refusals } }) });
    assert.deepEqual([refused.error, resultOf(refused), counts(refused)], ['NotRestored', 'refused', [0, 0, 0]]);
    const failed = await bench.run({ planRestore: fail('InvalidInputError') });
    assert.deepEqual([failed.error, resultOf(failed), counts(failed)], ['NotRestored', 'refused', [0, 0, 0]]);
  });

  describe('in production', () => {
    const planRestore = () => ({ plan: { ...plan, needsApproval: true } });

    test('creates nothing before a person allows it', async () => {
      const allowed = await bench.run({
        planRestore,
        checkRestoreAnswer: ({ question }) => answer(question === 'approval' ? 'approve' : 'go-on'),
      });
      assert.deepEqual([resultOf(allowed), counts(allowed)], ['handed over', [1, 0, 1]]);
      assert.deepEqual(
        allowed.calls.askRestore.map(({ question, seconds }) => [question, seconds]),
        [
          ['approval', 3600],
          ['inspection', 86_400],
        ],
      );
      for (const scripts of [
        { checkRestoreAnswer: () => answer('refuse') },
        { askRestore: fail('States.Timeout') },
        { askRestore: fail('AccessDeniedError') },
        { checkRestoreAnswer: fail('AccessDeniedError') },
        { checkRestoreAnswer: () => answer(null) },
      ]) {
        const refused = await bench.run({ planRestore, ...scripts });
        assert.deepEqual([resultOf(refused), counts(refused)], ['refused', [0, 0, 0]]);
      }
    });

    test('asks again when somebody has answered who may not', async () => {
      const run = await bench.run({
        planRestore,
        checkRestoreAnswer: ({ question }, call) =>
          call < 4 ? answer(null) : answer(question === 'approval' ? 'approve' : 'go-on'),
      });
      assert.deepEqual([resultOf(run), run.calls.askRestore.length], ['handed over', 5]);
    });
  });

  test('deletes what it restored when a person gives it up, and not before', async () => {
    const run = await bench.run({ checkRestoreAnswer: () => answer('give-up') });
    assert.deepEqual([run.status, resultOf(run), counts(run)], ['SUCCEEDED', 'given up', [1, 2, 0]]);
  });

  test('restores another moment after the first instance is gone, under another name and as allowed before', async () => {
    const run = await bench.run({
      planRestore: ({ attempt }) => ({ plan: { ...plan, attempt, needsApproval: true } }),
      checkRestoreAnswer: ({ question }, call) =>
        question === 'approval'
          ? answer('approve')
          : call < 3
            ? answer('another-moment', '2026-03-01T04:00:00Z')
            : answer('go-on'),
    });
    assert.deepEqual([resultOf(run), counts(run)], ['handed over', [2, 2, 1]]);
    assert.deepEqual(
      run.calls.planRestore.map(({ attempt, at }) => [attempt, at]),
      [
        [1, null],
        [2, '2026-03-01T04:00:00Z'],
      ],
    );
    assert.deepEqual(
      run.calls.deleteCandidate.map(({ attempt }) => attempt),
      [1, 1],
    );
    assert.deepEqual(
      run.calls.askRestore.map(({ question }) => question),
      ['approval', 'inspection', 'inspection'],
    );
  });

  test('ends after five moments', async () => {
    const run = await bench.run({
      checkRestoreAnswer: () => answer('another-moment', 'latest'),
      deleteCandidate: () => ({ isGone: true, status: 'gone' }),
    });
    assert.deepEqual([resultOf(run), counts(run)], ['given up', [5, 5, 0]]);
  });

  test('keeps what it restored when nobody answers, or what follows fails', async () => {
    for (const scripts of [
      { askRestore: fail('States.Timeout') },
      { askRestore: fail('AccessDeniedError') },
      { checkRestoreAnswer: fail('AccessDeniedError') },
      { checkRestoreAnswer: () => answer(null) },
      { checkCandidate: fail('RestoreFailedError') },
      { checkCandidate: () => ({ isReady: false, status: 'creating' }) },
      { applyParity: fail('CandidateNotOursError') },
      { verifyCandidate: fail('CredentialsRejectedError') },
      { verifyStructure: fail('StatementFailedError') },
      { verifyStructure: () => ({ ...verified('structure'), rungsKey: null }) },
      { verifyAssertions: fail('StatementFailedError') },
      { handOverCandidate: fail('CandidateNotOursError') },
    ]) {
      const run = await bench.run(scripts);
      assert.deepEqual([run.error, resultOf(run)], ['RestoreNotTakenOver', 'kept']);
      assert.deepEqual(run.calls.deleteCandidate, []);
    }
    for (const scripts of [
      { verifyServer: fail('WitnessMissingError') },
      { verifySchema: fail('StatementFailedError') },
      { verifyTables: fail('StatementFailedError') },
      { verifyTables: () => ({ ...verified('tables'), rungsKey: null }) },
    ]) {
      const run = await bench.run({ planRestore: () => ({ plan: { ...plan, witness } }), ...scripts });
      assert.deepEqual([run.error, resultOf(run)], ['RestoreNotTakenOver', 'kept']);
    }
  });

  test('waits for the restore and for parity, and goes on when parity does not come', async () => {
    const waiting = await bench.run({
      checkCandidate: (_, call) => ({ isReady: call > 2, status: 'creating' }),
      applyParity: (_, call) => ({ isReached: call > 2, status: 'modifying', differences: [] }),
    });
    assert.deepEqual([resultOf(waiting), waiting.calls.checkCandidate.length], ['handed over', 3]);
    const never = await bench.run({ applyParity: () => ({ isReached: false, status: 'modifying', differences: [] }) });
    assert.equal(resultOf(never), 'handed over');
  });

  test('says what RDS refused, and that nothing was created', async () => {
    for (const error of ['MomentNotRestorableError', 'InstanceQuotaExceededError', 'CandidateNotOursError']) {
      const run = await bench.run({ startCandidate: fail(error) });
      assert.deepEqual([run.error, resultOf(run)], ['NotRestored', 'refused'], error);
    }
    for (const error of ['Sandbox.Timedout', 'OperationError', 'States.DataLimitExceeded']) {
      const run = await bench.run({ startCandidate: fail(error) });
      assert.deepEqual([run.error, resultOf(run)], ['RestoreNotTakenOver', 'kept'], `${error} may have restored it`);
    }
  });

  test('says that it could not delete what was given up', async () => {
    const checkRestoreAnswer = () => answer('give-up');
    for (const scripts of [
      { deleteCandidate: fail('CandidateNotOursError') },
      { deleteCandidate: fail('States.DataLimitExceeded') },
      { deleteCandidate: () => ({ isGone: false, status: 'deleting' }) },
    ]) {
      const run = await bench.run({ checkRestoreAnswer, ...scripts });
      assert.deepEqual([run.error, resultOf(run)], ['RestoreNotDeleted', 'not deleted']);
      assert.equal(publishedOf(run)[0]?.severity, 'P1');
    }
  });

  test('publishes without a record what came of it', async () => {
    for (const error of ['EvidenceMissingError', 'States.DataLimitExceeded']) {
      const run = await bench.run({ recordRestore: fail(error) });
      assert.deepEqual([run.status, resultOf(run)], ['SUCCEEDED', 'handed over']);
    }
    const kept = await bench.run({ recordRestore: fail('EvidenceMissingError'), askRestore: fail('States.Timeout') });
    assert.match(publishedOf(kept)[0]?.summary ?? '', /its instance is own-dev-restored-1/);
  });

  describe('of selected tables', () => {
    const objects = { tables: ['public.t'], surplus: 'keep', lockMilliseconds: 5000, undoDays: 7 } as const;
    const planRestore = () => ({ plan: { ...plan, objects: { ...objects, tables: [...objects.tables] } } });
    const decide =
      (merge: 'approve' | 'give-up') =>
      ({ question }: { question: string }) =>
        answer(question === 'merge' ? merge : 'go-on');

    test('merges their rows when a person has seen how many, and deletes the restored instance', async () => {
      const run = await bench.run({
        planRestore,
        checkRestoreAnswer: decide('approve'),
        loadObjects: (_, call) =>
          call < 2
            ? { loaded: 0, isComplete: false, differences: [] }
            : { loaded: 1, isComplete: true, differences: [rows] },
      });
      assert.deepEqual([run.status, resultOf(run), counts(run)], ['SUCCEEDED', 'merged', [1, 2, 0]]);
      assert.deepEqual(
        run.calls.askRestore.map(({ question, rows: asked }) => [question, asked]),
        [
          ['inspection', []],
          ['merge', [rows]],
        ],
      );
      assert.deepEqual(
        run.calls.mergeObjects.map(({ isWanted }) => isWanted),
        [true],
      );
      assert.match(publishedOf(run)[0]?.left.join() ?? '', /undo-restore -- own .* --run run-1_x --yes/);
    });

    test('takes away what was loaded when a person gives it up, and merges nothing unasked', async () => {
      const given = await bench.run({ planRestore, checkRestoreAnswer: decide('give-up') });
      assert.deepEqual([resultOf(given), counts(given)], ['given up', [1, 2, 0]]);
      assert.deepEqual(
        given.calls.mergeObjects.map(({ isWanted }) => isWanted),
        [false],
      );
      for (const scripts of [
        { askRestore: fail('States.Timeout') },
        { loadObjects: fail('MergeRefusedError') },
        { loadObjects: () => ({ loaded: 0, isComplete: false, differences: [] }) },
      ]) {
        const run = await bench.run({ planRestore, checkRestoreAnswer: decide('approve'), ...scripts });
        assert.deepEqual([resultOf(run), run.calls.mergeObjects], ['kept', []]);
      }
      const failed = await bench.run({
        planRestore,
        checkRestoreAnswer: decide('approve'),
        mergeObjects: fail('MergeRefusedError'),
      });
      assert.deepEqual([resultOf(failed), failed.calls.deleteCandidate], ['kept', []]);
    });

    test('says that rows were merged though the restored instance could not be deleted', async () => {
      const run = await bench.run({
        planRestore,
        checkRestoreAnswer: decide('approve'),
        deleteCandidate: fail('CandidateNotOursError'),
      });
      assert.equal(resultOf(run), 'merged');
      assert.match(publishedOf(run)[0]?.summary ?? '', /is NOT DELETED/);
    });
  });

  test('rides out errors of a moment', async () => {
    const database = ['verifyCandidate', 'verifyStructure', 'verifyAssertions', 'handOverCandidate'];
    const tasks = ['planRestore', 'startCandidate', 'checkCandidate', 'applyParity', 'askRestore', 'recordRestore'];
    for (const task of [...tasks, ...database] as (keyof typeof contracts)[]) {
      const errors = database.includes(task)
        ? ['AwsUnavailableError', 'DatabaseUnreachableError']
        : ['AwsUnavailableError'];
      for (const error of errors) {
        const run = await bench.run(bench.after(task, 1, fail(error)));
        assert.deepEqual([run.status, resultOf(run)], ['SUCCEEDED', 'handed over'], `${error} of ${task}`);
      }
    }
  });

  test('every transition was taken', () => assert.deepEqual(bench.armsNotTaken(), []));
});
