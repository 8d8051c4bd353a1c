import type { Clock } from '../../../clock.ts';
import type { Alarms } from './alarms.ts';

const EVALUATION_INTERVAL_MILLISECONDS = 60_000;

/**
 * Evaluates all alarms each minute of shortened time until the signal aborts. Their periods are shortened with it: an
 * hour at speed 500 is 7.2 s, and data that came within them counts.
 */
export function runAlarms(alarms: Alarms, clock: Clock, signal: AbortSignal): void {
  const follow = async (): Promise<void> => {
    for (;;) {
      await clock.wait(EVALUATION_INTERVAL_MILLISECONDS, signal);
      await alarms.evaluateAt(clock.now(), { speed: clock.speed });
    }
  };
  // It rejects when the signal aborts; a failed action is in the alarm's history.
  follow().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
