import { CloudWatchClient, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { callAws } from './call.ts';

export type MetricQuestion = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Sum' | 'Average' | 'Maximum' | 'Minimum';
};

export type MetricPoint = { readonly at: Date; readonly value: number };

/** AWS answers so many questions of one request. */
const questionsAtATime = 500;

/** One list of points for each question, the oldest first; what was never reported has none. */
export async function readMetrics(
  region: string,
  questions: readonly MetricQuestion[],
  { from, to, period }: { readonly from: Date; readonly to: Date; readonly period: number },
  client = new CloudWatchClient({ region, maxAttempts: 5 }),
): Promise<readonly (readonly MetricPoint[])[]> {
  const answers = questions.map((): MetricPoint[] => []);
  for (let start = 0; start < questions.length; start += questionsAtATime) {
    const MetricDataQueries = questions
      .slice(start, start + questionsAtATime)
      .map(({ namespace, name, dimensions, statistic }, index) => ({
        Id: `q${start + index}`,
        MetricStat: {
          Metric: {
            Namespace: namespace,
            MetricName: name,
            Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          },
          Period: period,
          Stat: statistic,
        },
      }));
    const input = { StartTime: from, EndTime: to, ScanBy: 'TimestampAscending' as const, MetricDataQueries };
    await callAws(`read metrics of ${region}`, async (options) => {
      for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, input, options)) {
        for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults) {
          const points = answers[Number(Id.slice(1))];
          for (const [index, at] of Timestamps.entries()) points?.push({ at, value: Values[index] ?? Number.NaN });
        }
      }
    });
  }
  return answers;
}
