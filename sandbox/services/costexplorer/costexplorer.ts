import * as client from '@aws-sdk/client-cost-explorer';
import { AwsError } from '../../wire/aws-error.ts';
import type { Service } from '../../wire/service.ts';
import { refuseMembers } from '../refuse-members.ts';
import type { PublishAsService } from '../sns/publish-as-service.ts';
import { anomaliesOf } from './anomalies.ts';
import { anomalyMessage } from './anomaly-message.ts';
import { type CostData, type CoveredUse, currencyOn, isEstimated, itemsOf, noCosts } from './cost-data.ts';
import { keyOf, matcherOf } from './cost-filter.ts';
import type { AnomalySubscription } from './read-subscription.ts';

export type CostExplorer = Service & {
  readonly data: CostData;
  /** Subscribes topics to the anomalies of a monitor. */
  subscribe(subscription: AnomalySubscription): void;
  /** Looks for anomalies, as AWS does some three times a day, and reports each new one that is large enough. */
  reportAnomalies(): Promise<void>;
  /** Requests answered so far: each of them costs 0.01 USD at AWS. */
  requests(): number;
};

const day = 86_400_000;
const metrics = ['UnblendedCost', 'AmortizedCost'];
const dateText = (number: number): string => new Date(number * day).toISOString().slice(0, 10);

type Row = { readonly day: number; readonly keys: readonly string[]; readonly amount: number };

export type CostExplorerDeps = {
  readonly account?: string;
  readonly now?: () => Date;
  readonly publish?: PublishAsService;
  /** What could not be published. */
  readonly onFailure?: (subscription: string, error: unknown) => void;
};

/** AWS gives an account one monitor of all its services, and allows no second one. */
export const servicesMonitorArn = (account: string): string =>
  `arn:aws:ce::${account}:anomalymonitor/00000000-1111-4222-8333-444444444444`;

export function makeCostExplorer({
  account = '123456789012',
  now = () => new Date(),
  publish,
  onFailure,
}: CostExplorerDeps = {}): CostExplorer {
  const monitor = {
    MonitorArn: servicesMonitorArn(account),
    MonitorName: 'Default-Services-Monitor',
    MonitorType: 'DIMENSIONAL',
    MonitorDimension: 'SERVICE',
  } as const;
  const subscriptions: { readonly subscription: AnomalySubscription; readonly reported: Set<string> }[] = [];
  const requireMonitor = (arn: string) => {
    if (arn !== monitor.MonitorArn) throw new AwsError('UnknownMonitorException', `Monitor ${arn} does not exist`);
  };
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

  const GetAnomalies = (input: client.GetAnomaliesCommandInput) => {
    requests += 1;
    refuseMembers(input, ['DateInterval', 'MaxResults', 'NextPageToken', 'MonitorArn']);
    const from = dayNumber(input.DateInterval?.StartDate);
    const until = input.DateInterval?.EndDate === undefined ? data.today : dayNumber(input.DateInterval.EndDate);
    if (input.MonitorArn !== undefined) requireMonitor(input.MonitorArn);
    const found = anomaliesOf(data, monitor.MonitorArn, from, until);
    const size = input.MaxResults ?? 100;
    const { start, next } = pageAt(input.NextPageToken, found.length, size);
    return {
      Anomalies: found.slice(start, start + size),
      ...(next === undefined ? {} : { NextPageToken: next }),
    };
  };

  async function reportAnomalies(): Promise<void> {
    for (const { subscription, reported } of subscriptions) {
      for (const anomaly of anomaliesOf(data, monitor.MonitorArn)) {
        if (reported.has(anomaly.AnomalyId) || anomaly.Impact.TotalImpact < subscription.threshold) continue;
        reported.add(anomaly.AnomalyId);
        for (const topicArn of subscription.topicArns) {
          try {
            await publish?.({
              principal: 'costalerts.amazonaws.com',
              sourceArn: monitor.MonitorArn,
              topicArn,
              message: anomalyMessage(account, anomaly),
            });
          } catch (error) {
            onFailure?.(subscription.name, error);
          }
        }
      }
    }
  }

  /** One page of the parts of a period, and how much of the whole is covered. */
  const coverage = (parts: readonly CoveredUse[], interval: client.DateInterval | undefined, token?: string) => {
    requests += 1;
    const { from, until } = period(interval, data);
    if (parts.length === 0) throw new AwsError('DataUnavailableException', 'The requested data is unavailable.');
    const edge = (index: number) => dateText(from + Math.floor((index * (until - from)) / parts.length));
    const { start, next } = pageAt(token, parts.length, data.pageSize);
    const use = parts.reduce((sum, one) => sum + one.use, 0);
    const covered = parts.reduce((sum, one) => sum + (one.use * one.percentage) / 100, 0);
    return {
      page: parts.slice(start, start + data.pageSize).map((one, index) => ({
        ...one,
        TimePeriod: { Start: edge(start + index), End: edge(start + index + 1) },
      })),
      whole: { percentage: (100 * covered) / use, use },
      next,
    };
  };

  return {
    id: 'ce',
    client,
    data,
    subscribe: (subscription) => {
      for (const arn of subscription.monitorArns) requireMonitor(arn);
      subscriptions.push({ subscription, reported: new Set() });
    },
    reportAnomalies,
    requests: () => requests,
    operations: {
      GetCostAndUsage,
      GetAnomalies,
      GetAnomalyMonitors: (input: client.GetAnomalyMonitorsCommandInput) => {
        requests += 1;
        refuseMembers(input, ['MonitorArnList', 'MaxResults', 'NextPageToken']);
        for (const arn of input.MonitorArnList ?? []) requireMonitor(arn);
        return { AnomalyMonitors: [monitor] };
      },
      GetSavingsPlansCoverage: (input: client.GetSavingsPlansCoverageCommandInput) => {
        refuseMembers(input, ['TimePeriod', 'NextToken']);
        const { page, next } = coverage(data.savingsPlansCoverage, input.TimePeriod, input.NextToken);
        return {
          SavingsPlansCoverages: page.map(({ percentage, use, TimePeriod }) => ({
            Coverage: { CoveragePercentage: String(percentage), TotalCost: String(use) },
            TimePeriod,
          })),
          ...(next === undefined ? {} : { NextToken: next }),
        };
      },
      GetReservationCoverage: (input: client.GetReservationCoverageCommandInput) => {
        refuseMembers(input, ['TimePeriod', 'Filter', 'NextPageToken']);
        matcherOf(input.Filter);
        const { page, whole, next } = coverage(data.reservationCoverage, input.TimePeriod, input.NextPageToken);
        const reported = ({ percentage, use }: CoveredUse) => ({
          CoverageHours: { CoverageHoursPercentage: String(percentage), TotalRunningHours: String(use) },
        });
        return {
          CoveragesByTime: page.map(({ TimePeriod, ...one }) => ({ TimePeriod, Groups: [], Total: reported(one) })),
          Total: reported(whole),
          ...(next === undefined ? {} : { NextPageToken: next }),
        };
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
