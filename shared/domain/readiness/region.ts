import type { ReadinessReason, SideFacts } from '../../contracts/dr-readiness/dr-readiness.ts';
import { type ReadinessRule, reason, type Sides } from './finding.ts';
import { isReplicaUsable, replicaFaults } from './physical.ts';

const sizes = ['micro', 'small', 'medium', 'large', 'xlarge'];

/** Comparable within all classes: xlarge times its factor. */
export function sizeOf(instanceClass: string): number {
  const size = instanceClass.split('.')[2] ?? '';
  const [, factor = '', name = ''] = /^(\d*)(.*)$/.exec(size) ?? [];
  return 2 ** sizes.indexOf(name) * (factor === '' ? 1 : Number(factor));
}

/** What RDS holds in the second region: the standby, and the backups that serve where there is none. */
export function* regionFaults(
  { primary, standby }: Sides,
  rule: ReadinessRule,
  now: number,
): Iterable<ReadinessReason> {
  for (const [name, side] of [['primary', primary] as const, ['standby', standby] as const]) {
    if (side === undefined) {
      yield reason(
        'facts-missing',
        'no-go',
        name,
        'nothing was collected of this side',
        'Look at the last executions of dr-readiness in its region.',
      );
      continue;
    }
    const age = (now - Date.parse(side.collectedAt)) / 1000;
    if (age > rule.mostFactsSeconds) {
      yield reason(
        'facts-old',
        'no-go',
        name,
        `what is known of it is ${Math.round(age / 60)} minutes old`,
        'Does dr-readiness run in its region?',
      );
    }
    if (side.facts === null && (side.side === 'primary' || rule.hasStandby)) {
      yield reason('database-silent', 'no-go', name, side.failure ?? 'did not answer', 'Mend what the message names.');
    }
  }
  if (standby === undefined) return;
  if (rule.hasStandby) yield* instanceFaults(primary, standby);
  yield* replicaFaults(standby, rule);
  const ofBackups = rule.hasStandby || isReplicaUsable(standby) ? 'note' : 'loss';
  if (standby.snapshotSeconds === null || standby.snapshotSeconds > rule.mostSnapshotSeconds) {
    yield reason(
      'snapshot-old',
      ofBackups,
      standby.region,
      standby.snapshotSeconds === null
        ? 'has no verified snapshot'
        : `the newest verified snapshot is ${Math.round(standby.snapshotSeconds / 3600)} hours old`,
      'Look at nightly-backup: was it verified, and was it copied?',
    );
  }
  if (standby.restorableSeconds === null) {
    yield reason(
      'backups-not-replicated',
      ofBackups,
      standby.region,
      'holds no automated backups of the primary',
      'aws rds start-db-instance-automated-backups-replication; it stops when its key is disabled.',
    );
  } else if (standby.restorableSeconds > rule.mostRestorableSeconds) {
    yield reason(
      'backups-behind',
      ofBackups,
      standby.region,
      `its automated backups end ${Math.round(standby.restorableSeconds / 60)} minutes ago`,
      'Has the replication stopped? Read the events of the instance and the state of the key.',
    );
  }
  if (standby.keyState !== null && standby.keyState !== 'Enabled') {
    yield reason(
      'key-disabled',
      'no-go',
      standby.region,
      `the key of the copies is '${standby.keyState}'`,
      'Enable it, or cancel its deletion.',
    );
  }
}

function* instanceFaults(primary: SideFacts | undefined, standby: SideFacts): Iterable<ReadinessReason> {
  const [ours, theirs] = [primary?.instance, standby.instance];
  if (theirs === null || theirs === undefined) {
    yield reason(
      'standby-missing',
      'no-go',
      standby.region,
      'has no instance of that name',
      'Create it, or correct standby.instance in operations.yml.',
    );
    return;
  }
  if (theirs.status !== 'available') {
    yield reason('standby-not-available', 'no-go', theirs.id, `is '${theirs.status}'`, 'Wait, or start it.');
  }
  if (theirs.waitsForReboot) {
    yield reason(
      'standby-waits-for-reboot',
      'note',
      theirs.id,
      'has parameters that wait for a reboot',
      'Reboot it before it serves.',
    );
  }
  if (ours === null || ours === undefined) return;
  if (sizeOf(theirs.instanceClass) < sizeOf(ours.instanceClass)) {
    yield reason(
      'standby-smaller',
      'note',
      theirs.id,
      `is ${theirs.instanceClass}, the primary ${ours.instanceClass}`,
      'Give it the class of the primary, or plan to after the promotion.',
    );
  }
  if (theirs.storageGb < ours.storageGb) {
    yield reason(
      'standby-storage',
      'no-go',
      theirs.id,
      `has ${theirs.storageGb} GB, the primary ${ours.storageGb}`,
      'Grow it: storage cannot shrink afterwards.',
    );
  }
}
