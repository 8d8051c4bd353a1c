import { regionName } from '../region-name.ts';
import type { Alarm, AlarmState, MetricQuery, StateChange } from './alarm-model.ts';
import { timestamp } from './alarm-reason.ts';

/** `detail` of the event `CloudWatch Alarm State Change`. */
export function eventDetail({ alarm, previous, mute }: StateChange) {
  return {
    alarmName: alarm.definition.name,
    state: eventState(alarm.state),
    previousState: eventState(previous),
    configuration: configuration(alarm),
    ...(mute === undefined
      ? {}
      : {
          muteDetail: {
            mutedByArn: mute.arn,
            muteWindowStart: timestamp(new Date(mute.window.from)),
            muteWindowEnd: timestamp(new Date(mute.window.to)),
          },
        }),
  };
}

/** What a function that is an alarm's action is called with. */
export function functionPayload(account: string, change: StateChange) {
  return {
    source: 'aws.cloudwatch',
    alarmArn: change.alarm.arn,
    accountId: account,
    time: timestamp(change.at),
    region: change.alarm.region,
    alarmData: eventDetail(change),
  };
}

/** At most 100 characters: SNS refuses a longer subject. */
export function notificationSubject({ alarm }: StateChange): string {
  return `${alarm.state.value}: "${alarm.definition.name}" in ${regionName(alarm.region)}`.slice(0, 100);
}

/** The JSON text that an alarm publishes to a topic. */
export function notificationMessage(account: string, { alarm, previous, at, children }: StateChange): string {
  const { definition, state, region } = alarm;
  const { actions } = definition;
  return JSON.stringify({
    AlarmName: definition.name,
    AlarmDescription: definition.description ?? null,
    AWSAccountId: account,
    AlarmConfigurationUpdatedTimestamp: timestamp(alarm.updatedAt),
    NewStateValue: state.value,
    NewStateReason: state.reason,
    StateChangeTime: timestamp(at),
    Region: regionName(region),
    AlarmArn: alarm.arn,
    OldStateValue: previous.value,
    OKActions: actions.OK,
    AlarmActions: actions.ALARM,
    InsufficientDataActions: actions.INSUFFICIENT_DATA,
    ...(definition.kind === 'metric'
      ? { Trigger: trigger(alarm) }
      : {
          AlarmRule: definition.ruleText,
          TriggeringChildren: children.map((child) => ({
            Arn: child.arn,
            State: { Value: child.state.value, Timestamp: timestamp(child.state.at) },
          })),
        }),
  });
}

/** `HistoryData` of a state update. */
export function changeData({ alarm, previous }: StateChange) {
  const shown = ({ value, reason, reasonData }: AlarmState) => ({
    stateValue: value,
    stateReason: reason,
    stateReasonData: reasonData === undefined ? undefined : (JSON.parse(reasonData) as unknown),
  });
  return { version: '1.0', oldState: shown(previous), newState: shown(alarm.state) };
}

function eventState({ value, reason, reasonData, at }: AlarmState) {
  return { value, reason, ...(reasonData === undefined ? {} : { reasonData }), timestamp: timestamp(at) };
}

function configuration({ definition }: Alarm) {
  const description = definition.description === undefined ? {} : { description: definition.description };
  if (definition.kind === 'composite') return { ...description, alarmRule: definition.ruleText };
  return {
    ...description,
    metrics: definition.queries.map((query) => ({
      id: query.id,
      ...(query.label === undefined ? {} : { label: query.label }),
      ...(query.kind === 'expression'
        ? { expression: query.text }
        : { metricStat: { metric: query.metric, period: definition.periodSeconds, stat: query.stat } }),
      returnData: query.returnData,
    })),
  };
}

function trigger({ definition }: Alarm) {
  if (definition.kind !== 'metric') return undefined;
  const { rule, periodSeconds, queries, isMath } = definition;
  const shared = {
    Period: periodSeconds,
    EvaluationPeriods: rule.evaluationPeriods,
    DatapointsToAlarm: rule.datapointsToAlarm,
    ComparisonOperator: rule.comparison,
    Threshold: rule.threshold,
    TreatMissingData: rule.treatMissingData,
    EvaluateLowSampleCountPercentile: '',
  };
  const [query] = queries;
  if (isMath || query?.kind !== 'metric')
    return { ...shared, Metrics: queries.map((one) => metricOf(one, periodSeconds)) };
  const extended = /^p/.test(query.stat);
  return {
    ...named(query),
    ...(extended
      ? { StatisticType: 'ExtendedStatistic', ExtendedStatistic: query.stat }
      : { StatisticType: 'Statistic', Statistic: query.stat.toUpperCase() }),
    Unit: query.unit ?? null,
    ...shared,
  };
}

function metricOf(query: MetricQuery, period: number) {
  const shared = {
    Id: query.id,
    ...(query.label === undefined ? {} : { Label: query.label }),
    ReturnData: query.returnData,
  };
  return query.kind === 'expression'
    ? { ...shared, Expression: query.text }
    : { ...shared, MetricStat: { Metric: named(query), Period: period, Stat: query.stat } };
}

function named({ metric: { name, namespace, dimensions } }: Extract<MetricQuery, { kind: 'metric' }>) {
  return {
    MetricName: name,
    Namespace: namespace,
    Dimensions: Object.entries(dimensions).map(([key, value]) => ({ value, name: key })),
  };
}
