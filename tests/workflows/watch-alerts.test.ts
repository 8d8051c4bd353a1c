import assert from 'node:assert/strict';
import {
  FindOverdueReviewsInput,
  FindOverdueReviewsOutput,
  MeasureTestAgeInput,
  MeasureTestAgeOutput,
  ReconcileEventsInput,
  ReconcileEventsOutput,
  SendHeartbeatInput,
  SendHeartbeatOutput,
  WatchOtherRegionInput,
  WatchOtherRegionOutput,
} from '../../shared/contracts/watch-alerts.ts';
import { fail, workflowBench } from './workflow-support.ts';

const events = { read: 3, missed: [{ member: 'instance/orders: rds failure', state: 'problem', at: 'then' }] };
const reviews = { overdue: ['an-incident'], written: [] };

const bench = workflowBench({
  workflow: 'watch-alerts',
  contracts: {
    sendHeartbeat: [SendHeartbeatInput, SendHeartbeatOutput],
    watchOtherRegion: [WatchOtherRegionInput, WatchOtherRegionOutput],
    measureTestAge: [MeasureTestAgeInput, MeasureTestAgeOutput],
    reconcileEvents: [ReconcileEventsInput, ReconcileEventsOutput],
    findOverdueReviews: [FindOverdueReviewsInput, FindOverdueReviewsOutput],
  } as const,
  soundInput: {},
  soundRun: {
    sendHeartbeat: () => ({ sentAt: 'now' }),
    watchOtherRegion: () => ({ region: 'us-west-2', heartbeats: 2 }),
    measureTestAge: () => ({ days: 3 }),
    reconcileEvents: () => events,
    findOverdueReviews: () => reviews,
  },
});

describe('watch-alerts', () => {
  test('sends its heartbeat first, and reports what it has found', async () => {
    const { status, output, path } = await bench.run();
    assert.equal(status, 'SUCCEEDED');
    assert.deepEqual(path.slice(0, 3), ['SendHeartbeat', 'WatchOtherRegion', 'MeasureTestAge']);
    assert.deepEqual(output, { other: { region: 'us-west-2', heartbeats: 2 }, test: { days: 3 }, events, reviews });
  });

  test('that fails late has sent its heartbeat and measured what is alarmed about', async () => {
    const { status, error, calls } = await bench.run({ reconcileEvents: fail('AccessDeniedError') });
    assert.deepEqual([status, error], ['FAILED', 'AccessDeniedError']);
    assert.deepEqual(
      [calls.sendHeartbeat, calls.watchOtherRegion, calls.measureTestAge, calls.findOverdueReviews].map(
        ({ length }) => length,
      ),
      [1, 1, 1, 0],
    );
  });

  test('every transition was taken', () => assert.deepEqual(bench.armsNotTaken(), []));
});
