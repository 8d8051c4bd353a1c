import type { AlarmData } from './alarm-data.ts';
import type { Comparison, MetricAlarmDefinition } from './alarm-model.ts';
import type { Assessment } from './assess-datapoints.ts';

const WORDS: Readonly<Record<Comparison, string>> = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
};

/** CloudWatch's sentence about why an alarm is in its state. */
export function stateReason({ rule }: MetricAlarmDefinition, data: AlarmData, assessment: Assessment): string {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = rule;
  const { value, decisive, breaching, filled } = assessment;
  if (value === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${plural(evaluationPeriods, 'datapoint')} ${evaluationPeriods === 1 ? 'was' : 'were'} unknown.`;
  }
  if (decisive.length === 0) {
    const treated = treatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching';
    return `Threshold Crossed: no datapoints were received for ${plural(evaluationPeriods, 'period')} and ${plural(evaluationPeriods, 'missing datapoint')} ${evaluationPeriods === 1 ? 'was' : 'were'} treated as [${treated}].`;
  }
  const isAlarm = value === 'ALARM';
  const shown = isAlarm ? breaching : decisive.length - breaching;
  const list = [...decisive]
    .reverse()
    .map((index) => `${decimal(data.slots[index] ?? 0)} (${day(data.starts[index])})`);
  if (!rule.namesDatapoints) {
    const filler = filled > 0 ? ` and ${plural(filled, 'missing datapoint')} treated as [${treatMissingData}]` : '';
    return `Threshold Crossed: ${plural(decisive.length, 'datapoint')} [${list.join(', ')}]${filler} ${decisive.length === 1 ? 'was' : 'were'} ${isAlarm ? '' : 'not '}${WORDS[rule.comparison]} the threshold (${decimal(rule.threshold)}).`;
  }
  const needed = isAlarm ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1;
  const change = isAlarm ? 'OK -> ALARM' : 'ALARM -> OK';
  const treated = filled > 0 ? ` and ${plural(filled, 'missing datapoint')} treated as [${treatMissingData}]` : '';
  return `Threshold Crossed: ${shown} out of the last ${plural(decisive.length, 'datapoint')} [${list.join(', ')}]${treated} ${shown === 1 ? 'was' : 'were'} ${isAlarm ? '' : 'not '}${WORDS[rule.comparison]} the threshold (${decimal(rule.threshold)}) (minimum ${plural(needed, 'datapoint')} for ${change} transition).`;
}

export function stateReasonData(
  definition: MetricAlarmDefinition,
  data: AlarmData,
  { decisive }: Assessment,
  at: Date,
) {
  const [query] = definition.queries;
  const first = decisive[0] === undefined ? undefined : data.starts[decisive[0]];
  return JSON.stringify({
    version: '1.0',
    queryDate: timestamp(at),
    ...(first === undefined ? {} : { startDate: timestamp(first) }),
    ...(definition.isMath || query?.kind !== 'metric' ? {} : { statistic: query.stat }),
    period: definition.periodSeconds,
    recentDatapoints: decisive.map((index) => data.slots[index]),
    threshold: definition.rule.threshold,
  });
}

/** `2026-11-22T20:00:00.000+0000`, as CloudWatch writes a time outside of its API. */
export const timestamp = (at: Date): string => at.toISOString().replace('Z', '+0000');

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;

const decimal = (value: number) => (Number.isInteger(value) ? `${value}.0` : String(value));

/** 22/11/26 20:00:00 */
function day(at: Date = new Date(0)): string {
  const [date = '', time = ''] = at.toISOString().split('T');
  return `${date.slice(2).split('-').reverse().join('/')} ${time.slice(0, 8)}`;
}
