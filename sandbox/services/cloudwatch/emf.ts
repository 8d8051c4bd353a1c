import type { MetricDatum } from './metric-store.ts';

/** The metrics in a log line of CloudWatch's embedded metric format; none in any other line. */
export function readEmbeddedMetrics(line: string): readonly MetricDatum[] {
  if (!line.includes('"_aws"')) {
    return [];
  }
  const document = parse(line);
  const aws = record(document?.['_aws']);
  if (document === undefined || aws === undefined || !Array.isArray(aws['CloudWatchMetrics'])) {
    return [];
  }
  const at = new Date(Number(aws['Timestamp']));
  return aws['CloudWatchMetrics'].flatMap((directive: unknown) => {
    const { Namespace, Dimensions, Metrics } = record(directive) ?? {};
    const dimensionSets: unknown[] = Array.isArray(Dimensions) && Dimensions.length > 0 ? Dimensions : [[]];
    const metrics: unknown[] = Array.isArray(Metrics) ? Metrics : [];
    return dimensionSets.flatMap((names) =>
      metrics.flatMap((metric): MetricDatum[] => {
        const { Name, Unit } = record(metric) ?? {};
        const given = document[String(Name)];
        const values = (Array.isArray(given) ? given : [given]).filter((value) => typeof value === 'number');
        if (values.length === 0 || !Array.isArray(names)) {
          return [];
        }
        return [
          {
            namespace: String(Namespace),
            name: String(Name),
            dimensions: Object.fromEntries(names.map((name) => [String(name), String(document[String(name)])])),
            at,
            unit: typeof Unit === 'string' ? Unit : undefined,
            values: values.map((value: number) => ({ value, count: 1 })),
          },
        ];
      }),
    );
  });
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return record(JSON.parse(line));
  } catch {
    // Not JSON: an ordinary line of text that happens to contain "_aws".
    return undefined;
  }
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}
