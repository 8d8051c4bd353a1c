import assert from 'node:assert/strict';
import {
  CheckTestAnswerInput,
  CheckTestAnswerOutput,
  RaiseTestAlarmInput,
  RaiseTestAlarmOutput,
  RecordAlertTestInput,
  RecordAlertTestOutput,
} from '../../shared/contracts/alert-test/alert-test.ts';
import { fail, workflowBench } from './workflow-support.ts';

const raisedAt = '2026-05-19T15:00:00.000Z';
const answer = {
  ...{ incidentId: 'an-incident', askedAt: raisedAt, acknowledgedAt: null, by: null, way: null },
  ...{ reached: ['slack'], missed: [] },
};
const answered = { ...answer, acknowledgedAt: '2026-05-19T15:01:00.000Z', by: 'test-robot', way: 'link' };
const topics = [{ topic: 'P1', wanted: 1, confirmed: 1, unconfirmed: [] }];
const report = { isPassed: true, summary: 'answered', recordKey: 'alert-test/run-1/record.json' };

const bench = workflowBench({
  workflow: 'alert-test',
  contracts: {
    raiseTestAlarm: [RaiseTestAlarmInput, RaiseTestAlarmOutput],
    checkTestAnswer: [CheckTestAnswerInput, CheckTestAnswerOutput],
    recordAlertTest: [RecordAlertTestInput, RecordAlertTestOutput],
  } as const,
  soundInput: {},
  soundRun: {
    raiseTestAlarm: () => ({ raisedAt, topics }),
    checkTestAnswer: (_, call) =>
      call < 3 ? { answer: call === 1 ? null : answer, isAnswered: false } : { answer: answered, isAnswered: true },
    recordAlertTest: () => report,
  },
});

describe('alert-test', () => {
  test('looks until the test is answered, and records the answer with who hears of each topic', async () => {
    const { status, output, calls } = await bench.run();
    assert.deepEqual([status, output], ['SUCCEEDED', report]);
    assert.equal(calls.checkTestAnswer.length, 3);
    assert.deepEqual(calls.recordAlertTest, [
      { executionName: 'run-1', raisedAt, topics, answer: answered, failure: null },
    ]);
  });

  test('that nobody answers for a quarter of an hour is recorded, and fails', async () => {
    const lost = { isPassed: false, summary: 'nobody has answered in time', recordKey: 'a-record' };
    const { status, error, cause, calls } = await bench.run({
      checkTestAnswer: () => ({ answer: null, isAnswered: false }),
      recordAlertTest: () => lost,
    });
    assert.deepEqual([status, error], ['FAILED', 'AlertTestFailed']);
    assert.equal(cause, 'nobody has answered in time. Its record is a-record.');
    assert.equal(calls.checkTestAnswer.length, 90);
    assert.equal(calls.recordAlertTest[0]?.answer, null);
  });

  for (const task of ['raiseTestAlarm', 'checkTestAnswer'] as const) {
    test(`whose ${task} fails for good is recorded with its error, and fails`, async () => {
      for (const error of ['AccessDeniedError', 'States.DataLimitExceeded']) {
        const {
          status,
          error: name,
          calls,
        } = await bench.run({
          [task]: fail(error),
          recordAlertTest: () => ({ ...report, isPassed: false }),
        });
        assert.deepEqual(
          [status, name, calls.recordAlertTest[0]?.failure?.error],
          ['FAILED', 'AlertTestFailed', error],
        );
      }
    });
  }

  test('that cannot be recorded fails', async () => {
    for (const error of ['AccessDeniedError', 'States.DataLimitExceeded']) {
      const { status, error: name, cause } = await bench.run({ recordAlertTest: fail(error) });
      assert.deepEqual([status, name], ['FAILED', 'AlertTestFailed']);
      assert.match(cause ?? '', /could not be recorded/);
    }
  });

  test('every transition was taken', () => assert.deepEqual(bench.armsNotTaken(), []));
});
