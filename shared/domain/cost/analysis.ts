import type { CollectedCosts, CostAnalysis, CostEvent } from '../../contracts/cost-report.ts';
import { analyseSeries } from './anomaly.ts';
import { dayOf, isoDate, monthStart } from './days.ts';
import type { DetectorLimits } from './detector-limits.ts';
import { type Period, periodOf } from './edition.ts';
import { findEvents } from './events.ts';
import { forecastMonth } from './forecast.ts';
import { type SeverityRule, severityOf } from './severity.ts';

export type CostRule = {
  readonly minimumMoney: number;
  readonly minimumShare: number;
  readonly minimumMissingMoney: number;
  readonly severities: SeverityRule;
  /** Of a month, in `currency`. */
  readonly budget: number;
  readonly currency: string;
};

/** With these the detector was assessed, `npm run bench:anomalies`. */
const sigmas = 5;
const minimumHistoryDays = 28;
/** Days that a report assesses and draws; a longer period is assessed whole. */
const assessedDays = 35;
const drawnDays = 60;

export const detectorLimits = ({ minimumMoney, minimumShare, minimumMissingMoney }: CostRule): DetectorLimits => ({
  minimumMoney,
  minimumShare,
  minimumMissingMoney,
  sigmas,
  minimumHistoryDays,
});

/** Everything that a report says, from the bill alone. The bill ends with the last settled day. */
export function analyseCosts(costs: CollectedCosts, rule: CostRule): Omit<CostAnalysis, 'drills'> {
  const firstDay = dayOf(costs.from);
  const total = numbers(costs.total);
  const lastDay = firstDay + total.length - 1;
  const period = periodOf(lastDay);
  const limits = detectorLimits(rule);
  const parts = costs.parts.map((part) => ({ ...part, amounts: numbers(part.amounts) }));
  const assessed = Math.min(total.length, Math.max(assessedDays, period.to - period.from + 1));
  const events = findEvents({ firstDay, total, parts }, assessed, limits).map((event) => withAws(event, costs));
  const month = monthOf(total, firstDay, costs.currency, rule);
  const lines = linesOf(firstDay, period);
  const spend = lines([{ name: 'total', amounts: total }])[0];
  return {
    schemaVersion: 1,
    edition: period.edition,
    period: { from: isoDate(period.from), to: isoDate(period.to) },
    currency: costs.currency,
    spend: spend?.spend ?? 0,
    spendBefore: spend?.before ?? null,
    days: daysOf(total, firstDay, limits),
    month,
    services: lines(parts.map(({ service, amounts }) => ({ name: service, amounts }))),
    places: lines(
      costs.places.map(({ account, region, amounts }) => ({ name: `${account} ${region}`, amounts: numbers(amounts) })),
    ),
    tags: lines(costs.tags.map(({ value, amounts }) => ({ name: value || 'untagged', amounts: numbers(amounts) }))),
    events,
    awsAnomalies: costs.awsAnomalies,
    severity: severityOf(events, month, rule.severities),
    notes: [...costs.notes, ...budgetNotes(costs.currency, rule)],
  };
}

const numbers = (amounts: readonly (number | null)[]): Float64Array =>
  Float64Array.from(amounts, (amount) => amount ?? Number.NaN);
const orNull = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;

function withAws(event: CostEvent, { awsAnomalies }: CollectedCosts): CostEvent {
  const same = (awsAnomalies ?? []).filter(
    ({ service, from, to }) => service === event.service && from <= event.last && to >= event.first,
  );
  return { ...event, awsAnomalies: same.map(({ id }) => id) };
}

function daysOf(total: Float64Array, firstDay: number, limits: DetectorLimits): CostAnalysis['days'] {
  const from = Math.max(0, total.length - drawnDays);
  const { bands } = analyseSeries(total, firstDay, from, limits);
  return bands.map((band, offset) => ({
    date: isoDate(firstDay + from + offset),
    actual: orNull(total[from + offset]),
    expected: orNull(band?.expected),
    lower: orNull(band?.lower),
    upper: orNull(band?.upper),
  }));
}

const budgetNotes = (currency: string, rule: CostRule): string[] =>
  currency === rule.currency
    ? []
    : [`The budget is in ${rule.currency} and the bill in ${currency}: they are not compared.`];

function monthOf(total: Float64Array, firstDay: number, currency: string, rule: CostRule): CostAnalysis['month'] {
  const budget = currency === rule.currency ? rule.budget : undefined;
  const forecast = forecastMonth(total, firstDay);
  const end = firstDay + total.length;
  const isBeyond = (one: ReturnType<typeof forecastMonth>) =>
    budget !== undefined && one !== undefined && one.total > budget;
  // On the first day of a month the forecast of the day before was that of another month.
  const isSameMonth = monthStart(end) === monthStart(end - 1);
  const before = isSameMonth ? forecastMonth(total.subarray(0, -1), firstDay) : undefined;
  return {
    from: isoDate(monthStart(end)),
    spent: forecast?.spent ?? 0,
    budget: budget ?? null,
    forecast:
      forecast === undefined
        ? null
        : { total: forecast.total, lower: forecast.lower, upper: forecast.upper, rest: [...forecast.rest] },
    isNewlyBeyondBudget: isBeyond(forecast) && !isBeyond(before),
  };
}

type Line = CostAnalysis['services'][number];

/** Sums by name over the period and over as many days before it, most money first. Unknown days count nothing. */
const linesOf =
  (firstDay: number, { from, to }: Period) =>
  (series: readonly { readonly name: string; readonly amounts: Float64Array }[]): Line[] => {
    const days = to - from + 1;
    const start = from - firstDay;
    const sum = (amounts: Float64Array, first: number) =>
      amounts.subarray(Math.max(0, first), first + days).reduce((total, amount) => total + (amount || 0), 0);
    return [...Map.groupBy(series, ({ name }) => name)]
      .map(([name, own]) => ({
        name,
        spend: own.reduce((total, { amounts }) => total + sum(amounts, start), 0),
        before: start < days ? null : own.reduce((total, { amounts }) => total + sum(amounts, start - days), 0),
      }))
      .filter(({ spend, before }) => spend !== 0 || (before ?? 0) !== 0)
      .toSorted((left, right) => right.spend - left.spend);
  };
