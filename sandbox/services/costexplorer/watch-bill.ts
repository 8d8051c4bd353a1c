import type { Clock } from '../../clock.ts';
import type { Budgets } from '../budgets/budgets.ts';
import type { CostExplorer } from './costexplorer.ts';

/** AWS brings budgets up to date, and looks for anomalies, up to three times a day. */
const INTERVAL_MILLISECONDS = 8 * 3_600_000;

/** Looks at the bill every eight hours of shortened time until the signal aborts. */
export function watchBill(budgets: Budgets, costs: CostExplorer, clock: Clock, signal: AbortSignal): void {
  const follow = async (): Promise<void> => {
    for (;;) {
      await clock.wait(INTERVAL_MILLISECONDS, signal);
      await budgets.evaluate(clock.now());
      await costs.reportAnomalies();
    }
  };
  // It rejects when the signal aborts.
  follow().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
