import assert from 'node:assert/strict';
import { readNotification } from '../../../../shared/domain/notification/notification.ts';

/** An alarm on database orders, as SNS hands it over. */
const keyOf = (service: string, AlarmName: string, NewStateValue: 'ALARM' | 'OK', region = 'us-east-1') =>
  readNotification(
    {
      MessageId: 'm-1',
      TopicArn: `arn:aws:sns:${region}:123456789012:pg-gameday-p3-prod`,
      Subject: null,
      Message: JSON.stringify({
        ...{ AlarmName, NewStateValue, NewStateReason: 'Threshold Crossed', Region: 'US East (N. Virginia)' },
        StateChangeTime: '2026-03-01T08:45:00.000+0000',
        Trigger: {
          Dimensions: [
            { name: 'service', value: service },
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

describe('alarms on one database', () => {
  for (const [service, one, other] of [
    ['collect-health', 'pg-gameday-bloat-warning-orders-prod', 'pg-gameday-deadlocks-warning-orders-prod'],
    ['watch-backups', 'backup-and-verify-old-orders-prod', 'backup-and-verify-odd-orders-prod'],
    ['watch-backups', 'backup-and-verify-restorable-orders-prod', 'restore-test-failed-orders-prod'],
  ] as const) {
    test(`by ${service} are an incident each: the end of ${other} does not end ${one}`, () => {
      assert.notEqual(keyOf(service, other, 'OK'), keyOf(service, one, 'ALARM'));
      assert.equal(keyOf(service, other, 'OK'), keyOf(service, other, 'ALARM'));
    });
  }

  test('of one name in two regions are two incidents', () => {
    const old = 'backup-and-verify-old-orders-prod';
    assert.notEqual(keyOf('watch-backups', old, 'OK', 'us-west-2'), keyOf('watch-backups', old, 'ALARM'));
  });

  test('on its backups and a run that failed are one', () => {
    for (const alarm of ['failed', 'overdue'])
      assert.equal(
        keyOf('backup-and-verify', `backup-and-verify-${alarm}-orders-prod`, 'ALARM'),
        'prod/backup-and-verify/orders',
      );
  });
});
