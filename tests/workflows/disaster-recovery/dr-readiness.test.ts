import assert from 'node:assert/strict';
import {
  AssessReadinessInput,
  AssessReadinessOutput,
  CollectReadinessInput,
  CollectReadinessOutput,
} from '../../../shared/contracts/dr-readiness/dr-readiness.ts';
import { fail, workflowBench } from '../workflow-support.ts';

const collected = { side: 'primary' as const, databases: [] };
const assessed = { databases: [] };
const bench = workflowBench({
  workflow: 'dr-readiness',
  contracts: {
    collectReadiness: [CollectReadinessInput, CollectReadinessOutput],
    assessReadiness: [AssessReadinessInput, AssessReadinessOutput],
  } as const,
  soundInput: {},
  soundRun: { collectReadiness: () => collected, assessReadiness: () => assessed },
});

describe('dr-readiness', () => {
  test('reports what it collected and what it made of it', async () => {
    const { status, output, calls } = await bench.run();
    assert.equal(status, 'SUCCEEDED');
    assert.deepEqual(output, { collected, assessed, failure: null });
    assert.deepEqual(calls.assessReadiness, [{ executionName: 'run-1' }]);
  });

  for (const [task, state] of [
    ['collectReadiness', 'CollectReadiness'],
    ['assessReadiness', 'AssessReadiness'],
  ] as const) {
    for (const error of ['AccessDeniedError', 'States.DataLimitExceeded']) {
      test(`reports that ${state} failed with ${error}`, async () => {
        const { status, output } = await bench.run({ [task]: fail(error) });
        assert.equal(status, 'SUCCEEDED');
        const { failure, assessed: nothing } = output as {
          failure: { state: string; error: string };
          assessed: unknown;
        };
        assert.deepEqual([failure.state, failure.error, nothing], [state, error, null]);
      });
    }
  }

  test('every transition was taken', () => assert.deepEqual(bench.armsNotTaken(), []));
});
