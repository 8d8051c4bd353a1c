import {
  CostExplorerClient,
  type Expression,
  GetAnomaliesCommand,
  type GetAnomaliesCommandOutput,
  GetCostAndUsageCommand,
  type GetCostAndUsageCommandOutput,
  GetReservationCoverageCommand,
  GetSavingsPlansCoverageCommand,
  type GroupDefinition,
} from '@aws-sdk/client-cost-explorer';
import type { CostRow } from '../domain/cost/series.ts';
import { AccessDeniedError, AwsUnavailableError, CostDataUnavailableError, coerceError } from '../errors.ts';
import { callAws, isAwsError } from './call.ts';

export type Dimension = 'SERVICE' | 'USAGE_TYPE' | 'REGION' | 'LINKED_ACCOUNT';
export type CostGroup = { readonly dimension: Dimension } | { readonly tag: string };

export type CostQuery = {
  readonly from: string;
  /** The first day that is not asked for. */
  readonly to: string;
  /** At most two; of none, the totals of the days are reported. */
  readonly groupBy: readonly CostGroup[];
  readonly only?: Readonly<Partial<Record<Dimension, string>>>;
};

/** `breakage`: a page was not to be had; the rows are those of the pages before it. */
export type CostAnswer = {
  readonly rows: readonly CostRow[];
  readonly requests: number;
  readonly breakage: string | undefined;
};

export type ReportedAnomaly = {
  readonly id: string;
  readonly service: string;
  readonly usageType: string | undefined;
  readonly from: string;
  readonly to: string;
  readonly impact: number;
};

export type CostExplorer = {
  /** Throws when not even the first page can be had. */
  read(query: CostQuery): Promise<CostAnswer>;
  /** Percent of the use that is covered; undefined where there is none that could be. */
  coverage(
    what: 'Savings Plans' | 'reservations',
    span: Pick<CostQuery, 'from' | 'to'>,
  ): Promise<{ readonly percent: number | undefined; readonly requests: number }>;
  anomalies(
    from: string,
    to: string,
  ): Promise<{ readonly found: readonly ReportedAnomaly[]; readonly requests: number }>;
};

/** AWS, for each request, repeated ones included. */
export const pricePerRequest = 0.01;

const metric = 'UnblendedCost';

export function makeCostExplorer(client = new CostExplorerClient({ maxAttempts: 5 })): CostExplorer {
  return {
    async read(query) {
      const rows: CostRow[] = [];
      let [requests, token]: [number, string | undefined] = [0, undefined];
      do {
        const command = new GetCostAndUsageCommand({ ...inputOf(query), ...(token && { NextPageToken: token }) });
        try {
          const page: GetCostAndUsageCommandOutput = await ask('read costs', (options) =>
            client.send(command, options),
          );
          requests += page.$metadata.attempts ?? 1;
          rows.push(...(query.groupBy.length === 0 ? totalsOf(page) : groupsOf(page)));
          token = page.NextPageToken;
        } catch (error) {
          if (token === undefined || !(error instanceof AwsUnavailableError)) throw error;
          return { rows, requests: requests + attemptsOf(error), breakage: coerceError(error.cause ?? error).name };
        }
      } while (token !== undefined);
      return { rows, requests, breakage: undefined };
    },

    async anomalies(from, to) {
      const found: ReportedAnomaly[] = [];
      let [requests, token]: [number, string | undefined] = [0, undefined];
      do {
        const command = new GetAnomaliesCommand({
          DateInterval: { StartDate: from, EndDate: to },
          ...(token && { NextPageToken: token }),
        });
        const page: GetAnomaliesCommandOutput = await ask('read anomalies', (options) => client.send(command, options));
        requests += page.$metadata.attempts ?? 1;
        for (const one of page.Anomalies ?? []) {
          const start = one.AnomalyStartDate?.slice(0, 10) ?? from;
          found.push({
            id: one.AnomalyId ?? '',
            service: one.RootCauses?.[0]?.Service ?? one.DimensionValue ?? '',
            usageType: one.RootCauses?.[0]?.UsageType,
            from: start,
            to: one.AnomalyEndDate?.slice(0, 10) ?? start,
            impact: one.Impact?.TotalImpact ?? 0,
          });
        }
        token = page.NextPageToken;
      } while (token !== undefined);
      return { found, requests };
    },

    async coverage(what, { from, to }) {
      const TimePeriod = { Start: from, End: to };
      const page = what === 'Savings Plans' ? savingsPlansPage : reservationsPage;
      const reported: CoveredUse[] = [];
      let [requests, token]: [number, string | undefined] = [0, undefined];
      try {
        do {
          const answer: CoveragePage = await page(client, TimePeriod, token);
          requests += answer.attempts;
          // A part without any use reports no share.
          reported.push(...answer.reported.filter(({ percent, use }) => Number.isFinite(percent * use)));
          token = answer.next;
        } while (token !== undefined);
      } catch (error) {
        // Cost Explorer's word for "nothing of that kind was used".
        if (error instanceof CostDataUnavailableError) return { percent: undefined, requests: requests + 1 };
        throw error;
      }
      const use = reported.reduce((sum, one) => sum + one.use, 0);
      const percent = reported.reduce((sum, one) => sum + one.percent * one.use, 0) / use;
      return { percent: Number.isFinite(percent) ? percent : undefined, requests };
    },
  };
}

/** Of one part of the period; `use` in money or hours, by which the parts are weighed. */
type CoveredUse = { readonly percent: number; readonly use: number };
type CoveragePage = {
  readonly reported: readonly CoveredUse[];
  readonly next: string | undefined;
  readonly attempts: number;
};
type Span = { readonly Start: string; readonly End: string };

async function savingsPlansPage(client: CostExplorerClient, TimePeriod: Span, token?: string): Promise<CoveragePage> {
  const command = new GetSavingsPlansCoverageCommand({ TimePeriod, ...(token && { NextToken: token }) });
  const answer = await ask('read the coverage by Savings Plans', (options) => client.send(command, options));
  return {
    reported: (answer.SavingsPlansCoverages ?? []).map(({ Coverage }) => ({
      percent: Number(Coverage?.CoveragePercentage),
      use: Number(Coverage?.TotalCost ?? 1),
    })),
    next: answer.NextToken,
    attempts: answer.$metadata.attempts ?? 1,
  };
}

async function reservationsPage(client: CostExplorerClient, TimePeriod: Span, token?: string): Promise<CoveragePage> {
  const Filter: Expression = { Dimensions: { Key: 'SERVICE', Values: ['Amazon Relational Database Service'] } };
  const command = new GetReservationCoverageCommand({ TimePeriod, Filter, ...(token && { NextPageToken: token }) });
  const answer = await ask('read the coverage by reservations', (options) => client.send(command, options));
  return {
    reported: (answer.CoveragesByTime ?? []).map(({ Total }) => ({
      percent: Number(Total?.CoverageHours?.CoverageHoursPercentage),
      use: Number(Total?.CoverageHours?.TotalRunningHours ?? 1),
    })),
    next: answer.NextPageToken,
    attempts: answer.$metadata.attempts ?? 1,
  };
}

/** Cost Explorer has a word of its own for "too often", and refuses an account that has never looked at it. */
async function ask<T>(what: string, send: Parameters<typeof callAws<T>>[1]): Promise<T> {
  try {
    return await callAws(what, send);
  } catch (error) {
    if (isAwsError(error, 'LimitExceededException'))
      throw new AwsUnavailableError(`cannot ${what} at present`, { cause: error });
    if (isAwsError(error, 'DataUnavailableException'))
      throw new CostDataUnavailableError('Cost Explorer has no data of this account', {
        hints: ['It is filled within a day after somebody opened it for the first time in the billing console.'],
        cause: error,
      });
    if (error instanceof AccessDeniedError)
      throw new AccessDeniedError(`role may not ${what}`, {
        hints: [
          'Compare the statements in resources/roles/cost-report.yml with the message of the cause.',
          'Is Cost Explorer enabled, and does the management account let member accounts see their costs?',
        ],
        cause: error.cause,
      });
    throw error;
  }
}

const attemptsOf = ({ cause }: Error): number =>
  (cause as { $metadata?: { attempts?: number } } | undefined)?.$metadata?.attempts ?? 1;

const inputOf = ({ from, to, groupBy, only = {} }: CostQuery) => {
  const filters = Object.entries(only).map(
    ([key, value]): Expression => ({ Dimensions: { Key: key as Dimension, Values: [value] } }),
  );
  const [first] = filters;
  return {
    TimePeriod: { Start: from, End: to },
    Granularity: 'DAILY' as const,
    Metrics: [metric],
    ...(groupBy.length > 0 && {
      GroupBy: groupBy.map(
        (group): GroupDefinition =>
          'tag' in group ? { Type: 'TAG', Key: group.tag } : { Type: 'DIMENSION', Key: group.dimension },
      ),
    }),
    ...(first !== undefined && { Filter: filters.length === 1 ? first : { And: filters } }),
  };
};

const rowOf = (
  date: string | undefined,
  keys: readonly string[],
  money: { Amount?: string | undefined; Unit?: string | undefined } | undefined,
): CostRow[] =>
  money === undefined || date === undefined
    ? []
    : [{ date, keys, amount: Number(money.Amount), currency: money.Unit ?? 'USD' }];

const totalsOf = ({ ResultsByTime = [] }: GetCostAndUsageCommandOutput): CostRow[] =>
  ResultsByTime.flatMap(({ TimePeriod, Total }) => rowOf(TimePeriod?.Start, [], Total?.[metric]));

const groupsOf = ({ ResultsByTime = [] }: GetCostAndUsageCommandOutput): CostRow[] =>
  ResultsByTime.flatMap(({ TimePeriod, Groups = [] }) =>
    Groups.flatMap(({ Keys = [], Metrics }) => rowOf(TimePeriod?.Start, Keys, Metrics?.[metric])),
  );
