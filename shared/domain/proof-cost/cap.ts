import type { Failure } from '../../contracts/common.ts';
import type { CostCap, ProofCostEntry } from '../../contracts/proof/proof-cost.ts';

export type Caps = {
  /** Money that one scheduled proof may cost. */
  readonly drill: number;
  /** Money that the proofs of a month may cost before no scheduled one is added. */
  readonly month: number;
  /** What becomes of a scheduled proof whose price is not known. */
  readonly unpriced: 'allowed' | 'refused';
};

/**
 * Whether a proof may restore. Caps stop scheduled proofs only: what a person starts, as a recovery always is, gets a
 * warning. `spent` is what the other drills of the month cost or may yet cost.
 */
export function decideCap(
  drill: { readonly isScheduled: boolean; readonly predicted: number | null },
  spent: number,
  caps: Caps,
): CostCap {
  const reason = whyOverCap(drill.predicted, spent, caps);
  const isRefused = drill.isScheduled && reason !== null && (drill.predicted !== null || caps.unpriced === 'refused');
  return { mayRestore: !isRefused, told: reason };
}

/** Which cap a proof passes, or why none can hold it; null where none speaks against it. */
export const reasonOf = ({ told }: CostCap): string | null => told;

function whyOverCap(predicted: number | null, spent: number, { drill, month }: Caps): string | null {
  if (predicted === null) return 'its cost is unknown, so that no cap can hold it';
  if (predicted > drill) return `it may cost ${money(predicted)}, and a proof may cost ${money(drill)}`;
  if (spent + predicted > month) {
    return `it may cost ${money(predicted)}, the month's other drills ${money(spent)}, and a month may cost ${money(month)}`;
  }
  return null;
}

const money = (amount: number): string => amount.toFixed(2);

/**
 * Whether a run took its snapshot and left out the restore for its cost, and nothing else went wrong: nothing is known to
 * be bad, and nothing to be good.
 */
export const isHeldByCap = (run: {
  readonly failure: Failure | null;
  readonly cleanUpFailure: Failure | null;
}): boolean => run.failure?.error === 'CostCapReached' && run.cleanUpFailure === null;

/** With fewer runs there is no history to go by. */
const fewestRuns = 3;

/** How long the copy of a database is expected to run: as long as the longest one known, else until it expires. */
export function expectedHours(database: string, records: readonly ProofCostEntry[], expiresAfterHours: number): number {
  const hours = records
    .filter((entry) => entry.database === database && entry.isActual && entry.hours > 0)
    .map((entry) => entry.hours);
  return hours.length < fewestRuns ? expiresAfterHours : Math.max(...hours);
}

/** What the other drills of a month cost, or may yet cost. One without a price counts as nothing, and is reported as unknown. */
export const spentBy = (records: readonly ProofCostEntry[], exceptExecution: string): number =>
  records.reduce((sum, { execution, money }) => sum + (execution === exceptExecution ? 0 : (money ?? 0)), 0);
