import { makeBaselines } from './baseline.ts';
import { expectedWithDue, type Series } from './due.ts';
import { median } from './statistics.ts';

/** A part of a cost that is distinguished by some dimensions (service, usage type, region, account, tag). */
export type CostPart = { readonly dimensions: Readonly<Record<string, string>>; readonly amounts: Float64Array };

/** One step down: this value explains `share` of what the step before left to explain. */
export type CauseStep = {
  readonly dimension: string;
  readonly value: string;
  readonly money: number;
  readonly share: number;
};

/** A part that explains less than this of the rest is not reported as its cause. */
const leastShare = 0.5;

/**
 * Descends the dimensions in their order as long as one value explains at least half of the difference between what
 * the days `first` to `last` cost and what was expected of them. An empty list: nothing stands out.
 */
export function rootCause(
  parts: readonly CostPart[],
  dimensions: readonly string[],
  days: { readonly firstDay: number; readonly first: number; readonly last: number; readonly kind: string },
): CauseStep[] {
  const sign = days.kind === 'missing' ? -1 : 1;
  let rest = parts.map((part) => ({ ...part, money: sign * excessOf(part.amounts, days) }));
  const steps: CauseStep[] = [];
  for (const dimension of dimensions) {
    const byValue = new Map<string, number>();
    for (const { dimensions: own, money } of rest) {
      const value = own[dimension];
      if (value !== undefined) byValue.set(value, (byValue.get(value) ?? 0) + money);
    }
    const total = [...byValue.values()].reduce((sum, money) => sum + money, 0);
    const [value, money] = [...byValue].reduce((best, one) => (one[1] > best[1] ? one : best), ['', 0] as const);
    if (value === '' || total <= 0 || money < leastShare * total) break;
    steps.push({ dimension, value, money: sign * money, share: Math.min(1, money / total) });
    rest = rest.filter((part) => part.dimensions[dimension] === value);
  }
  return steps;
}

/** What the days cost above what the days before them let expect, in money. */
export function excessOf(
  amounts: Float64Array,
  { firstDay, first, last }: { readonly firstDay: number; readonly first: number; readonly last: number },
): number {
  const series: Series = { amounts, firstDay, baselines: makeBaselines(amounts, firstDay), minimumHistoryDays: 28 };
  const before = [...amounts.slice(Math.max(0, first - 28), first)].filter((amount) => !Number.isNaN(amount));
  const usual = before.length === 0 ? 0 : median(before);
  let excess = 0;
  for (let index = first; index <= last; index += 1) {
    const actual = amounts[index] ?? Number.NaN;
    const expected = expectedWithDue(series, first, index) ?? usual;
    if (!Number.isNaN(actual)) excess += actual - expected;
  }
  return excess;
}
