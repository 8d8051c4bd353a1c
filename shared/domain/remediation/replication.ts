import type { RemedyTarget } from '../../contracts/remediation/remediation.ts';
import type { Sought } from './blockers.ts';

export type SlotReading = {
  readonly name: string;
  readonly isActive: boolean;
  readonly isTemporary: boolean;
  readonly isSynced: boolean;
  readonly restartLsn: string | null;
  readonly retainedBytes: number | null;
};
export type SlotTarget = Extract<RemedyTarget, { kind: 'slot' }>;
export type SlotRule = {
  readonly names: readonly string[];
  readonly keep: readonly string[];
  /** Bytes of the log that it retains at least. */
  readonly bytes: number;
};

/** The slot that retains most, of those that nobody consumes and that may go. */
export function deadSlot(slots: readonly SlotReading[], { names, keep, bytes }: SlotRule): Sought<SlotTarget> {
  const all = [...slots]
    .sort((left, right) => (right.retainedBytes ?? 0) - (left.retainedBytes ?? 0))
    .map((slot): Sought<SlotTarget> => {
      const { name, isActive, isTemporary, isSynced, restartLsn, retainedBytes } = slot;
      if (isActive) return { refusal: `slot '${name}' is active`, isGone: true };
      if (isTemporary || isSynced)
        return { refusal: `slot '${name}' is ${isTemporary ? 'temporary' : 'a copy of the primary’s'}` };
      if (/^rds/.test(name)) return { refusal: `slot '${name}' is RDS's own` };
      if (keep.includes(name)) return { refusal: `slot '${name}' is kept` };
      if (!names.includes('*') && !names.includes(name)) return { refusal: `slot '${name}' is not in scope` };
      if (retainedBytes === null || retainedBytes <= bytes) {
        return { refusal: `slot '${name}' retains ${retainedBytes ?? 0} bytes, more than ${bytes} are required` };
      }
      return { target: { kind: 'slot', name, restartLsn, retainedBytes } };
    });
  return all.find((one) => 'target' in one) ?? all[0] ?? { refusal: 'there is no replication slot', isGone: true };
}

export type SubscriptionReading = {
  readonly oid: number;
  readonly name: string;
  readonly isEnabled: boolean;
  /** A process applies it. */
  readonly isApplied: boolean;
  /** For so long already; null without a process, or where the role may not see it. */
  readonly appliedSeconds: number | null;
  readonly applyErrors: number;
  readonly isOwned: boolean;
};
export type SubscriptionTarget = Extract<RemedyTarget, { kind: 'subscription' }>;

/** A worker that meets the same error again is started every 5 s and ends at once: twice as long, and it has come further. */
const steadySeconds = 10;

/** Whether a subscription is applied, and not only begun again. */
export const isSteady = ({ isEnabled, isApplied, appliedSeconds }: SubscriptionReading): boolean =>
  isEnabled && isApplied && appliedSeconds !== null && appliedSeconds > steadySeconds;

/** An enabled subscription that nobody applies and that has failed before. One that somebody disabled is left alone. */
export function stuckSubscription(subscriptions: readonly SubscriptionReading[]): Sought<SubscriptionTarget> {
  const all = subscriptions.map((subscription): Sought<SubscriptionTarget> => {
    const { oid, name, isEnabled, isApplied, applyErrors, isOwned } = subscription;
    if (!isEnabled)
      return { refusal: `subscription '${name}' is disabled: somebody, or disable_on_error, has done that` };
    if (isApplied) return { refusal: `subscription '${name}' is applied`, isGone: true };
    if (applyErrors === 0) return { refusal: `subscription '${name}' has no worker, and no error is known` };
    if (!isOwned) return { refusal: `subscription '${name}' is another role's: only its owner may disable it` };
    return { target: { kind: 'subscription', oid, name, errors: applyErrors } };
  });
  return all.find((one) => 'target' in one) ?? all[0] ?? { refusal: 'there is no subscription' };
}

export type TableReading = {
  readonly oid: number;
  readonly name: string;
  readonly age: number;
  /** A vacuum of it runs. */
  readonly isVacuumed: boolean;
  readonly isAllowed: boolean;
};
export type TableTarget = Extract<RemedyTarget, { kind: 'table' }>;

/** The table whose transaction ids are oldest, whoever works on it: the next one would not help. */
export function oldestTable(tables: readonly TableReading[], { age }: { readonly age: number }): Sought<TableTarget> {
  const [oldest] = [...tables].sort((left, right) => right.age - left.age);
  if (oldest === undefined) return { refusal: 'there is no table' };
  const { oid, name } = oldest;
  if (oldest.age <= age) return { refusal: `table ${name} is ${oldest.age} ids old, more than ${age} are required` };
  if (oldest.isVacuumed) return { refusal: `table ${name} is vacuumed already` };
  if (!oldest.isAllowed)
    return { refusal: `table ${name} may not be vacuumed by the role: bootstrap the capability 'maintain'` };
  return { target: { kind: 'table', oid, name, age: oldest.age } };
}
