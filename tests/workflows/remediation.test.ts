import assert from 'node:assert/strict';
import { PublishOutcomeInput, PublishOutcomeOutput } from '../../shared/contracts/outcome.ts';
import {
  type AlarmChange,
  ApplyRemedyInput,
  ApplyRemedyOutput,
  AskApproverInput,
  AskApproverOutput,
  CheckAfterInput,
  CheckAfterOutput,
  CheckAnswerInput,
  CheckAnswerOutput,
  CheckBeforeInput,
  CheckBeforeOutput,
  ClaimBudgetInput,
  ClaimBudgetOutput,
  type FoundRemedy,
  PlanRemedyInput,
  PlanRemedyOutput,
  ReadAlarmInput,
  ReadAlarmOutput,
  RecordRemedyInput,
  RecordRemedyOutput,
  type RemedyMode,
  UndoRemedyInput,
  UndoRemedyOutput,
} from '../../shared/contracts/remediation/remediation.ts';
import { assessRemedy } from '../../shared/domain/remediation/outcome.ts';
import { fail, transients, workflowBench } from './workflow-support.ts';

const change: AlarmChange = {
  cause: {
    ...{ account: '123456789012', region: 'us-east-1', stage: 'dev' },
    ...{ alarmName: 'pg-gameday-blocked-sessions-critical-fantasy-dev', kind: 'blocked-sessions', level: 'critical' },
    ...{ bearer: { of: 'database', name: 'fantasy' }, databases: ['fantasy'] },
  },
  state: 'ALARM',
  changedAt: '2026-03-07T19:04:40.989Z',
};
const candidate = (mode: RemedyMode) =>
  ({ remedy: 'end-root-blocker', mode, database: 'fantasy', instanceId: 'fantasy-dev' }) as const;
const foundBy = (mode: RemedyMode): FoundRemedy => ({
  ...candidate(mode),
  target: {
    ...{ kind: 'session', pid: 9, backendStart: 'a', since: 'b', user: 'demo_app', application: 'checkout' },
    ...{ queryId: null, seconds: 60, waiters: 40 },
  },
  summary: 'session 9 keeps 40 sessions waiting',
});
const refusal = {
  remedy: 'end-root-blocker',
  database: 'fantasy',
  reason: 'nobody waits for a lock any more',
  isGone: true,
} as const;
const granted = {
  isGranted: true,
  isRepeated: false,
  reason: 'within the budget',
  claimKey: 'remediation/claims/1.json',
  askSeconds: 3600,
};
const spent = { isGranted: false, isRepeated: false, reason: 'the budget is spent', claimKey: null, askSeconds: 3600 };
const after = { isReached: true, isOver: false, isToUndo: false, waitSeconds: 5, reason: 'session 9 is gone' };
const applied = { isApplied: true, reason: 'the session was ended', appliedAt: '2026-03-07T19:04:45.000Z' };

const approved = {
  isApproved: true,
  person: 'arn:aws:iam::123456789012:user/anna',
  reason: 'approved by anna',
};
const asking = {
  planRemedy: () => ({ candidates: [candidate('ask')], refusals: [] }),
  checkBefore: () => ({ found: foundBy('ask'), refusals: [] }),
};

const {
  run,
  after: afterCalls,
  armsNotTaken,
} = workflowBench({
  workflow: 'remediation',
  contracts: {
    readAlarm: [ReadAlarmInput, ReadAlarmOutput],
    planRemedy: [PlanRemedyInput, PlanRemedyOutput],
    checkBefore: [CheckBeforeInput, CheckBeforeOutput],
    claimBudget: [ClaimBudgetInput, ClaimBudgetOutput],
    askApprover: [AskApproverInput, AskApproverOutput],
    checkAnswer: [CheckAnswerInput, CheckAnswerOutput],
    applyRemedy: [ApplyRemedyInput, ApplyRemedyOutput],
    checkAfter: [CheckAfterInput, CheckAfterOutput],
    undoRemedy: [UndoRemedyInput, UndoRemedyOutput],
    recordRemedy: [RecordRemedyInput, RecordRemedyOutput],
    publishOutcome: [PublishOutcomeInput, PublishOutcomeOutput],
  } as const,
  soundInput: { detail: 'of an event' },
  soundRun: {
    readAlarm: () => ({ change, reason: 'is ALARM' }),
    planRemedy: () => ({ candidates: [candidate('act')], refusals: [] }),
    checkBefore: () => ({ found: foundBy('act'), refusals: [] }),
    claimBudget: () => granted,
    askApprover: () => ({ answer: { isApproved: true } }),
    checkAnswer: () => approved,
    applyRemedy: () => applied,
    checkAfter: () => after,
    undoRemedy: () => ({ isUndone: true, reason: 'it is enabled' }),
    recordRemedy: (facts) => ({ ...assessRemedy(facts), database: 'fantasy', recordKey: 'remediation/records/1.json' }),
    publishOutcome: () => ({ messageId: 'm' }),
  },
});
type Result = Awaited<ReturnType<typeof run>>;
const nothingIsDone = ({ calls }: Result) => assert.deepEqual([calls.applyRemedy, calls.undoRemedy], [[], []]);

describe('remediation', () => {
  test('claims, applies once, looks until it has worked, records and reports', async () => {
    const result = await run(afterCalls('checkAfter', 2, () => ({ ...after, isReached: false })));
    const { status, path, calls } = result;
    assert.equal(status, 'SUCCEEDED');
    assert.equal(path.at(-1), 'Remedied');
    assert.deepEqual([calls.claimBudget.length, calls.applyRemedy.length, calls.checkAfter.length], [1, 1, 3]);
    assert.ok(path.indexOf('ClaimBudget') < path.indexOf('ApplyRemedy'), 'the budget comes first');
    assert.deepEqual(calls.readAlarm[0]?.event, { detail: 'of an event' });
    const [published] = calls.publishOutcome;
    assert.ok(published?.outcome.workflow === 'remediation');
    assert.deepEqual([published.outcome.outcome, published.outcome.severity], ['remedied', 'P3']);
  });

  test('only looks where it observes, and says what it would have done', async () => {
    const result = await run({
      planRemedy: () => ({ candidates: [candidate('observe')], refusals: [] }),
      checkBefore: () => ({ found: foundBy('observe'), refusals: [] }),
    });
    nothingIsDone(result);
    assert.deepEqual([result.status, result.path.at(-1)], ['SUCCEEDED', 'Observed']);
    assert.match(JSON.stringify(result.output), /would be applied: end-root-blocker: session 9/);
  });

  test('does nothing when the budget is spent, and reports it; nor the second time of one cause, in silence', async () => {
    const result = await run({ claimBudget: () => spent });
    nothingIsDone(result);
    assert.deepEqual([result.path.at(-1), result.calls.publishOutcome.length], ['Refused', 1]);
    const repeated = await run({ claimBudget: () => ({ ...spent, isRepeated: true, reason: 'within the cool-down' }) });
    nothingIsDone(repeated);
    assert.deepEqual([repeated.path.at(-1), repeated.calls.publishOutcome.length], ['Refused', 0]);
  });

  test('does nothing where no precondition holds, no remedy can be planned, or the alarm is none of ours', async () => {
    const refused = await run({
      planRemedy: () => ({ candidates: [candidate('act')], refusals: [{ ...refusal, reason: 'no capability' }] }),
      checkBefore: () => ({ found: null, refusals: [refusal] }),
    });
    nothingIsDone(refused);
    assert.deepEqual([refused.path.at(-1), refused.calls.claimBudget], ['Refused', []]);
    assert.deepEqual(
      refused.calls.recordRemedy[0]?.refusals.map(({ reason }) => reason),
      ['no capability', refusal.reason],
    );
    const unplanned = await run({ planRemedy: () => ({ candidates: [], refusals: [refusal] }) });
    assert.deepEqual([unplanned.path.at(-1), unplanned.calls.checkBefore], ['Refused', []]);
    const foreign = await run({ readAlarm: () => ({ change: null, reason: 'none of ours' }) });
    assert.deepEqual([foreign.path.at(-1), foreign.calls.recordRemedy], ['NothingToRemedy', []]);
  });

  test('records that an alarm has ended, for the report of what was observed', async () => {
    const result = await run({ readAlarm: () => ({ change: { ...change, state: 'OK' }, reason: 'is OK' }) });
    nothingIsDone(result);
    assert.deepEqual([result.path.at(-1), result.calls.recordRemedy.length], ['AlarmEnded', 1]);
  });

  test('says that nothing was applied when the precondition is gone in the session that acts', async () => {
    const result = await run({
      applyRemedy: () => ({ ...applied, isApplied: false, reason: 'session 9 has gone on' }),
    });
    assert.deepEqual([result.path.at(-1), result.calls.checkAfter], ['Refused', []]);
  });

  test('fails by name when it has not worked within its time, and takes back what can be taken back', async () => {
    const late = { ...after, isReached: false, isOver: true, reason: 'session 9 is still there' };
    const result = await run({ checkAfter: () => late });
    assert.deepEqual([result.status, result.error, result.calls.undoRemedy], ['FAILED', 'NotRemedied', []]);
    const undone = await run({ checkAfter: () => ({ ...late, isToUndo: true }) });
    assert.deepEqual([undone.error, undone.calls.undoRemedy.length], ['NotRemedied', 1]);
    assert.match(undone.cause ?? '', /still there; taken back: it is enabled/);
  });

  test('takes back what a task left that failed while it acted or looked, and records why', async () => {
    for (const task of ['applyRemedy', 'checkAfter'] as const) {
      const result = await run({ [task]: fail('MissingPrivilegeError') });
      assert.deepEqual([result.error, result.calls.undoRemedy.length], ['NotRemedied', 1], task);
      assert.equal(result.calls.recordRemedy[0]?.failure?.error, 'MissingPrivilegeError');
      const worse = await run({ [task]: fail('MissingPrivilegeError'), undoRemedy: fail('CredentialsRejectedError') });
      assert.match(worse.cause ?? '', /NOT taken back: CredentialsRejectedError/);
    }
  });

  test('waits for a person where it asks, looks again at what runs, and applies it then', async () => {
    const { path, calls } = await run(asking);
    assert.equal(path.at(-1), 'Remedied');
    assert.deepEqual([calls.askApprover.length, calls.claimBudget.length, calls.applyRemedy.length], [1, 2, 1]);
    assert.deepEqual(calls.checkAnswer[0]?.answer, { isApproved: true });
    assert.equal(calls.askApprover[0]?.seconds, 3600);
    const forbidden = await run({
      ...asking,
      claimBudget: (_, call) => (call === 1 ? granted : { ...spent, reason: 'a promotion runs, which forbids it' }),
    });
    nothingIsDone(forbidden);
    assert.equal(forbidden.path.at(-1), 'Refused');
  });

  test('does nothing when the person says no, is nobody who may answer, or does not answer', async () => {
    const refused = await run({
      ...asking,
      checkAnswer: () => ({ ...approved, isApproved: false, reason: 'refused by anna' }),
    });
    nothingIsDone(refused);
    assert.match(JSON.stringify(refused.output), /refused by anna/);
    const silent = await run({ ...asking, askApprover: fail('States.Timeout') });
    nothingIsDone(silent);
    assert.deepEqual([silent.path.at(-1), silent.calls.checkAnswer], ['Refused', []]);
    assert.match(JSON.stringify(silent.output), /nobody has answered within 3600 s/);
    for (const task of ['askApprover', 'checkAnswer'] as const) {
      for (const error of ['AccessDeniedError', 'States.DataLimitExceeded']) {
        const failed = await run({ ...asking, [task]: fail(error) });
        nothingIsDone(failed);
        assert.equal(failed.error, 'NotRemedied');
      }
    }
  });

  for (const task of ['readAlarm', 'planRemedy', 'checkBefore', 'claimBudget'] as const) {
    test(`does nothing, and reports it, when '${task}' fails`, async () => {
      const result = await run({ [task]: fail('AccessDeniedError') });
      nothingIsDone(result);
      assert.deepEqual([result.error, result.calls.publishOutcome.length], ['NotRemedied', 1]);
    });
  }

  test('calls again what was throttled or a fail-over kept from the server', async () => {
    for (const error of ['AwsUnavailableError', 'DatabaseUnreachableError'] as const) {
      const result = await run(afterCalls('applyRemedy', transients[error] - 1, fail(error)));
      assert.deepEqual([result.path.at(-1), result.calls.applyRemedy.length], ['Remedied', transients[error]]);
      assert.deepEqual(
        result.calls.applyRemedy.map(({ isRetry }) => isRetry),
        [false, ...Array<boolean>(transients[error] - 1).fill(true)],
      );
    }
  });

  test('reports what it did when that cannot be recorded', async () => {
    const result = await run({ recordRemedy: fail('AccessDeniedError') });
    assert.deepEqual([result.error, result.calls.publishOutcome.length], ['NotRemedied', 1]);
    assert.match(result.cause ?? '', /could not be recorded: AccessDeniedError/);
    const both = await run({ recordRemedy: fail('AccessDeniedError'), planRemedy: fail('InvalidInputError') });
    assert.match(both.cause ?? '', /before it InvalidInputError in PlanRemedy/);
  });

  test('refuses an input that no state could carry', async () => {
    const result = await run({}, { input: { detail: 'x'.repeat(70_000) } });
    assert.match(JSON.stringify(result.calls.readAlarm[0]?.event), /tooLong/);
  });

  test('has ended somehow when a state has more than Step Functions carries', async () => {
    for (const task of [
      'readAlarm',
      'planRemedy',
      'checkBefore',
      'claimBudget',
      'applyRemedy',
      'checkAfter',
      'recordRemedy',
    ] as const) {
      const result = await run({ [task]: fail('States.DataLimitExceeded') });
      assert.equal(result.error, 'NotRemedied', task);
    }
    const result = await run({ applyRemedy: fail('InvalidOutputError'), undoRemedy: fail('States.DataLimitExceeded') });
    assert.match(result.cause ?? '', /NOT taken back/);
  });

  test('has no branch that no test takes', () => assert.deepEqual(armsNotTaken(), []));
});
