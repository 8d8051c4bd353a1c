import assert from 'node:assert/strict';
import { PublishOutcomeInput, PublishOutcomeOutput } from '../../shared/contracts/outcome.ts';
import {
  ReadServerLogsInput,
  ReadServerLogsOutput,
  ReadStatementsInput,
  ReadStatementsOutput,
  RecordSlowQueriesInput,
  RecordSlowQueriesOutput,
} from '../../shared/contracts/slow-query-report.ts';
import { fail, workflowBench } from './workflow-support.ts';

const statements = { databases: [{ database: 'orders', key: 'slow-query-report/run-1/statements/orders.json' }] };
const logs = { instances: [{ instanceId: 'orders-prod', key: 'slow-query-report/run-1/logs/orders-prod.json' }] };
const recorded = {
  ...{ isComplete: true, severity: 'P4' as const, subject: 'slow-query report: nothing', text: 'nothing to report' },
  ...{ evidenceKey: 'slow-query-report/run-1/evidence.json', reportKey: 'slow-query-report/run-1/report.html' },
};
const bench = workflowBench({
  workflow: 'slow-query-report',
  contracts: {
    readStatements: [ReadStatementsInput, ReadStatementsOutput],
    readServerLogs: [ReadServerLogsInput, ReadServerLogsOutput],
    recordSlowQueries: [RecordSlowQueriesInput, RecordSlowQueriesOutput],
    publishOutcome: [PublishOutcomeInput, PublishOutcomeOutput],
  } as const,
  soundInput: {},
  soundRun: {
    readStatements: () => statements,
    readServerLogs: () => logs,
    recordSlowQueries: ({ failures }) => ({ ...recorded, isComplete: failures.length === 0 }),
    publishOutcome: () => ({ messageId: 'm-1' }),
  },
});

describe('slow-query-report', () => {
  test('records both parts and publishes what they came to', async () => {
    const { status, calls } = await bench.run();
    assert.equal(status, 'SUCCEEDED');
    const [recording] = calls.recordSlowQueries;
    assert.deepEqual([recording?.statements, recording?.logs, recording?.failures], [statements, logs, []]);
    assert.deepEqual(calls.publishOutcome[0]?.outcome, { workflow: 'slow-query-report', ...recorded });
  });

  test('reports the statements when the logs fail, and ends as failed', async () => {
    const { status, error, calls } = await bench.run({ readServerLogs: fail('AccessDeniedError') });
    assert.deepEqual([status, error], ['FAILED', 'AccessDeniedError']);
    const [recording] = calls.recordSlowQueries;
    assert.deepEqual(
      recording?.failures.map(({ state, error }) => [state, error]),
      [['ReadServerLogs', 'AccessDeniedError']],
    );
    assert.deepEqual([recording?.statements, recording?.logs], [statements, null]);
    assert.equal(calls.publishOutcome.length, 1);
  });

  test('reports that nothing could be read when the statements fail', async () => {
    const { status, error, calls } = await bench.run({ readStatements: fail('InvalidOperationsError') });
    assert.deepEqual([status, error, calls.readServerLogs.length], ['FAILED', 'InvalidOperationsError', 0]);
    const [recording] = calls.recordSlowQueries;
    assert.deepEqual(
      [recording?.statements, recording?.logs, recording?.failures[0]?.state],
      [...[null, null], 'ReadStatements'],
    );
    assert.equal(calls.publishOutcome.length, 1);
  });

  test('publishes that there is no report when it cannot be recorded', async () => {
    const { status, error, calls } = await bench.run({ recordSlowQueries: fail('EvidenceMissingError') });
    assert.deepEqual([status, error], ['FAILED', 'EvidenceMissingError']);
    const { outcome } = calls.publishOutcome[0] ?? {};
    assert.ok(outcome?.workflow === 'slow-query-report' && outcome.severity === 'P3');
    assert.match(outcome.subject, /NOT MADE/);
    assert.match(outcome.text, /EvidenceMissingError/);
  });

  test('every transition was taken', () => assert.deepEqual(bench.armsNotTaken(), []));
});
