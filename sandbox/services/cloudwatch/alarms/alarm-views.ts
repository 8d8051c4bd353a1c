import type * as client from '@aws-sdk/client-cloudwatch';
import type { Metric } from '../metric-store.ts';
import type { Alarm, MetricQuery } from './alarm-model.ts';

/** An alarm as DescribeAlarms answers it; nothing when it is of the other kind. */
export function metricView(alarm: Alarm): client.MetricAlarm[] {
  const { definition } = alarm;
  if (definition.kind !== 'metric') return [];
  const { rule, queries, isMath, periodSeconds } = definition;
  const [query] = queries;
  return [
    {
      ...shared(alarm),
      ...(isMath || query?.kind !== 'metric'
        ? { Metrics: queries.map((one) => queryView(one, periodSeconds)) }
        : {
            ...metric(query.metric),
            ...(query.stat.startsWith('p')
              ? { ExtendedStatistic: query.stat }
              : { Statistic: query.stat as client.Statistic }),
            ...(query.unit === undefined ? {} : { Unit: query.unit as client.StandardUnit }),
            Period: periodSeconds,
          }),
      EvaluationPeriods: rule.evaluationPeriods,
      ...(rule.namesDatapoints ? { DatapointsToAlarm: rule.datapointsToAlarm } : {}),
      Threshold: rule.threshold,
      ComparisonOperator: rule.comparison,
      TreatMissingData: rule.treatMissingData,
    },
  ];
}

export function compositeView(alarm: Alarm): client.CompositeAlarm[] {
  const { definition } = alarm;
  return definition.kind === 'composite' ? [{ ...shared(alarm), AlarmRule: definition.ruleText }] : [];
}

function shared({ arn, definition, state, updatedAt }: Alarm) {
  return {
    AlarmName: definition.name,
    AlarmArn: arn,
    ...(definition.description === undefined ? {} : { AlarmDescription: definition.description }),
    AlarmConfigurationUpdatedTimestamp: updatedAt,
    ActionsEnabled: definition.actionsEnabled,
    OKActions: [...definition.actions.OK],
    AlarmActions: [...definition.actions.ALARM],
    InsufficientDataActions: [...definition.actions.INSUFFICIENT_DATA],
    StateValue: state.value,
    StateReason: state.reason,
    ...(state.reasonData === undefined ? {} : { StateReasonData: state.reasonData }),
    StateUpdatedTimestamp: state.at,
    StateTransitionedTimestamp: state.transitionedAt,
  };
}

function queryView(query: MetricQuery, period: number): client.MetricDataQuery {
  const common = {
    Id: query.id,
    ReturnData: query.returnData,
    ...(query.label === undefined ? {} : { Label: query.label }),
  };
  return query.kind === 'expression'
    ? { ...common, Expression: query.text }
    : { ...common, MetricStat: { Metric: metric(query.metric), Period: period, Stat: query.stat } };
}

const metric = ({ namespace, name, dimensions }: Metric) => ({
  Namespace: namespace,
  MetricName: name,
  Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
});
