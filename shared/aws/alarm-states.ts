import { CloudWatchClient, type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import type { AlarmChange } from '../domain/alert/missed-events.ts';
import { callAws } from './call.ts';

/** How alarms of this region on single metrics stand, and since when. Those that notify topics are not among them. */
export type ListAlarmChanges = () => Promise<readonly AlarmChange[]>;

export const listAlarmChanges =
  (client = new CloudWatchClient({ maxAttempts: 5 })): ListAlarmChanges =>
  () =>
    callAws('describe alarms', async (options) => {
      const all: AlarmChange[] = [];
      for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, { MaxRecords: 100 }, options))
        all.push(...MetricAlarms.filter(({ AlarmActions = [] }) => AlarmActions.length === 0).flatMap(changeOf));
      return all;
    });

function changeOf(alarm: MetricAlarm): AlarmChange[] {
  const { AlarmName, AlarmDescription = '', StateValue, StateTransitionedTimestamp: at } = alarm;
  const metric =
    alarm.MetricName === undefined ? alarm.Metrics?.find((one) => one.MetricStat)?.MetricStat?.Metric : alarm;
  if (AlarmName === undefined || StateValue === undefined || at === undefined || metric?.MetricName === undefined)
    return [];
  return [
    {
      alarmName: AlarmName,
      description: AlarmDescription,
      value: StateValue,
      reason: alarm.StateReason ?? 'no reason is given',
      ...(alarm.StateReasonData === undefined ? {} : { reasonData: alarm.StateReasonData }),
      at: at.toISOString(),
      metric: {
        ...(metric.Namespace === undefined ? {} : { namespace: metric.Namespace }),
        name: metric.MetricName,
        dimensions: Object.fromEntries((metric.Dimensions ?? []).map(({ Name = '', Value = '' }) => [Name, Value])),
      },
    },
  ];
}
