import assert from 'node:assert/strict';
import { RenewLeaseInput, RenewLeaseOutput } from '../../../shared/contracts/keep-lease/keep-lease.ts';
import { fail, workflowBench } from '../workflow-support.ts';

const sound = { databases: [] };
const bench = workflowBench({
  workflow: 'keep-lease',
  contracts: { renewLease: [RenewLeaseInput, RenewLeaseOutput] } as const,
  soundInput: {},
  soundRun: { renewLease: () => sound },
});

describe('keep-lease', () => {
  test('reports what its pass came to', async () => {
    const { status, output, calls } = await bench.run();
    assert.equal(status, 'SUCCEEDED');
    assert.deepEqual(output, { report: sound, failure: null });
    assert.deepEqual(calls.renewLease, [{ executionName: 'run-1' }]);
  });

  test('reports why its pass failed', async () => {
    const { status, output } = await bench.run({ renewLease: fail('InvalidOperationsError') });
    assert.equal(status, 'SUCCEEDED');
    const { report, failure } = output as { report: unknown; failure: { state: string; error: string } };
    assert.equal(report, null);
    assert.deepEqual([failure.state, failure.error], ['RenewLease', 'InvalidOperationsError']);
  });

  test('every transition was taken', () => assert.deepEqual(bench.armsNotTaken(), []));
});
