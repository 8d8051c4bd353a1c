import assert from 'node:assert/strict';
import { RemediationRecord } from '../../../../../shared/contracts/remediation/remediation.ts';
import { observe } from '../../../../../shared/domain/remediation/observation.ts';
import { observationReport } from '../../../../../shared/report/remediation/observation-report.ts';

const begin = Date.UTC(2026, 2, 1);
const minute = 60_000;

type Case = {
  readonly at: number;
  readonly state?: 'ALARM' | 'OK';
  readonly outcome: RemediationRecord['outcome'];
  readonly alarm?: string;
  readonly reason?: string;
  readonly isGone?: boolean;
  readonly claim?: string;
  readonly stage?: string;
};
const recordOf = ({
  at,
  state = 'ALARM',
  outcome,
  alarm = 'a',
  reason,
  isGone = false,
  claim,
  stage = 'prod',
}: Case) => {
  const isFound = state === 'ALARM' && reason === undefined;
  const candidate = { remedy: 'end-root-blocker', mode: 'observe', database: 'fantasy', instanceId: 'i' };
  const moment = new Date(begin + at * minute).toISOString();
  return RemediationRecord.parse({
    ...{ executionName: `run-${at}`, executionArn: 'arn', startedAt: moment, recordedAt: moment, stage, outcome },
    ...{
      schemaVersion: 1,
      workflow: 'remediation',
      summary: 's',
      answer: null,
      after: null,
      undone: null,
      failure: null,
    },
    change: {
      cause: {
        ...{ account: '123456789012', region: 'us-east-1', stage, alarmName: alarm, kind: 'blocked-sessions' },
        ...{ level: 'critical', bearer: { of: 'database', name: 'fantasy' }, databases: ['fantasy'] },
      },
      state,
      changedAt: moment,
    },
    refusals: reason === undefined ? [] : [{ remedy: 'end-root-blocker', database: 'fantasy', reason, isGone }],
    found: isFound
      ? {
          ...candidate,
          summary: 's',
          target: {
            ...{ kind: 'session', pid: 1, backendStart: 'a', since: 'b', user: 'u', application: '' },
            ...{ queryId: null, seconds: 1, waiters: 4 },
          },
        }
      : null,
    claim: isFound
      ? { isGranted: claim === undefined, isRepeated: false, reason: claim ?? 'within', claimKey: null, askSeconds: 1 }
      : null,
    applied:
      outcome === 'remedied' || outcome === 'not remedied'
        ? { isApplied: true, reason: 'ended', appliedAt: moment }
        : null,
  });
};
const now = begin + 40 * 1440 * minute;
const reportOf = (...cases: readonly Case[]) => observe(cases.map(recordOf), 'prod', now, 41);

describe('the report of what was observed', () => {
  test('counts how often a remedy would have acted, and how often the alarm ended without it, and when', () => {
    const { remedies, records } = reportOf(
      { at: 0, outcome: 'observed' },
      { at: 4, state: 'OK', outcome: 'ended' },
      { at: 100, outcome: 'observed' },
      { at: 110, state: 'OK', outcome: 'ended' },
      { at: 200, outcome: 'observed', alarm: 'b' },
      { at: 201, state: 'OK', outcome: 'ended', alarm: 'a' },
      { at: 300, outcome: 'refused', reason: 'nobody waits', isGone: true },
      { at: 400, outcome: 'remedied' },
      { at: 500, outcome: 'not remedied' },
    );
    assert.equal(records, 9);
    assert.deepEqual(remedies, [
      {
        ...{ remedy: 'end-root-blocker', alarms: 6, wouldAct: 5, acted: 2, worked: 1, goneBefore: 1, refusals: [] },
        endedByItself: { count: 2, median: 240, longest: 600 },
      },
    ]);
  });

  test('does not take for an end what rang again before it, or is of another alarm', () => {
    const { remedies } = reportOf(
      { at: 0, outcome: 'observed' },
      { at: 5, outcome: 'observed' },
      { at: 9, state: 'OK', outcome: 'ended' },
    );
    assert.deepEqual(remedies[0]?.endedByItself, { count: 1, median: 240, longest: 240 });
  });

  test('says why it would not have acted, the most frequent first, whatever numbers stand in it', () => {
    const { remedies } = reportOf(
      { at: 0, outcome: 'refused', reason: "role 'x' of session 12 is not in scope" },
      { at: 1, outcome: 'refused', reason: "role 'x' of session 13 is not in scope" },
      { at: 2, outcome: 'refused', claim: 'the budget is spent: 4 of 4 acts' },
    );
    assert.deepEqual(remedies[0]?.refusals, [
      { reason: "role 'x' of session n is not in scope", count: 2 },
      { reason: 'the budget is spent: n of n acts', count: 1 },
    ]);
  });

  test('is of one stage and of its days', () => {
    const old = recordOf({ at: 0, outcome: 'observed' });
    const other = recordOf({ at: 50 * 1440, outcome: 'observed' });
    const test = recordOf({ at: 39 * 1440, outcome: 'observed', stage: 'test' });
    const own = recordOf({ at: 39 * 1440, outcome: 'observed' });
    const { records, days } = observe([old, other, test, own], 'prod', now, 30);
    assert.deepEqual([records, days], [1, 1]);
  });

  test('is a page that says so where it has few days, and where nothing rang', () => {
    const short = observationReport(reportOf({ at: 0, outcome: 'observed' }));
    assert.match(short, /1 times a remedy would have acted/);
    assert.match(short, /on 1 days only, 30 are wanted/);
    assert.match(observationReport(reportOf()), /No alarm rang/);
  });
});
