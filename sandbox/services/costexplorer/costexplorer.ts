import * as client from '@aws-sdk/client-cost-explorer';
import { AwsError } from '../../wire/aws-error.ts';
import type { Service } from '../../wire/service.ts';
import { refuseMembers } from '../refuse-members.ts';
import { type CostData, currencyOn, isEstimated, itemsOf, noCosts } from './cost-data.ts';
import { keyOf, matcherOf } from './cost-filter.ts';

export type CostExplorer = Service & {
  readonly data: CostData;
  /** Requests answered so far: each of them costs 0.01 USD at AWS. */
  requests(): number;
};

const day = 86_400_000;
const metrics = ['UnblendedCost', 'AmortizedCost'];
const dateText = (number: number): string => new Date(number * day).toISOString().slice(0, 10);

type Row = { readonly day: number; readonly keys: readonly string[]; readonly amount: number };

export function makeCostExplorer({ now = () => new Date() }: { readonly now?: () => Date } = {}): CostExplorer {
  const data = noCosts(Math.floor(now().getTime() / day));
  let requests = 0;

  const GetCostAndUsage = (input: client.GetCostAndUsageCommandInput) => {
    requests += 1;
    refuseMembers(input, ['TimePeriod', 'Granularity', 'Filter', 'Metrics', 'GroupBy', 'NextPageToken']);
    const { from, until } = period(input.TimePeriod, data);
    if (input.Granularity !== 'DAILY') {
      throw new AwsError('NotImplemented', `the sandbox does not emulate granularity '${input.Granularity}'`, {
        status: 501,
      });
    }
    const wanted = input.Metrics ?? [];
    if (wanted.length === 0) throw new AwsError('ValidationException', 'Metrics must not be empty');
    const unknown = wanted.filter((metric) => !metrics.includes(metric));
    if (unknown.length > 0) {
      throw new AwsError('NotImplemented', `the sandbox does not emulate metric '${unknown[0]}'`, { status: 501 });
    }
    const groups = input.GroupBy ?? [];
    if (groups.length > 2) throw new AwsError('ValidationException', 'GroupBy must not have more than 2 items');
    const keys = groups.map(keyOf);
    const matches = matcherOf(input.Filter);
    const sums = new Map<string, Row>();
    for (const { day: on, line, amount } of itemsOf(data, from, until)) {
      if (!matches(line)) continue;
      const own = keys.map((key) => key(line));
      const name = [on, ...own].join('\t');
      sums.set(name, { day: on, keys: own, amount: amount + (sums.get(name)?.amount ?? 0) });
    }
    const rows = [...sums.values()];
    const { start, next } = pageAt(input.NextPageToken, rows.length, data.pageSize);
    const shown = rows.slice(start, start + data.pageSize);
    const money = (amount: number, on: number) =>
      Object.fromEntries(wanted.map((metric) => [metric, { Amount: String(amount), Unit: currencyOn(data, on) }]));
    const days = Array.from({ length: until - from }, (_, offset) => from + offset).filter((on) => on <= data.today);
    return {
      ...(groups.length === 0 ? {} : { GroupDefinitions: groups }),
      ResultsByTime: days.map((on) => {
        const own = shown.filter((row) => row.day === on);
        return {
          TimePeriod: { Start: dateText(on), End: dateText(on + 1) },
          Estimated: isEstimated(data, on),
          ...(groups.length === 0
            ? { Groups: [], Total: own[0] === undefined ? {} : money(own[0].amount, on) }
            : { Total: {}, Groups: own.map((row) => ({ Keys: [...row.keys], Metrics: money(row.amount, on) })) }),
        };
      }),
      DimensionValueAttributes: [],
      ...(next === undefined ? {} : { NextPageToken: next }),
    };
  };

  /** What AWS would find is not known; the sandbox tells the labelled increases of the bill, two days late. */
  const GetAnomalies = (input: client.GetAnomaliesCommandInput) => {
    requests += 1;
    refuseMembers(input, ['DateInterval', 'MaxResults', 'NextPageToken', 'MonitorArn']);
    const from = dayNumber(input.DateInterval?.StartDate);
    const until = input.DateInterval?.EndDate === undefined ? data.today : dayNumber(input.DateInterval.EndDate);
    const { firstDay, labels } = data.bill;
    const found = labels.filter(
      ({ kind, start, end }) =>
        (kind === 'spike' || kind === 'shift') &&
        firstDay + start <= Math.min(until, data.today - 2) &&
        firstDay + end >= from,
    );
    const size = input.MaxResults ?? 100;
    const { start, next } = pageAt(input.NextPageToken, found.length, size);
    return {
      Anomalies: found.slice(start, start + size).map(({ line, money, ...label }) => {
        const days = Math.min(firstDay + label.end, data.today - 2) - (firstDay + label.start) + 1;
        return {
          AnomalyId: `anomaly-${line.account}-${line.usageType}-${label.start}`,
          AnomalyStartDate: dateText(firstDay + label.start),
          AnomalyEndDate: dateText(firstDay + label.start + days - 1),
          DimensionValue: line.service,
          RootCauses: [
            { Service: line.service, Region: line.region, LinkedAccount: line.account, UsageType: line.usageType },
          ],
          AnomalyScore: { MaxScore: 0.9, CurrentScore: 0.9 },
          Impact: { MaxImpact: money, TotalImpact: money * days },
          MonitorArn: `arn:aws:ce::${line.account}:anomalymonitor/services`,
        };
      }),
      ...(next === undefined ? {} : { NextPageToken: next }),
    };
  };

  const coverage = (percentage: number | undefined) =>
    percentage === undefined ? undefined : { CoveragePercentage: String(percentage) };

  return {
    id: 'ce',
    client,
    data,
    requests: () => requests,
    operations: {
      GetCostAndUsage,
      GetAnomalies,
      GetSavingsPlansCoverage: (input: client.GetSavingsPlansCoverageCommandInput) => {
        requests += 1;
        refuseMembers(input, ['TimePeriod']);
        const { from, until } = period(input.TimePeriod, data);
        const found = coverage(data.savingsPlansCoverage);
        if (found === undefined) throw new AwsError('DataUnavailableException', 'The requested data is unavailable.');
        const TimePeriod = { Start: dateText(from), End: dateText(until) };
        return { SavingsPlansCoverages: [{ Coverage: found, TimePeriod }] };
      },
      GetReservationCoverage: (input: client.GetReservationCoverageCommandInput) => {
        requests += 1;
        refuseMembers(input, ['TimePeriod', 'Filter']);
        period(input.TimePeriod, data);
        matcherOf(input.Filter);
        const found = data.reservationCoverage;
        if (found === undefined) throw new AwsError('DataUnavailableException', 'The requested data is unavailable.');
        return { CoveragesByTime: [], Total: { CoverageHours: { CoverageHoursPercentage: String(found) } } };
      },
    },
  };
}

/** AWS keeps daily costs for 14 months. */
const longestHistory = 425;

function period(interval: client.DateInterval | undefined, data: CostData): { from: number; until: number } {
  const [from, until] = [dayNumber(interval?.Start), dayNumber(interval?.End)];
  if (from >= until) {
    throw new AwsError('ValidationException', 'Start date (and hour) should be before end date (and hour)');
  }
  if (from > data.today) throw new AwsError('ValidationException', 'start date must not be in the future');
  if (data.today - from > longestHistory) {
    throw new AwsError('ValidationException', 'start date is too old: data of the last 14 months is available');
  }
  return { from, until };
}

function dayNumber(date: string | undefined): number {
  if (date === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(date)) {
    throw new AwsError('ValidationException', 'Start date and end date must be in the format yyyy-MM-dd');
  }
  return Date.parse(date) / day;
}

function pageAt(token: string | undefined, rows: number, size: number): { start: number; next: string | undefined } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0 || start > rows) {
    throw new AwsError('InvalidNextTokenException', 'The pagination token is invalid.');
  }
  const end = start + size;
  return { start, next: end < rows ? Buffer.from(String(end)).toString('base64url') : undefined };
}
