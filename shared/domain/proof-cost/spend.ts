import type { CollectedCosts, ProofSpend } from '../../contracts/cost-report.ts';
import type { ProofCostEntry } from '../../contracts/proof/proof-cost.ts';
import { dayOf, isoDate } from '../cost/days.ts';

/** Values of `pg-gameday:workflow` that a proof leaves: on snapshots, and on throw-away copies. */
const proofTags = ['backup-and-verify', 'prove-snapshot'];

/**
 * What the proofs of the month of the last settled day were billed, beside what the records say by prices and hours. A day
 * of which the bill is not known makes the billed sum unknown: half of it would look like a saving.
 */
export function proofSpend(costs: CollectedCosts, costsOf: (month: string) => readonly ProofCostEntry[]): ProofSpend {
  const firstDay = dayOf(costs.from);
  const month = isoDate(firstDay + costs.total.length - 1).slice(0, 7);
  const ofMonth = (amounts: readonly (number | null)[]) =>
    amounts.filter((_, index) => isoDate(firstDay + index).startsWith(month));
  const amounts = costs.tags.filter(({ value }) => proofTags.includes(value)).flatMap((tag) => ofMonth(tag.amounts));
  const isKnown = ![...ofMonth(costs.total), ...amounts].includes(null);
  const records = costsOf(month);
  return {
    month,
    billed: isKnown ? amounts.reduce<number>((sum, amount) => sum + (amount ?? 0), 0) : null,
    predicted: records.reduce((sum, { money }) => sum + (money ?? 0), 0),
    runs: records.length,
    unpriced: records.filter(({ money }) => money === null).length,
  };
}
