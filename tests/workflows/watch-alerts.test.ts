import assert from 'node:assert/strict';
import {
  PublishHeartbeatInput,
  PublishHeartbeatOutput,
  PublishMissedEventsInput,
  PublishMissedEventsOutput,
  PublishOtherRegionInput,
  PublishOtherRegionOutput,
  PublishOverdueReviewsInput,
  PublishOverdueReviewsOutput,
  PublishTestAgeInput,
  PublishTestAgeOutput,
} from '../../shared/contracts/watch-alerts/watch-alerts.ts';
import { fail, workflowBench } from './workflow-support.ts';

const events = { read: 3, missed: [{ member: 'instance/orders: rds failure', state: 'problem', at: 'then' }] };
const reviews = { overdue: ['an-incident'], written: [] };

const bench = workflowBench({
  workflow: 'watch-alerts',
  contracts: {
    publishHeartbeat: [PublishHeartbeatInput, PublishHeartbeatOutput],
    publishOtherRegion: [PublishOtherRegionInput, PublishOtherRegionOutput],
    publishTestAge: [PublishTestAgeInput, PublishTestAgeOutput],
    publishMissedEvents: [PublishMissedEventsInput, PublishMissedEventsOutput],
    publishOverdueReviews: [PublishOverdueReviewsInput, PublishOverdueReviewsOutput],
  } as const,
  soundInput: {},
  soundRun: {
    publishHeartbeat: () => ({ sentAt: 'now' }),
    publishOtherRegion: () => ({ region: 'us-west-2', heartbeats: 2 }),
    publishTestAge: () => ({ days: 3 }),
    publishMissedEvents: () => events,
    publishOverdueReviews: () => reviews,
  },
});

describe('watch-alerts', () => {
  test('sends its heartbeat first, and reports what it has found', async () => {
    const { status, output, path } = await bench.run();
    assert.equal(status, 'SUCCEEDED');
    assert.deepEqual(path.slice(0, 3), ['PublishHeartbeat', 'PublishOtherRegion', 'PublishTestAge']);
    assert.deepEqual(output, { other: { region: 'us-west-2', heartbeats: 2 }, test: { days: 3 }, events, reviews });
  });

  test('that fails late has sent its heartbeat and measured what is alarmed about', async () => {
    const { status, error, calls } = await bench.run({ publishMissedEvents: fail('AccessDeniedError') });
    assert.deepEqual([status, error], ['FAILED', 'AccessDeniedError']);
    assert.deepEqual(
      [calls.publishHeartbeat, calls.publishOtherRegion, calls.publishTestAge, calls.publishOverdueReviews].map(
        ({ length }) => length,
      ),
      [1, 1, 1, 0],
    );
  });

  test('every transition was taken', () => assert.deepEqual(bench.armsNotTaken(), []));
});
