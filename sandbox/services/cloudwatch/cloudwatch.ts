import * as client from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../wire/aws-error.ts';
import type { CallContext, Service } from '../../wire/service.ts';
import { page } from '../pages.ts';
import { alarmOperations } from './alarms/alarm-operations.ts';
import { type Alarms, makeAlarms } from './alarms/alarms.ts';
import { STATISTIC } from './alarms/read-alarm-queries.ts';
import type { Metric, MetricStore, MetricValue } from './metric-store.ts';

export type CloudWatchDeps = {
  readonly metrics: MetricStore;
  /** Absent: alarms that are kept and set by hand, and call nothing. */
  readonly alarms?: Alarms;
};

export function makeCloudWatch({ metrics, alarms }: CloudWatchDeps): Service {
  return {
    id: 'monitoring',
    client,
    operations: {
      ...alarmOperations(alarms ?? makeAlarms({ account: '123456789012', metrics, now: () => new Date() })),

      PutMetricData: (input: client.PutMetricDataCommandInput, { region }: CallContext) => {
        for (const datum of input.MetricData ?? []) {
          const values = readValues(datum);
          metrics.put(region, {
            namespace: input.Namespace ?? '',
            name: datum.MetricName ?? '',
            dimensions: dimensionMap(datum.Dimensions),
            at: datum.Timestamp ?? new Date(),
            unit: datum.Unit,
            values,
          });
        }
      },

      ListMetrics: (input: client.ListMetricsCommandInput, { region }: CallContext) => {
        const wanted = metrics.list(region).filter((metric) => {
          const sameName = input.MetricName === undefined || metric.name === input.MetricName;
          const sameSpace = input.Namespace === undefined || metric.namespace === input.Namespace;
          return sameName && sameSpace && (input.Dimensions ?? []).every((filter) => hasDimension(metric, filter));
        });
        const { items, next } = page(wanted, input.NextToken, 500);
        return { Metrics: items.map(describeMetric), NextToken: next };
      },

      GetMetricStatistics: (input: client.GetMetricStatisticsCommandInput, { region }: CallContext) => {
        const metric = {
          namespace: input.Namespace ?? '',
          name: input.MetricName ?? '',
          dimensions: dimensionMap(input.Dimensions),
        };
        checkPeriod(input.Period);
        if ((input.Statistics ?? []).length + (input.ExtendedStatistics ?? []).length === 0) {
          const message = 'Must specify either Statistics or ExtendedStatistics';
          throw new AwsError('InvalidParameterCombinationException', message);
        }
        const [from, until] = interval(input.StartTime, input.EndTime);
        const points = metrics.read(region, metric, from, until, input.Period ?? 60);
        return {
          Label: metric.name,
          Datapoints: points.map((point) => ({
            Timestamp: point.at,
            Unit: point.unit ?? 'None',
            ...Object.fromEntries((input.Statistics ?? []).map((name) => [name, point.statistic(name)])),
            ...(input.ExtendedStatistics === undefined
              ? {}
              : {
                  ExtendedStatistics: Object.fromEntries(
                    input.ExtendedStatistics.map((name) => [name, point.statistic(name)]),
                  ),
                }),
          })),
        };
      },

      GetMetricData: (input: client.GetMetricDataCommandInput, { region }: CallContext) => {
        const [from, until] = interval(input.StartTime, input.EndTime);
        const results = (input.MetricDataQueries ?? []).map((query) => {
          const stat = query.MetricStat;
          if (stat === undefined) {
            const message = `the sandbox does not emulate metric math, query '${query.Id}' has an Expression`;
            throw new AwsError('NotImplemented', message, { status: 501 });
          }
          checkPeriod(stat.Period);
          checkStatistic(stat.Stat);
          const metric = {
            namespace: stat.Metric?.Namespace ?? '',
            name: stat.Metric?.MetricName ?? '',
            dimensions: dimensionMap(stat.Metric?.Dimensions),
          };
          const points = metrics.read(region, metric, from, until, stat.Period ?? 60);
          const ordered = input.ScanBy === 'TimestampAscending' ? points : [...points].reverse();
          return {
            Id: query.Id,
            Label: query.Label ?? metric.name,
            StatusCode: 'Complete' as const,
            Timestamps: ordered.map(({ at }) => at),
            Values: ordered.map((point) => point.statistic(stat.Stat ?? '') ?? Number.NaN),
            returned: query.ReturnData !== false,
          };
        });
        return { MetricDataResults: results.filter(({ returned }) => returned) };
      },
    },
  };
}

function readValues(datum: client.MetricDatum): readonly MetricValue[] {
  if (datum.StatisticValues !== undefined) {
    const { Sum = 0, Minimum = 0, Maximum = 0, SampleCount = 0 } = datum.StatisticValues;
    return [{ sum: Sum, minimum: Minimum, maximum: Maximum, count: SampleCount }];
  }
  if (datum.Values !== undefined) {
    return datum.Values.map((value, index) => ({ value, count: datum.Counts?.[index] ?? 1 }));
  }
  if (datum.Value === undefined || !Number.isFinite(datum.Value)) {
    const message = `The value for parameter MetricData.member.1.Value of '${datum.MetricName}' is required and finite.`;
    throw new AwsError('InvalidParameterValueException', message);
  }
  return [{ value: datum.Value, count: 1 }];
}

/** A minute and its multiples; 1, 5, 10, 20 and 30 seconds for metrics of high resolution. */
function checkPeriod(period = 60): void {
  if (!Number.isInteger(period) || period < 1) {
    const message = `The parameter Period must be greater than or equal to 1, was ${period}.`;
    throw new AwsError('InvalidParameterValueException', message);
  }
  if (![1, 5, 10, 20, 30].includes(period) && period % 60 !== 0) {
    throw new AwsError('InvalidParameterValueException', `The value ${period} for parameter Period is not supported.`);
  }
}

function checkStatistic(stat = ''): void {
  if (!STATISTIC.test(stat)) {
    throw new AwsError('InvalidParameterValueException', `The value ${stat} for parameter Stat is not supported.`);
  }
}

function interval(from: Date | undefined, until: Date | undefined): [Date, Date] {
  if (from === undefined || until === undefined || from >= until) {
    const message = 'The parameter StartTime must be less than the parameter EndTime.';
    throw new AwsError('InvalidParameterValueException', message);
  }
  return [from, until];
}

function dimensionMap(dimensions: readonly client.Dimension[] = []): Record<string, string> {
  return Object.fromEntries(dimensions.map(({ Name = '', Value = '' }) => [Name, Value]));
}

function hasDimension(metric: Metric, { Name = '', Value }: client.DimensionFilter): boolean {
  const value = metric.dimensions[Name];
  return value !== undefined && (Value === undefined || value === Value);
}

function describeMetric({ namespace, name, dimensions }: Metric): client.Metric {
  return {
    Namespace: namespace,
    MetricName: name,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  };
}
