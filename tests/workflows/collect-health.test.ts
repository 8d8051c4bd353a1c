import assert from 'node:assert/strict';
import { makeClock } from '../../sandbox/clock.ts';
import {
  CollectHealthInput,
  CollectHealthOutput,
  MeasureUpkeepInput,
  MeasureUpkeepOutput,
} from '../../shared/contracts/collect-health.ts';
import { fail, workflowBench } from './workflow-support.ts';

const sound = { instances: [] };
const bench = workflowBench({
  workflow: 'collect-health',
  contracts: {
    collectHealth: [CollectHealthInput, CollectHealthOutput],
    measureUpkeep: [MeasureUpkeepInput, MeasureUpkeepOutput],
  } as const,
  soundInput: { upkeep: true },
  soundRun: { collectHealth: () => sound, measureUpkeep: () => sound },
});

describe('collect-health', () => {
  test('reports what its pass found', async () => {
    const { status, output, calls } = await bench.run();
    assert.equal(status, 'SUCCEEDED');
    assert.deepEqual(output, { report: sound, upkeep: sound, failure: null });
    assert.deepEqual(calls.collectHealth, [{ executionName: 'run-1' }]);
  });

  test('reports why its pass failed', async () => {
    const { status, output } = await bench.run({ collectHealth: fail('InvalidOperationsError') });
    assert.equal(status, 'SUCCEEDED');
    const { report, failure } = output as { report: unknown; failure: { state: string; error: string } };
    assert.equal(report, null);
    assert.deepEqual([failure.state, failure.error], ['CollectHealth', 'InvalidOperationsError']);
  });

  test('reports why the upkeep could not be measured, beside what its pass found', async () => {
    const { status, output } = await bench.run({ measureUpkeep: fail('InvalidOperationsError') });
    assert.equal(status, 'SUCCEEDED');
    const { report, upkeep, failure } = output as { report: unknown; upkeep: unknown; failure: { state: string } };
    assert.deepEqual([report, upkeep, failure.state], [sound, null, 'MeasureUpkeep']);
  });

  for (const [what, startDate, isMeasured] of [
    ['a quarter of an hour', '2026-11-29T06:45:03.000Z', true],
    ['a full hour', '2026-11-29T07:00:59.999Z', true],
    ['any other minute', '2026-11-29T06:44:59.999Z', false],
  ] as const) {
    test(`measures the upkeep ${isMeasured ? 'at' : 'not at'} ${what}`, async () => {
      const { calls } = await bench.run(
        {},
        { input: {}, clock: { ...makeClock(1_000_000), now: () => new Date(startDate) } },
      );
      assert.equal(calls.measureUpkeep.length, isMeasured ? 1 : 0);
    });
  }

  test('every transition was taken', () => assert.deepEqual(bench.armsNotTaken(), []));
});
