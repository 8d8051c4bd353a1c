import assert from 'node:assert/strict';
import { requiredPermissions } from '../../../sandbox/iam/required/required-permissions.ts';

const call = { region: 'eu-central-1', account: '123456789012', world: undefined as never };
const alarm = (name: string) => `arn:aws:cloudwatch:eu-central-1:123456789012:alarm:${name}`;
const resources = (operation: string, input: Record<string, unknown>) =>
  requiredPermissions('monitoring', operation)?.(input, call).map(({ action, resource }) => [action, resource]);

describe('a call about alarms', () => {
  test('needs the right to each alarm that it names, and to all when it names none', () => {
    assert.deepEqual(resources('SetAlarmState', { AlarmName: 'late' }), [['cloudwatch:SetAlarmState', alarm('late')]]);
    assert.deepEqual(resources('DeleteAlarms', { AlarmNames: ['a', 'b'] }), [
      ['cloudwatch:DeleteAlarms', alarm('a')],
      ['cloudwatch:DeleteAlarms', alarm('b')],
    ]);
    assert.deepEqual(resources('DescribeAlarms', {}), [['cloudwatch:DescribeAlarms', alarm('*')]]);
    assert.deepEqual(resources('DescribeAlarmsForMetric', { MetricName: 'm' }), [
      ['cloudwatch:DescribeAlarmsForMetric', '*'],
    ]);
  });
});
