import type { Clock } from '../../clock.ts';
import type { Budgets } from './budgets.ts';

/** AWS brings budgets up to date up to three times a day. */
const EVALUATION_INTERVAL_MILLISECONDS = 8 * 3_600_000;

/** Compares all budgets with the bill every eight hours of shortened time until the signal aborts. */
export function runBudgets(budgets: Budgets, clock: Clock, signal: AbortSignal): void {
  const follow = async (): Promise<void> => {
    for (;;) {
      await clock.wait(EVALUATION_INTERVAL_MILLISECONDS, signal);
      await budgets.evaluate(clock.now());
    }
  };
  // It rejects when the signal aborts.
  follow().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
