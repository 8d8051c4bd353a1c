import type { ClockSample } from '../../contracts/collect-health.ts';
import { secondsSince } from './clocks.ts';
import type { ActivityReading } from './reading.ts';

export type TransactionRule = {
  /** Seconds that a COPY may take; a dump is made of them. */
  readonly copySeconds: number;
  /** Seconds that our own snapshot is held for a backup. */
  readonly ownSeconds: number;
};

/** The longest transaction of a client, of those that are not inside a limit of their own, and the longest rest in one. */
export function longestTransactions(
  { transactions, preparedAt }: ActivityReading,
  clocks: readonly ClockSample[],
  rule: TransactionRule,
): { readonly open: number; readonly idle: number } {
  const counted = transactions
    .map((one) => ({ ...one, age: secondsSince(clocks, one.startedAt) }))
    .filter(({ age, copies, isOurs }) => !(copies && age <= rule.copySeconds) && !(isOurs && age <= rule.ownSeconds));
  const idle = counted.flatMap(({ idleSince }) => (idleSince === null ? [] : [secondsSince(clocks, idleSince)]));
  const prepared = preparedAt === null ? [] : [secondsSince(clocks, preparedAt)];
  return { open: Math.max(0, ...counted.map(({ age }) => age), ...prepared), idle: Math.max(0, ...idle) };
}
