import assert from 'node:assert/strict';
import { PlanDrPromotionInput, PlanDrPromotionOutput } from '../../shared/contracts/dr-promotion.ts';
import { fail, workflowBench } from './workflow-support.ts';

const sound = { database: 'fantasy' };
const bench = workflowBench({
  workflow: 'dr-promotion',
  contracts: { planDrPromotion: [PlanDrPromotionInput, PlanDrPromotionOutput] },
  soundRun: { planDrPromotion: () => sound },
  soundInput: { database: 'fantasy' },
});

describe('dr-promotion', () => {
  test('reports what its task found', async () => {
    const { status, output, calls } = await bench.run();
    assert.equal(status, 'SUCCEEDED');
    assert.deepEqual(output, { report: sound, failure: null });
    assert.deepEqual(calls.planDrPromotion, [{ executionName: 'run-1', request: { database: 'fantasy' } }]);
  });

  test('reports why its task failed', async () => {
    const { status, output } = await bench.run({ planDrPromotion: fail('UnknownDatabaseError') });
    assert.equal(status, 'SUCCEEDED');
    const { report, failure } = output as { report: unknown; failure: { state: string; error: string } };
    assert.equal(report, null);
    assert.deepEqual([failure.state, failure.error], ['PlanDrPromotion', 'UnknownDatabaseError']);
  });

  test('every transition was taken', () => assert.deepEqual(bench.armsNotTaken(), []));
});
