import type { Comparison, ThresholdRule } from './alarm-model.ts';
import type { StateValue } from './state-value.ts';

/**
 * CloudWatch looks at more data points than the alarm asks for, so that late ones do not count as missing. How many
 * more depends on the alarm and is not documented; the tables of its manual have two.
 */
const EXTRA_DATAPOINTS = 2;

export const evaluationRange = ({ evaluationPeriods }: ThresholdRule): number => evaluationPeriods + EXTRA_DATAPOINTS;

/** A data point of the evaluation range; `undefined` is missing. */
export type Slot = number | undefined;

export type Assessment = {
  readonly value: StateValue;
  /** Positions in the range of the data points that decided, oldest first. */
  readonly decisive: readonly number[];
  readonly breaching: number;
  /** How many missing data points had to be treated as something. */
  readonly filled: number;
};

/** The state that follows from an evaluation range, oldest data point first. After the manual, "missing data". */
export function assess(range: readonly Slot[], rule: ThresholdRule, current: StateValue): Assessment {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = rule;
  const real = [...range.keys()].filter((index) => range[index] !== undefined);
  const decisive = real.slice(-evaluationPeriods);
  const bad = decisive.filter((index) => breaches(range[index], rule));
  const filled = evaluationPeriods - decisive.length;
  const answer = (value: StateValue): Assessment => ({ value, decisive, breaching: bad.length, filled });

  if (bad.length >= datapointsToAlarm) return answer('ALARM');
  if (filled === 0 || treatMissingData === 'notBreaching') return answer('OK');
  if (treatMissingData === 'breaching') return answer(bad.length + filled >= datapointsToAlarm ? 'ALARM' : 'OK');
  if (decisive.length > bad.length) return answer('OK');
  if (treatMissingData === 'ignore') return answer(current);
  const [oldest] = bad;
  if (oldest === undefined) return answer('INSUFFICIENT_DATA');
  // Everything since a data point as old as M is breaching or missing. Of a younger one the manual says nothing.
  return answer(range.length - oldest >= datapointsToAlarm ? 'ALARM' : current);
}

export function breaches(value: Slot, { comparison, threshold }: ThresholdRule): boolean {
  return value !== undefined && COMPARE[comparison](value, threshold);
}

const COMPARE: Readonly<Record<Comparison, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};
