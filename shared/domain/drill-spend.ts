import type { CollectedCosts, DrillSpend } from '../contracts/cost-report.ts';
import type { LedgerEntry } from '../contracts/drill-cost.ts';
import { dayOf, isoDate } from './cost-days.ts';

/** Values of `pg-gameday:workflow` that a drill leaves: on snapshots, and on throw-away copies. */
const drillTags = ['backup-and-verify', 'prove-snapshot'];

/**
 * What the drills of the month of the last settled day were billed, beside what the ledger says by prices and hours. A day
 * of which the bill is not known makes the billed sum unknown: half of it would look like a saving.
 */
export function drillSpend(costs: CollectedCosts, ledgerOf: (month: string) => readonly LedgerEntry[]): DrillSpend {
  const firstDay = dayOf(costs.from);
  const month = isoDate(firstDay + costs.total.length - 1).slice(0, 7);
  const ofMonth = (amounts: readonly (number | null)[]) =>
    amounts.filter((_, index) => isoDate(firstDay + index).startsWith(month));
  const amounts = costs.tags.filter(({ value }) => drillTags.includes(value)).flatMap((tag) => ofMonth(tag.amounts));
  const isKnown = ![...ofMonth(costs.total), ...amounts].includes(null);
  const ledger = ledgerOf(month);
  return {
    month,
    billed: isKnown ? amounts.reduce<number>((sum, amount) => sum + (amount ?? 0), 0) : null,
    predicted: ledger.reduce((sum, { money }) => sum + (money ?? 0), 0),
    runs: ledger.length,
    unpriced: ledger.filter(({ money }) => money === null).length,
  };
}
