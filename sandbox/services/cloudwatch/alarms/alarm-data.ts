import type { MathValue } from '../metric-functions.ts';
import type { MetricStore } from '../metric-store.ts';
import type { MetricAlarmDefinition } from './alarm-model.ts';
import { evaluationRange, type Slot } from './assess-datapoints.ts';

export type AlarmData = {
  /** Oldest first. */
  readonly slots: readonly Slot[];
  /** The start of each slot's period. */
  readonly starts: readonly Date[];
};

/**
 * The evaluation range of an alarm at a moment: complete periods before it. `speed` shortens the periods as the clock
 * of the sandbox shortens waits.
 */
export function readAlarmData(
  metrics: MetricStore,
  region: string,
  definition: MetricAlarmDefinition,
  at: Date,
  speed = 1,
): AlarmData {
  const { periodSeconds, queries, rule } = definition;
  const period = (periodSeconds * 1000) / speed;
  const step = (alignment(periodSeconds) * 1000) / speed;
  const end = Math.floor(at.getTime() / step) * step;
  const length = evaluationRange(rule);
  const starts = Array.from({ length }, (_, index) => new Date(end - (length - index) * period));

  const known = new Map<string, MathValue>();
  const seriesOf = (id: string): MathValue => {
    const query = queries.find((one) => one.id === id);
    let value = known.get(id);
    if (value === undefined && query !== undefined) {
      value =
        query.kind === 'expression'
          ? query.expression.evaluate(seriesOf, ofMetrics())
          : starts.map((start) => {
              const until = new Date(start.getTime() + period);
              return metrics.window(region, query.metric, start, until, query.unit)?.statistic(query.stat);
            });
      known.set(id, value);
    }
    return value ?? [];
  };
  const ofMetrics = () => queries.filter(({ kind }) => kind === 'metric').map(({ id }) => seriesOf(id));

  const watched = seriesOf(queries.find(({ returnData }) => returnData)?.id ?? '');
  const slots = Array.isArray(watched) ? watched : [];
  return { slots: starts.map((_, index) => slots[index]), starts };
}

/** Alarms of short periods are evaluated each 10 s, those up to an hour each minute, the others each hour. */
function alignment(periodSeconds: number): number {
  return periodSeconds < 60 ? 10 : periodSeconds < 3600 ? 60 : 3600;
}
