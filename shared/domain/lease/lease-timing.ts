/** Durations in milliseconds, each measured on one clock; no two clocks are ever compared. */
export type LeaseTiming = {
  /** How long a database accepts writes after the start of its last renewal, by its own clock. */
  readonly holdFor: number;
  /** How long a register must be seen unchanged before another one may take it, by the taker's clock. */
  readonly waitFor: number;
  /** From one pass of an agent to the next. */
  readonly passEvery: number;
  /** From the end of the validity to the last statement: period of the dead-man, termination, one statement. */
  readonly deadManDelay: number;
  /** Share by which a clock may run fast or slow. */
  readonly drift: number;
  /** By how much the wall clock of an agent may be off between two of its calls. */
  readonly wallClockError: number;
};

export const proposedTiming: LeaseTiming = {
  holdFor: 180_000,
  waitFor: 300_000,
  passEvery: 60_000,
  deadManDelay: 15_000,
  drift: 0.001,
  wallClockError: 5_000,
};

/**
 * The shortest wait after which no database that held the lease accepts a write any more. Its last renewal began at t0 and
 * reached two of three registers; whoever takes two has one of these among them, and saw it unchanged since t0 or later.
 */
export const leastWait = ({ holdFor, deadManDelay, drift, wallClockError }: Omit<LeaseTiming, 'waitFor'>): number =>
  (holdFor * (1 + drift) + deadManDelay + wallClockError) / (1 - drift);

/** Undefined where the durations keep two databases apart; otherwise what is wrong with them. */
export function whyUnsafe(timing: LeaseTiming): string | undefined {
  const least = leastWait(timing);
  if (timing.waitFor <= least) {
    return `a register may be taken after ${timing.waitFor} ms, more than ${Math.floor(least)} ms are required`;
  }
  if (timing.holdFor < 2 * timing.passEvery) {
    return `the lease is held for ${timing.holdFor} ms, at least two passes of ${timing.passEvery} ms are required`;
  }
  return undefined;
}
