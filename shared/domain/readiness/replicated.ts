import type { ReadinessReason } from '../../contracts/dr-readiness/dr-readiness.ts';
import { type Pair, publicationOf, reason, subscriptionOf } from './finding.ts';

/** Less of the room that a slot may keep. */
const leastRoom = 0.2;

/** How the change log gets from the primary to the standby: slot, subscription, worker, beat. */
export function* replicationFaults(pair: Pair): Iterable<ReadinessReason> {
  const { standby, rule } = pair;
  const subscription = subscriptionOf(pair);
  if (subscription === undefined) {
    yield reason(
      'subscription-missing',
      'no-go',
      rule.subscription,
      'the standby has no such subscription',
      'Run dr-setup on the standby, or CREATE SUBSCRIPTION.',
    );
    return;
  }
  if (!subscription.publications.includes(rule.publication)) {
    yield reason(
      'subscription-elsewhere',
      'no-go',
      subscription.name,
      `subscribes to ${subscription.publications.join(', ')} and not to ${rule.publication}`,
      `ALTER SUBSCRIPTION ${subscription.name} SET PUBLICATION ${rule.publication}.`,
    );
  }
  if (!subscription.isEnabled) {
    yield reason(
      'subscription-disabled',
      'no-go',
      subscription.name,
      'is disabled: a conflict with disable_on_error, or a person',
      'Read the log of the standby for the conflict, mend the row, then ALTER SUBSCRIPTION … ENABLE.',
    );
  } else if (!subscription.hasWorker) {
    yield reason(
      'worker-missing',
      'no-go',
      subscription.name,
      'is enabled and has no worker: it cannot connect, or fails again and again',
      'Read the log of the standby; compare host, secret and max_logical_replication_workers.',
    );
  }
  if (subscription.errors > 0) {
    yield reason(
      'worker-errors',
      'no-go',
      subscription.name,
      `failed ${subscription.errors} times to apply or to copy: a conflict is tried again for ever`,
      'Read the log of the standby, mend the row or skip the transaction, then pg_stat_reset_subscription_stats().',
    );
  }
  for (const table of subscription.notReady) {
    yield reason(
      'table-not-synchronised',
      'no-go',
      table,
      'its first copy has not ended',
      'Wait for it; when it stands still, the log of the standby says why.',
    );
  }
  const known = new Set([...subscription.tables, ...subscription.notReady]);
  for (const table of publicationOf(pair)?.tables ?? []) {
    if (known.has(table)) continue;
    yield reason(
      'table-not-subscribed',
      'loss',
      table,
      'is published, and the subscription does not know it',
      `ALTER SUBSCRIPTION ${subscription.name} REFRESH PUBLICATION.`,
    );
  }
  yield* slotFaults(pair, subscription.slot);
  if (standby.beatAt === null) {
    yield reason(
      'heartbeat-missing',
      'no-go',
      'gameday.heartbeat',
      'no beat has come to the standby',
      'Is collect-health running, and gameday.heartbeat published?',
    );
  } else if (lagSeconds(pair) > rule.mostLagSeconds) {
    yield reason(
      'standby-behind',
      'loss',
      subscription.name,
      `the newest beat is ${Math.round(lagSeconds(pair))} s old, at most ${rule.mostLagSeconds} s are allowed`,
      'Look for a long transaction on the primary, a lock or a slow statement on the standby, and its load.',
    );
  }
}

/** By the clock of the standby; what the newest beat that came does not hold may be lost. */
export const lagSeconds = ({ standby }: Pair) =>
  standby.beatAt === null ? Infinity : (standby.now - standby.beatAt) / 1000;

function* slotFaults({ primary }: Pair, name: string | null): Iterable<ReadinessReason> {
  const slot = primary.slots.find((one) => one.name === name);
  if (slot === undefined) {
    yield reason(
      'slot-missing',
      'no-go',
      name ?? 'none',
      'the primary has no such slot: what was written since it was dropped is lost for the standby',
      'Set the standby up anew: dr-setup makes slot and first copy.',
    );
    return;
  }
  if (slot.walStatus === 'lost') {
    yield reason(
      'slot-lost',
      'no-go',
      slot.name,
      'kept more than max_slot_wal_keep_size and is lost',
      'Set the standby up anew with a larger max_slot_wal_keep_size.',
    );
    return;
  }
  if (!slot.isActive) {
    yield reason(
      'slot-inactive',
      'no-go',
      slot.name,
      'nobody reads it, and it keeps the log of the primary',
      'Look why the subscription has no worker.',
    );
  }
  const room = slot.safeBytes === null ? 1 : slot.safeBytes / Math.max(1, slot.safeBytes + slot.retainedBytes);
  if (slot.walStatus === 'unreserved' || room < leastRoom) {
    yield reason(
      'slot-near-limit',
      'loss',
      slot.name,
      `keeps ${slot.retainedBytes} bytes and may keep ${slot.safeBytes ?? 0} more before it is lost`,
      'Raise max_slot_wal_keep_size, and look what holds the standby back.',
    );
  }
}
