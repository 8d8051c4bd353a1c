import assert from 'node:assert/strict';
import { CollectHealthInput, CollectHealthOutput } from '../../shared/contracts/collect-health.ts';
import { fail, workflowBench } from './workflow-support.ts';

const sound = { instances: [] };
const bench = workflowBench({
  workflow: 'collect-health',
  contracts: { collectHealth: [CollectHealthInput, CollectHealthOutput] } as const,
  soundInput: {},
  soundRun: { collectHealth: () => sound },
});

describe('collect-health', () => {
  test('reports what its pass found', async () => {
    const { status, output, calls } = await bench.run();
    assert.equal(status, 'SUCCEEDED');
    assert.deepEqual(output, { report: sound, failure: null });
    assert.deepEqual(calls.collectHealth, [{ executionName: 'run-1' }]);
  });

  test('reports why its pass failed', async () => {
    const { status, output } = await bench.run({ collectHealth: fail('InvalidOperationsError') });
    assert.equal(status, 'SUCCEEDED');
    const { report, failure } = output as { report: unknown; failure: { state: string; error: string } };
    assert.equal(report, null);
    assert.deepEqual([failure.state, failure.error], ['CollectHealth', 'InvalidOperationsError']);
  });

  test('every transition was taken', () => assert.deepEqual(bench.armsNotTaken(), []));
});
