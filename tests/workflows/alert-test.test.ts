import assert from 'node:assert/strict';
import {
  CheckTestAnswerInput,
  CheckTestAnswerOutput,
  RaiseTestAlarmInput,
  RaiseTestAlarmOutput,
  RecordAlertTestInput,
  RecordAlertTestOutput,
} from '../../shared/contracts/alert-test.ts';
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
    assert.deepEqual(calls.recordAlertTest, [{ executionName: 'run-1', raisedAt, topics, answer: answered }]);
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

  test('that cannot be raised, looked at or recorded fails by name', async () => {
    for (const task of ['raiseTestAlarm', 'checkTestAnswer', 'recordAlertTest'] as const) {
      const { status, error } = await bench.run({ [task]: fail('AccessDeniedError') });
      assert.deepEqual([status, error], ['FAILED', 'AccessDeniedError'], task);
    }
  });

  test('every transition was taken', () => assert.deepEqual(bench.armsNotTaken(), []));
});
