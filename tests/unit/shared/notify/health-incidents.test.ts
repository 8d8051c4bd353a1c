import assert from 'node:assert/strict';
import { readNotification } from '../../../../shared/domain/notification/notification.ts';

/** An alarm on the health of database orders, as SNS hands it over. */
const keyOf = (AlarmName: string, NewStateValue: 'ALARM' | 'OK') =>
  readNotification(
    {
      MessageId: 'm-1',
      TopicArn: 'arn:aws:sns:us-east-1:123456789012:pg-gameday-p3-prod',
      Subject: null,
      Message: JSON.stringify({
        ...{ AlarmName, NewStateValue, NewStateReason: 'Threshold Crossed', Region: 'US East (N. Virginia)' },
        StateChangeTime: '2026-03-01T08:45:00.000+0000',
        Trigger: {
          Dimensions: [
            { name: 'service', value: 'collect-health' },
            { name: 'Database', value: 'orders' },
          ],
        },
      }),
      Timestamp: '2026-03-01T08:45:00.000Z',
      MessageAttributes: {},
    },
    'prod',
    { P2: 500, P3: 50 },
  ).dedupKey;

describe('alarms on the health of one database', () => {
  test('are an incident each: the end of one ends no other', () => {
    const [bloat, deadlocks] = ['pg-gameday-bloat-warning-orders-prod', 'pg-gameday-deadlocks-warning-orders-prod'];
    assert.notEqual(keyOf(deadlocks, 'OK'), keyOf(bloat, 'ALARM'));
    assert.equal(keyOf(deadlocks, 'OK'), keyOf(deadlocks, 'ALARM'));
  });
});
