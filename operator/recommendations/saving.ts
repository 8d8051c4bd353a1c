import type { CollectedCosts } from '../../shared/contracts/cost-report.ts';
import type { Entry } from '../../shared/contracts/recommendations.ts';
import { dayOf } from '../../shared/domain/cost/days.ts';

/** Four weeks: every weekday counts as often before as after. */
const comparedDays = 28;
/** Below two weeks on either side a number would say more about the weekdays than about the measure. */
const leastDays = 14;
const daysAMonth = 365.25 / 12;

export type Saving = {
  /** Money a month. Negative: it costs more than before. */
  readonly monthly: number;
  readonly daysBefore: number;
  readonly daysAfter: number;
};

/** The day from which an entry saves. Undefined while a finding was accepted and nothing was done about it. */
export function savingFrom({ acceptedOn, finding, application }: Entry): string | undefined {
  return finding === null ? acceptedOn : application?.finishedAt?.slice(0, 10);
}

/**
 * What a measure has saved: the mean day of the four weeks before it beside that of the newest four weeks after it. The
 * day of the measure belongs to neither. Undefined while too little is known; a service that the bill never names, or that
 * the entry does not name, is unknown, and no saving.
 */
export function measuredSaving(costs: CollectedCosts, entry: Entry): Saving | undefined {
  const from = savingFrom(entry);
  if (entry.service === null || from === undefined) return undefined;
  const own = costs.parts.filter(
    ({ service, usageType }) =>
      service === entry.service && (entry.usageType === null || usageType === entry.usageType),
  );
  if (own.length === 0) return undefined;
  const measure = dayOf(from) - dayOf(costs.from);
  const length = costs.total.length;
  const before = known(own, Math.max(0, measure - comparedDays), Math.min(measure, length));
  const after = known(own, Math.max(0, measure + 1, length - comparedDays), length);
  if (before.length < leastDays || after.length < leastDays) return undefined;
  return {
    monthly: (mean(before) - mean(after)) * daysAMonth,
    daysBefore: before.length,
    daysAfter: after.length,
  };
}

/** Sums of the days of which every part is known. */
function known(parts: CollectedCosts['parts'], from: number, to: number): number[] {
  const sums: number[] = [];
  for (let day = from; day < to; day += 1) {
    let sum: number | null = 0;
    for (const { amounts } of parts) {
      const amount: number | null = amounts[day] ?? null;
      sum = sum === null || amount === null ? null : sum + amount;
    }
    if (sum !== null) sums.push(sum);
  }
  return sums;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
