import type { Expression } from '../metric-math.ts';
import type { Metric } from '../metric-store.ts';
import type { AlarmRule } from './alarm-rule.ts';
import type { MuteWindow } from './mute-schedule.ts';
import type { StateValue } from './state-value.ts';

export type AlarmState = {
  readonly value: StateValue;
  readonly reason: string;
  /** JSON text, as the API answers it. */
  readonly reasonData: string | undefined;
  /** When the value, the reason or its data last changed. */
  readonly at: Date;
  readonly transitionedAt: Date;
};

export type Comparison =
  | 'GreaterThanOrEqualToThreshold'
  | 'GreaterThanThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold';

export type TreatMissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

/** When data points put an alarm into ALARM: M (`datapointsToAlarm`) of N (`evaluationPeriods`) breach. */
export type ThresholdRule = {
  readonly comparison: Comparison;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  /** Whether the alarm was made with DatapointsToAlarm: AWS reports it only then. */
  readonly namesDatapoints?: boolean;
  readonly treatMissingData: TreatMissingData;
};

/** A metric's statistic, or an expression over other queries. */
export type MetricQuery = {
  readonly id: string;
  readonly label: string | undefined;
  readonly returnData: boolean;
} & (
  | { readonly kind: 'metric'; readonly metric: Metric; readonly stat: string; readonly unit: string | undefined }
  | { readonly kind: 'expression'; readonly text: string; readonly expression: Expression }
);

type Common = {
  readonly name: string;
  readonly description: string | undefined;
  readonly actionsEnabled: boolean;
  /** ARNs that a change into the state calls. */
  readonly actions: Readonly<Record<StateValue, readonly string[]>>;
};

export type MetricAlarmDefinition = Common & {
  readonly kind: 'metric';
  readonly rule: ThresholdRule;
  readonly periodSeconds: number;
  /** One query of the parameters MetricName and Statistic, or those of Metrics, of which one returns data. */
  readonly queries: readonly MetricQuery[];
  readonly isMath: boolean;
};

export type CompositeAlarmDefinition = Common & {
  readonly kind: 'composite';
  readonly ruleText: string;
  readonly rule: AlarmRule;
};

export type AlarmDefinition = MetricAlarmDefinition | CompositeAlarmDefinition;

export type Alarm = {
  readonly region: string;
  readonly arn: string;
  definition: AlarmDefinition;
  updatedAt: Date;
  state: AlarmState;
  /** A change whose actions a mute rule has held back: they follow at its end, when the state is the same then. */
  muted?: { readonly change: StateChange; readonly to: number } | undefined;
};

export type HistoryItem = {
  readonly alarm: string;
  readonly alarmType: 'MetricAlarm' | 'CompositeAlarm';
  readonly at: Date;
  readonly type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action';
  readonly summary: string;
  readonly data: string;
};

/** A change of state, before its consequences. */
export type StateChange = {
  readonly alarm: Alarm;
  readonly previous: AlarmState;
  readonly at: Date;
  /** For a composite alarm: those that its rule names. */
  readonly children: readonly Alarm[];
  /** The mute rule that holds its actions back. */
  readonly mute?: ActiveMute | undefined;
};

export type ActiveMute = { readonly arn: string; readonly window: MuteWindow };
