import type * as client from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../../wire/aws-error.ts';
import type { Comparison, CompositeAlarmDefinition, MetricAlarmDefinition, TreatMissingData } from './alarm-model.ts';
import { parseAlarmRule } from './alarm-rule.ts';
import { readQueries } from './read-alarm-queries.ts';

const COMPARISONS: readonly string[] = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] satisfies Comparison[];
const TREATMENTS: readonly string[] = ['missing', 'ignore', 'breaching', 'notBreaching'] satisfies TreatMissingData[];

const HOUR = 3600;
/** How far back an alarm may look: a day, or a week when its period is an hour or longer. */
const LONGEST_RANGE = { day: 86_400, week: 604_800 };

/** Reads PutMetricAlarm's input, or the properties of a template's alarm; what would be emulated wrongly is refused. */
export function readMetricAlarm(input: client.PutMetricAlarmCommandInput): MetricAlarmDefinition {
  const name = input.AlarmName ?? '';
  refuseMembers(name, input, ['ThresholdMetricId', 'EvaluationCriteria', 'EvaluationInterval']);
  if (input.EvaluateLowSampleCountPercentile === 'ignore') {
    throw unsupported(name, "EvaluateLowSampleCountPercentile 'ignore'");
  }
  const comparison = input.ComparisonOperator ?? '';
  if (!COMPARISONS.includes(comparison)) throw unsupported(name, `ComparisonOperator '${comparison}'`);
  const treatMissingData = input.TreatMissingData ?? 'missing';
  if (!TREATMENTS.includes(treatMissingData)) throw invalid(name, `TreatMissingData is '${treatMissingData}'`);

  const { queries, periodSeconds, isMath } = readQueries(name, input);
  const evaluationPeriods = count(name, 'EvaluationPeriods', input.EvaluationPeriods);
  const datapointsToAlarm = count(name, 'DatapointsToAlarm', input.DatapointsToAlarm ?? evaluationPeriods);
  if (datapointsToAlarm > evaluationPeriods) {
    throw invalid(name, `DatapointsToAlarm is ${datapointsToAlarm}, EvaluationPeriods is ${evaluationPeriods}`);
  }
  const longest = periodSeconds < HOUR ? LONGEST_RANGE.day : LONGEST_RANGE.week;
  if (evaluationPeriods * periodSeconds > longest) {
    throw invalid(name, `EvaluationPeriods by Period is ${evaluationPeriods * periodSeconds} s, limit is ${longest} s`);
  }
  const threshold = Number(input.Threshold);
  if (!Number.isFinite(threshold)) throw invalid(name, `Threshold is '${input.Threshold}', must be a number`);
  return {
    kind: 'metric',
    ...common(input),
    rule: {
      comparison: comparison as Comparison,
      threshold,
      evaluationPeriods,
      datapointsToAlarm,
      namesDatapoints: input.DatapointsToAlarm !== undefined,
      treatMissingData: treatMissingData as TreatMissingData,
    },
    periodSeconds,
    queries,
    isMath,
  };
}

export function readCompositeAlarm(input: client.PutCompositeAlarmCommandInput): CompositeAlarmDefinition {
  refuseMembers(input.AlarmName ?? '', input, ['ActionsSuppressor']);
  const ruleText = input.AlarmRule ?? '';
  return { kind: 'composite', ...common(input), ruleText, rule: parseAlarmRule(ruleText) };
}

function common(input: client.PutMetricAlarmCommandInput | client.PutCompositeAlarmCommandInput) {
  const name = input.AlarmName ?? '';
  if (name === '' || name.length > 255) throw invalid(name, 'AlarmName has 1 to 255 characters');
  return {
    name,
    description: input.AlarmDescription,
    actionsEnabled: String(input.ActionsEnabled ?? true) === 'true',
    actions: {
      OK: input.OKActions ?? [],
      ALARM: input.AlarmActions ?? [],
      INSUFFICIENT_DATA: input.InsufficientDataActions ?? [],
    },
  };
}

function count(name: string, member: string, given: unknown): number {
  const value = Number(given);
  if (!Number.isInteger(value) || value < 1) throw invalid(name, `${member} is '${String(given)}', must be 1 or more`);
  return value;
}

function refuseMembers(name: string, input: object, members: readonly string[]): void {
  const present = members.find((member) => (input as Record<string, unknown>)[member] !== undefined);
  if (present !== undefined) throw unsupported(name, present);
}

const invalid = (name: string, why: string) => new AwsError('ValidationError', `alarm '${name}': ${why}`);

const unsupported = (name: string, what: string) =>
  new AwsError('NotImplemented', `the sandbox does not emulate ${what} of alarm '${name}'`, { status: 501 });
