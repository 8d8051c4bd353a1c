import assert from 'node:assert/strict';
import { ChangeFenceInput, ChangeFenceOutput } from '../../../shared/contracts/fence/fence.ts';
import { fail, workflowBench } from '../workflow-support.ts';

const changed = {
  ...{ database: 'fantasy', instanceId: 'fantasy-dev', action: 'put up' as const, epoch: 3 },
  ...{ roles: ['demo_app'], keptOut: ['demo_app'], sessionsEnded: 5 },
};
const asked = { database: 'fantasy', action: 'put up' };
const bench = workflowBench({
  workflow: 'fence',
  contracts: { changeFence: [ChangeFenceInput, ChangeFenceOutput] } as const,
  soundInput: asked,
  soundRun: { changeFence: () => changed },
});

describe('fence', () => {
  test('answers with whom it keeps out, and by which epoch that is lifted', async () => {
    const { status, output, calls } = await bench.run();
    assert.equal(status, 'SUCCEEDED');
    assert.deepEqual(output, changed);
    assert.deepEqual(calls.changeFence, [{ executionName: 'run-1', request: asked }]);
  });

  test('fails by name: a fence that is not up is no success', async () => {
    const { status, error } = await bench.run({ changeFence: fail('RoleNotFenceableError') });
    assert.deepEqual([status, error], ['FAILED', 'RoleNotFenceableError']);
  });

  test('every transition was taken', () => assert.deepEqual(bench.armsNotTaken(), []));
});
