import type * as client from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../../wire/aws-error.ts';
import type { CallContext, Operation } from '../../../wire/service.ts';
import { page } from '../../pages.ts';
import type { Alarm, HistoryItem } from './alarm-model.ts';
import { compositeView, metricView } from './alarm-views.ts';
import type { Alarms } from './alarms.ts';
import { readCompositeAlarm, readMetricAlarm } from './read-alarm.ts';
import type { StateValue } from './state-value.ts';

const STATES: readonly string[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] satisfies StateValue[];

export function alarmOperations(alarms: Alarms): Record<string, Operation> {
  return {
    PutMetricAlarm: (input: client.PutMetricAlarmCommandInput, { region }: CallContext) => {
      alarms.put(region, readMetricAlarm(input));
    },

    PutCompositeAlarm: (input: client.PutCompositeAlarmCommandInput, { region }: CallContext) => {
      const definition = readCompositeAlarm(input);
      const missing = definition.rule.alarms.filter((name) => alarms.find(region, name) === undefined);
      if (missing.length > 0) {
        throw new AwsError('ValidationError', `Could not save the composite alarm: ${missing.join(', ')} not found`);
      }
      alarms.put(region, definition);
    },

    DeleteAlarms: ({ AlarmNames = [] }: client.DeleteAlarmsCommandInput, { region }: CallContext) => {
      const missing = AlarmNames.filter((name) => alarms.find(region, name) === undefined);
      if (missing.length > 0) throw new AwsError('ResourceNotFound', `Alarms not found: ${missing.join(', ')}`);
      for (const name of AlarmNames) alarms.remove(region, name);
    },

    DescribeAlarms: (input: client.DescribeAlarmsCommandInput, { region }: CallContext) => {
      const { AlarmNames, AlarmNamePrefix = '', AlarmTypes, StateValue: state, ActionPrefix = '' } = input;
      // Without types AWS answers with metric alarms only, whatever the names are.
      const types: readonly string[] = AlarmTypes ?? ['MetricAlarm'];
      const wanted = sorted(alarms.list(region)).filter(({ definition, state: { value } }) => {
        const actions = Object.values(definition.actions).flat();
        return (
          (AlarmNames?.includes(definition.name) ?? true) &&
          definition.name.startsWith(AlarmNamePrefix) &&
          (state === undefined || value === state) &&
          (ActionPrefix === '' || actions.some((arn) => arn.startsWith(ActionPrefix))) &&
          types.includes(definition.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm')
        );
      });
      const { items, next } = page(wanted, input.NextToken, input.MaxRecords ?? 50);
      return { ...views(items), NextToken: next };
    },

    DescribeAlarmsForMetric: (input: client.DescribeAlarmsForMetricCommandInput, { region }: CallContext) => {
      const dimensions = Object.fromEntries((input.Dimensions ?? []).map(({ Name = '', Value = '' }) => [Name, Value]));
      const key = (one: Readonly<Record<string, string>>) => JSON.stringify(Object.entries(one).sort());
      const stat = input.Statistic ?? input.ExtendedStatistic;
      const wanted = sorted(alarms.list(region)).filter(({ definition }) => {
        const [query] = definition.kind === 'metric' && !definition.isMath ? definition.queries : [];
        return (
          definition.kind === 'metric' &&
          query?.kind === 'metric' &&
          query.metric.name === input.MetricName &&
          query.metric.namespace === input.Namespace &&
          key(query.metric.dimensions) === key(dimensions) &&
          (stat === undefined || query.stat === stat) &&
          (input.Period === undefined || definition.periodSeconds === input.Period)
        );
      });
      return { MetricAlarms: views(wanted).MetricAlarms };
    },

    DescribeAlarmHistory: (input: client.DescribeAlarmHistoryCommandInput, { region }: CallContext) => {
      const found = alarms
        .history(region)
        .filter(
          ({ alarm, alarmType, type, at }) =>
            (input.AlarmName === undefined || alarm === input.AlarmName) &&
            (input.AlarmTypes === undefined || input.AlarmTypes.includes(alarmType)) &&
            (input.HistoryItemType === undefined || type === input.HistoryItemType) &&
            (input.StartDate === undefined || at >= input.StartDate) &&
            (input.EndDate === undefined || at <= input.EndDate),
        );
      const ordered = input.ScanBy === 'TimestampAscending' ? found : [...found].reverse();
      const { items, next } = page(ordered, input.NextToken, input.MaxRecords ?? 100);
      return { AlarmHistoryItems: items.map(historyView), NextToken: next };
    },

    SetAlarmState: async (input: client.SetAlarmStateCommandInput, { region }: CallContext) => {
      const { AlarmName = '', StateValue: value = '', StateReason = '', StateReasonData } = input;
      if (!STATES.includes(value)) throw new AwsError('ValidationError', `StateValue is '${value}'`);
      if (alarms.find(region, AlarmName) === undefined) {
        throw new AwsError('ResourceNotFound', `Alarm '${AlarmName}' not found`);
      }
      checkJson(StateReasonData);
      const state = { value: value as StateValue, reason: StateReason, reasonData: StateReasonData };
      await alarms.setState(region, AlarmName, state);
    },

    EnableAlarmActions: ({ AlarmNames = [] }: client.EnableAlarmActionsCommandInput, { region }: CallContext) => {
      for (const name of AlarmNames) alarms.enableActions(region, name, true);
    },

    DisableAlarmActions: ({ AlarmNames = [] }: client.DisableAlarmActionsCommandInput, { region }: CallContext) => {
      for (const name of AlarmNames) alarms.enableActions(region, name, false);
    },
  };
}

function views(items: readonly Alarm[]) {
  return { MetricAlarms: items.flatMap(metricView), CompositeAlarms: items.flatMap(compositeView) };
}

function historyView({ alarm, alarmType, at, type, summary, data }: HistoryItem): client.AlarmHistoryItem {
  return {
    AlarmName: alarm,
    AlarmType: alarmType,
    Timestamp: at,
    HistoryItemType: type,
    HistorySummary: summary,
    HistoryData: data,
  };
}

function checkJson(text: string | undefined): void {
  try {
    JSON.parse(text ?? 'null');
  } catch {
    throw new AwsError('InvalidFormat', 'StateReasonData is not JSON');
  }
}

const sorted = (alarms: readonly Alarm[]) =>
  [...alarms].sort((one, other) => (one.definition.name < other.definition.name ? -1 : 1));
