import type { ClockSample } from '../../contracts/collect-health.ts';
import { secondsSince } from './clocks.ts';
import type { ActivityReading } from './reading.ts';

export type TransactionRule = {
  /** Seconds that a COPY may take; a dump is made of them. */
  readonly copySeconds: number;
  /** Seconds that our own snapshot is held for a backup. */
  readonly ownSeconds: number;
};

/**
 * Seconds of the longest transaction of a client, whether it works, rests or has failed, or is prepared: all of them hold back
 * vacuum. Those inside a limit of their own are left out.
 */
export function longestTransaction(
  { transactions, preparedAt }: Pick<ActivityReading, 'transactions' | 'preparedAt'>,
  clocks: readonly ClockSample[],
  rule: TransactionRule,
): number {
  const ages = transactions
    .map((one) => ({ ...one, age: secondsSince(clocks, one.startedAt) }))
    .filter(({ age, copies, isOurs }) => !(copies && age <= rule.copySeconds) && !(isOurs && age <= rule.ownSeconds))
    .map(({ age }) => age);
  return Math.max(0, ...ages, ...(preparedAt === null ? [] : [secondsSince(clocks, preparedAt)]));
}
