import type * as client from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../../wire/aws-error.ts';
import { parseExpression } from '../metric-math.ts';
import type { MetricQuery } from './alarm-model.ts';

type Input = client.PutMetricAlarmCommandInput;
type Queries = { readonly queries: readonly MetricQuery[]; readonly periodSeconds: number; readonly isMath: boolean };

export const STATISTIC = /^(SampleCount|Average|Sum|Minimum|Maximum|p(\d{1,2}(\.\d+)?|100))$/;

/** What an alarm watches: one metric by its own members, or `Metrics` with one query that returns data. */
export function readQueries(alarm: string, input: Input): Queries {
  const given = input.Metrics ?? [];
  if (given.length > 0 === (input.MetricName !== undefined)) {
    throw invalid(alarm, 'exactly one of MetricName and Metrics is required');
  }
  if (given.length === 0) {
    const { Dimensions, Namespace, MetricName, Statistic, ExtendedStatistic, Unit } = input;
    const stat = { Metric: { Dimensions, Namespace, MetricName }, Stat: Statistic ?? ExtendedStatistic, Unit };
    const query = metricQuery(alarm, { Id: 'm1', ReturnData: true }, stat);
    return { queries: [query], periodSeconds: period(alarm, input.Period), isMath: false };
  }
  const queries = given.map((query) =>
    query.MetricStat === undefined ? expressionQuery(alarm, query) : metricQuery(alarm, query, query.MetricStat),
  );
  const periods = given.flatMap((query) => query.MetricStat?.Period ?? query.Period ?? []).map(Number);
  if (new Set(periods).size !== 1) {
    throw invalid(alarm, `Metrics have the periods ${periods.join(', ') || 'none'}, the sandbox knows one for all`);
  }
  check(alarm, queries);
  return { queries, periodSeconds: period(alarm, periods[0]), isMath: true };
}

function metricQuery(alarm: string, query: client.MetricDataQuery, stat: Partial<client.MetricStat>): MetricQuery {
  if (query.AccountId !== undefined) throw invalid(alarm, 'the sandbox does not emulate metrics of other accounts');
  const name = stat.Stat ?? '';
  if (!STATISTIC.test(name)) throw invalid(alarm, `the sandbox does not emulate the statistic '${name}'`);
  const { Namespace: namespace, MetricName, Dimensions = [] } = stat.Metric ?? {};
  if (namespace === undefined || MetricName === undefined) {
    throw invalid(alarm, 'Namespace and MetricName are required');
  }
  return {
    kind: 'metric',
    ...shared(query),
    metric: {
      namespace,
      name: MetricName,
      dimensions: Object.fromEntries(Dimensions.map(({ Name = '', Value = '' }) => [Name, String(Value)])),
    },
    stat: name,
    unit: stat.Unit,
  };
}

function expressionQuery(alarm: string, query: client.MetricDataQuery): MetricQuery {
  if (query.Expression === undefined) throw invalid(alarm, `query '${query.Id}' has neither MetricStat nor Expression`);
  const text = query.Expression;
  return { kind: 'expression', ...shared(query), text, expression: parseExpression(text) };
}

/** In a template a boolean may be a word. */
const shared = ({ Id = '', Label, ReturnData }: client.MetricDataQuery) => ({
  id: Id,
  label: Label,
  returnData: String(ReturnData ?? true) === 'true',
});

function check(alarm: string, queries: readonly MetricQuery[]): void {
  const returned = queries.filter(({ returnData }) => returnData);
  if (returned.length !== 1) throw invalid(alarm, `${returned.length} of its Metrics return data, one must`);
  const visiting = new Set<string>();
  const trial = (id: string): ReturnType<Extract<MetricQuery, { kind: 'expression' }>['expression']['evaluate']> => {
    const query = queries.find((one) => one.id === id);
    if (query === undefined) throw invalid(alarm, `an expression reads '${id}', which is no query`);
    if (query.kind === 'metric') return [1, 1];
    if (visiting.has(id)) throw invalid(alarm, `expression '${id}' reads itself`);
    visiting.add(id);
    const metrics = queries.filter(({ kind }) => kind === 'metric').map(() => [1, 1]);
    // Every id is read, even where the value that decides would not need it.
    for (const read of query.expression.ids) trial(read);
    const value = query.expression.evaluate(trial, metrics);
    visiting.delete(id);
    return value;
  };
  for (const query of queries) trial(query.id);
  const [watched] = returned;
  if (watched !== undefined && !Array.isArray(trial(watched.id))) {
    throw invalid(alarm, `expression '${watched.id}' is a number, an alarm watches a time series`);
  }
}

function period(alarm: string, given: unknown): number {
  const seconds = Number(given);
  if (![10, 20, 30].includes(seconds) && !(seconds >= 60 && seconds % 60 === 0)) {
    throw invalid(alarm, `Period is '${String(given)}', must be 10, 20, 30 or a multiple of 60`);
  }
  return seconds;
}

const invalid = (alarm: string, why: string) => new AwsError('ValidationError', `alarm '${alarm}': ${why}`);
