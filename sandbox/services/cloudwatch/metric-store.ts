/** Metrics of all regions, written by PutMetricData, by EMF lines in logs and by the emulated services themselves. */
export type MetricDatum = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly at: Date;
  readonly unit?: string | undefined;
  readonly values: readonly MetricValue[];
};

/** A value seen `count` times, or a set of values of which only the statistics are known. */
export type MetricValue =
  | { readonly value: number; readonly count: number }
  | { readonly sum: number; readonly minimum: number; readonly maximum: number; readonly count: number };

export type Metric = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
};

export type Datapoint = {
  readonly at: Date;
  readonly unit: string | undefined;
  /** `Average`, `Sum`, `Minimum`, `Maximum`, `SampleCount`, `p0` to `p100`. */
  statistic(name: string): number | undefined;
};

export type MetricStore = {
  put(region: string, datum: MetricDatum): void;
  list(region: string): readonly Metric[];
  /** Datapoints oldest first; a metric is its namespace, name and exactly its dimensions. */
  read(region: string, metric: Metric, from: Date, until: Date, periodSeconds: number): readonly Datapoint[];
  /** One data point of everything in an interval, of one unit when it is given; periods of alarms are not aligned. */
  window(region: string, metric: Metric, from: Date, until: Date, unit?: string): Datapoint | undefined;
};

type Sample = { readonly at: number; readonly unit: string | undefined; readonly values: readonly MetricValue[] };

export function makeMetricStore(): MetricStore {
  const series = new Map<string, { region: string; metric: Metric; samples: Sample[] }>();

  return {
    put(region, { at, unit, values, ...metric }) {
      const key = seriesKey(region, metric);
      const found = series.get(key) ?? { region, metric, samples: [] };
      found.samples.push({ at: at.getTime(), unit, values });
      series.set(key, found);
    },

    list: (region) => [...series.values()].filter((one) => one.region === region).map(({ metric }) => metric),

    read(region, metric, from, until, periodSeconds) {
      const period = periodSeconds * 1000;
      const periods = new Map<number, Sample[]>();
      for (const sample of series.get(seriesKey(region, metric))?.samples ?? []) {
        if (sample.at >= from.getTime() && sample.at < until.getTime()) {
          const start = Math.floor(sample.at / period) * period;
          periods.set(start, [...(periods.get(start) ?? []), sample]);
        }
      }
      return [...periods]
        .sort(([one], [other]) => one - other)
        .map(([start, samples]) => {
          const values = samples.flatMap((sample) => sample.values);
          return { at: new Date(start), unit: samples[0]?.unit, statistic: (name: string) => statistic(name, values) };
        });
    },

    window(region, metric, from, until, unit) {
      const samples = (series.get(seriesKey(region, metric))?.samples ?? []).filter(
        (sample) =>
          sample.at >= from.getTime() &&
          sample.at < until.getTime() &&
          (unit === undefined || (sample.unit ?? 'None') === unit),
      );
      const values = samples.flatMap((sample) => sample.values);
      return samples.length === 0
        ? undefined
        : { at: from, unit: samples[0]?.unit, statistic: (name) => statistic(name, values) };
    },
  };
}

function seriesKey(region: string, { namespace, name, dimensions }: Metric): string {
  return JSON.stringify([region, namespace, name, Object.entries(dimensions).sort()]);
}

function statistic(name: string, values: readonly MetricValue[]): number | undefined {
  const count = values.reduce((total, value) => total + value.count, 0);
  const sum = values.reduce((total, value) => total + ('sum' in value ? value.sum : value.value * value.count), 0);
  switch (name) {
    case 'SampleCount':
      return count;
    case 'Sum':
      return sum;
    case 'Average':
      return sum / count;
    case 'Minimum':
      return Math.min(...values.map((value) => ('sum' in value ? value.minimum : value.value)));
    case 'Maximum':
      return Math.max(...values.map((value) => ('sum' in value ? value.maximum : value.value)));
    default:
      return percentile(/^p(\d{1,2}(?:\.\d+)?|100)$/.exec(name)?.[1], values);
  }
}

/** Nearest rank; a statistic set has no percentiles, as in CloudWatch. */
function percentile(rank: string | undefined, values: readonly MetricValue[]): number | undefined {
  if (rank === undefined || values.some((value) => 'sum' in value)) {
    return undefined;
  }
  const counted = values
    .flatMap((value) => ('sum' in value ? [] : [value]))
    .sort((one, other) => one.value - other.value);
  const total = counted.reduce((sum, { count }) => sum + count, 0);
  const wanted = Math.max(1, Math.ceil((Number(rank) / 100) * total));
  let seen = 0;
  for (const { value, count } of counted) {
    seen += count;
    if (seen >= wanted) {
      return value;
    }
  }
  return undefined;
}
