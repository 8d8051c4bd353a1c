import type { CliExample } from './example.ts';

const metric = '--namespace Cli --metric-name Age';
const period = '--start-time 2026-01-01T00:00:00Z --end-time 2026-01-02T00:00:00Z';
const queries = JSON.stringify([
  { Id: 'age', MetricStat: { Metric: { Namespace: 'Cli', MetricName: 'Age' }, Period: 60, Stat: 'Maximum' } },
]);

export const monitoring: readonly CliExample[] = [
  ['PutMetricData', `cloudwatch put-metric-data ${metric} --value 4 --unit Seconds --dimensions database=orders`],
  ['ListMetrics', 'cloudwatch list-metrics --namespace Cli'],
  ['GetMetricStatistics', `cloudwatch get-metric-statistics ${metric} ${period} --period 60 --statistics Maximum`],
  ['GetMetricData', `cloudwatch get-metric-data --metric-data-queries '${queries}' ${period}`],
  [
    'PutMetricAlarm',
    `cloudwatch put-metric-alarm --alarm-name old ${metric} --dimensions Name=database,Value=orders --statistic Maximum --period 60 --evaluation-periods 1 --threshold 3 --comparison-operator GreaterThanThreshold --treat-missing-data breaching`,
  ],
  ['PutCompositeAlarm', "cloudwatch put-composite-alarm --alarm-name any --alarm-rule 'ALARM(old)'"],
  ['DescribeAlarms', 'cloudwatch describe-alarms --alarm-types MetricAlarm CompositeAlarm'],
  [
    'DescribeAlarmsForMetric',
    `cloudwatch describe-alarms-for-metric ${metric} --dimensions Name=database,Value=orders`,
  ],
  ['SetAlarmState', 'cloudwatch set-alarm-state --alarm-name old --state-value ALARM --state-reason drill'],
  ['DescribeAlarmHistory', 'cloudwatch describe-alarm-history --alarm-name old'],
  ['DisableAlarmActions', 'cloudwatch disable-alarm-actions --alarm-names old'],
  ['EnableAlarmActions', 'cloudwatch enable-alarm-actions --alarm-names old'],
  ['DeleteAlarms', 'cloudwatch delete-alarms --alarm-names any'],
];

const stream = '--log-group-name /cli --log-stream-name one';

export const logs: readonly CliExample[] = [
  ['CreateLogGroup', 'logs create-log-group --log-group-name /cli'],
  ['PutRetentionPolicy', 'logs put-retention-policy --log-group-name /cli --retention-in-days 30'],
  ['CreateLogStream', `logs create-log-stream ${stream}`],
  ['PutLogEvents', `logs put-log-events ${stream} --log-events timestamp={now},message=hello`],
  ['DescribeLogGroups', 'logs describe-log-groups --log-group-name-prefix /cli'],
  ['DescribeSubscriptionFilters', 'logs describe-subscription-filters --log-group-name /cli'],
  ['DescribeLogStreams', 'logs describe-log-streams --log-group-name /cli'],
  ['GetLogEvents', `logs get-log-events ${stream}`],
  ['FilterLogEvents', 'logs filter-log-events --log-group-name /cli --filter-pattern hello'],
  ['DeleteLogGroup', 'logs delete-log-group --log-group-name /cli'],
];

export const firehose: readonly CliExample[] = [
  ['DescribeDeliveryStream', 'firehose describe-delivery-stream --delivery-stream-name cli'],
  ['PutRecord', `firehose put-record --delivery-stream-name cli --record '{"Data":"aGVsbG8="}'`],
];
