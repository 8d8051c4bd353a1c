import type { Catcher, Retrier } from './definition.ts';
import { pause } from './pause.ts';
import { errorMatches, errorOutput, type StatesError, toStatesError } from './states-error.ts';
import { conclude, type Step } from './step.ts';
import type { Visit } from './visit.ts';

type ErrorHandling = { readonly Retry?: readonly Retrier[]; readonly Catch?: readonly Catcher[] };

/**
 * Attempts a Task, Parallel or Map state until it succeeds, no retrier takes the error, or the taking retrier is
 * exhausted; then `onFailure` is reported, and the first catcher that takes the error decides the transition.
 */
export async function withRetryAndCatch(
  state: ErrorHandling,
  visit: Visit,
  attempt: () => Promise<Step>,
  onFailure: () => void = () => {},
): Promise<Step> {
  const attempts = new Map<Retrier, number>();
  for (;;) {
    try {
      return await attempt();
    } catch (thrown) {
      visit.signal.throwIfAborted();
      const failure = toStatesError(thrown);
      const retrier = (state.Retry ?? []).find((candidate) => errorMatches(candidate.ErrorEquals, failure));
      const made = retrier === undefined ? 0 : (attempts.get(retrier) ?? 0);
      if (retrier === undefined || made >= (retrier.MaxAttempts ?? 3)) {
        onFailure();
        return await takeCatcher(state, visit, failure);
      }
      attempts.set(retrier, made + 1);
      visit.retryCount += 1;
      await pause(visit.run.clock, retryDelaySeconds(retrier, made, visit.run.random) * 1000, visit.signal);
    }
  }
}

/** The wait before retry number `made + 1`: exponential, capped, and with full jitter anywhere between 0 and that. */
export function retryDelaySeconds(retrier: Retrier, made: number, random: () => number): number {
  const exponential = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** made;
  const capped = Math.min(exponential, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  return retrier.JitterStrategy === 'FULL' ? random() * capped : capped;
}

async function takeCatcher(state: ErrorHandling, visit: Visit, failure: StatesError): Promise<Step> {
  const catchers = state.Catch ?? [];
  const index = catchers.findIndex((candidate) => errorMatches(candidate.ErrorEquals, failure));
  const catcher = catchers[index];
  if (catcher === undefined) {
    throw failure;
  }
  const output = errorOutput(failure);
  return await conclude(visit, catcher, `Catch[${index}]/`, { errorOutput: output }, output, catcher.Next);
}
