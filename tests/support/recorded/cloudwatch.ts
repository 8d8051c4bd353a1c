import { call, localstack } from './call.ts';
import type { CallRow } from './row.ts';

const alarm = (fields: Record<string, unknown>) =>
  call('monitoring', 'PutMetricAlarm', {
    AlarmName: 'a',
    Namespace: 'n',
    MetricName: 'm',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    ...fields,
  });
const span = { StartTime: new Date('2026-01-01T00:00:00Z'), EndTime: new Date('2026-01-01T01:00:00Z') };
const statistics = (fields: Record<string, unknown>) =>
  call('monitoring', 'GetMetricStatistics', { Namespace: 'n', MetricName: 'm', Period: 60, ...span, ...fields });

export const cloudWatchRows: readonly CallRow[] = [
  {
    case: 'an alarm without DatapointsToAlarm',
    before: [alarm({})],
    call: call('monitoring', 'DescribeAlarms', {}),
    answer: { has: { MetricAlarms: [{ AlarmName: 'a' }] }, without: 'DatapointsToAlarm' },
    recorded: localstack('cloudwatch/test_cloudwatch, alarms'),
  },
  {
    case: 'an alarm with DatapointsToAlarm',
    before: [alarm({ DatapointsToAlarm: 1 })],
    call: call('monitoring', 'DescribeAlarms', {}),
    answer: { has: { MetricAlarms: [{ AlarmName: 'a', DatapointsToAlarm: 1 }] } },
    recorded: localstack('cloudwatch/test_cloudwatch, alarms'),
  },
  ...[7, 61, 0].map(
    (Period): CallRow => ({
      case: `statistics of a period of ${Period} s`,
      call: statistics({ Statistics: ['Sum'], Period }),
      answer: { error: 'InvalidParameterValueException' },
      recorded: localstack('cloudwatch/test_cloudwatch, GetMetricStatistics'),
    }),
  ),
  {
    case: 'statistics without a statistic',
    call: statistics({}),
    answer: { error: 'InvalidParameterCombinationException' },
    recorded: localstack('cloudwatch/test_cloudwatch, GetMetricStatistics'),
  },
  {
    case: 'data of a period of 7 s',
    call: call('monitoring', 'GetMetricData', {
      MetricDataQueries: [
        { Id: 'a', MetricStat: { Metric: { Namespace: 'n', MetricName: 'm' }, Period: 7, Stat: 'Sum' } },
      ],
      ...span,
    }),
    answer: { error: 'InvalidParameterValueException' },
    recorded: localstack('cloudwatch/test_cloudwatch, GetMetricData'),
  },
];
