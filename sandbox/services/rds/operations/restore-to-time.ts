import type { RestoreDBInstanceToPointInTimeMessage, RestoreDBInstanceToPointInTimeResult } from '@aws-sdk/client-rds';
import { AwsError } from '../../../wire/aws-error.ts';
import type { CallContext } from '../../../wire/service.ts';
import { contentOf, wholeSecond } from '../engine/automated-backups.ts';
import { bringUp } from '../engine/bring-up.ts';
import { isReplicated } from '../engine/replicated-backups.ts';
import { instanceNotFound, invalidCombination, invalidRestore, refuseOthers } from '../model/errors.ts';
import { checkedIdentifier } from '../model/identifiers.ts';
import type { AutomatedBackup, BackupBase, Snapshot } from '../model/model.ts';
import { instanceView } from '../model/views.ts';
import type { Rds } from '../rds.ts';
import { checkRoom, registerInstance, restoreMembers } from './new-instance.ts';
import { restoredTraits } from './restore-instance.ts';
import { backupByArn, encryptionOf } from './retained-backups.ts';
import { mergeTags } from './take-snapshot.ts';

const emulated = [
  'SourceDBInstanceIdentifier',
  'SourceDbiResourceId',
  'SourceDBInstanceAutomatedBackupsArn',
  'TargetDBInstanceIdentifier',
  'RestoreTime',
  'UseLatestRestorableTime',
  ...restoreMembers,
];

/** A new instance with what had committed at a moment, and with defaults around it as after any restore. */
export function restoreToPointInTime(rds: Rds) {
  return (
    input: RestoreDBInstanceToPointInTimeMessage,
    { region }: CallContext,
  ): RestoreDBInstanceToPointInTimeResult => {
    refuseOthers(input, emulated);
    const identifier = checkedIdentifier('TargetDBInstanceIdentifier', input.TargetDBInstanceIdentifier);
    const backup = chosenBackup(rds, region, input);
    const { source, replica } = backup;
    const content = contentOf(rds, backup);
    const target = restoreTime(source.identifier, content, input);
    const base = lastBefore(content.bases, target);
    const traits = { ...source.traits, ...(replica === undefined ? {} : encryptionOf(replica.kmsKeyId)) };
    checkRoom(rds, region, identifier);
    const tags = mergeTags(input.Tags !== undefined && input.Tags.length > 0 ? input.Tags : source.tags);
    const instance = registerInstance(rds, region, identifier, restoredTraits(traits, input), input, tags);
    instance.backupWindow = input.PreferredBackupWindow ?? instance.backupWindow;
    const from = { snapshotDirectory: base.directory, archive: content.archive, target };
    bringUp(rds, instance, {
      duration: rds.durations.restore,
      reads: 'readers' in base ? [backup, base as Snapshot] : [backup],
      build: (signal) => rds.engine.restoreToTime(instance, from, signal),
      done: () => rds.events.instance(instance, 'RDS-EVENT-0019', source.identifier, identifier),
    });
    return { DBInstance: instanceView(instance, rds.region(region).subnetGroup(instance.subnetGroup)) };
  };
}

function chosenBackup(rds: Rds, region: string, input: RestoreDBInstanceToPointInTimeMessage): AutomatedBackup {
  const { SourceDBInstanceIdentifier: name, SourceDbiResourceId: id, SourceDBInstanceAutomatedBackupsArn: arn } = input;
  if ([name, id, arn].filter((given) => given !== undefined).length !== 1) {
    throw invalidCombination('Exactly one source of the restore must be specified.');
  }
  const state = rds.region(region);
  if (arn !== undefined) return backupByArn(rds, region, arn);
  const resourceId = id ?? state.instance(name ?? '').resourceId;
  const backup = state.automatedBackups.get(resourceId);
  // A replicated backup is named by its ARN.
  if (backup !== undefined && !isReplicated(backup)) return backup;
  if (![...state.instances.values()].some((instance) => instance.resourceId === resourceId)) {
    throw instanceNotFound(resourceId);
  }
  throw new AwsError(
    'PointInTimeRestoreNotEnabledFault',
    `Automated backups are not enabled for the DB instance ${name ?? id}: its BackupRetentionPeriod is 0.`,
  );
}

function restoreTime(
  identifier: string,
  { earliest: from, latest: to }: ReturnType<typeof contentOf>,
  input: RestoreDBInstanceToPointInTimeMessage,
): Date {
  const { RestoreTime: wanted, UseLatestRestorableTime: latest = false } = input;
  if (latest === (wanted !== undefined)) {
    throw invalidCombination('Either RestoreTime or UseLatestRestorableTime must be specified, and not both.');
  }
  if (from === undefined || to === undefined) {
    throw invalidRestore(`The DB instance ${identifier} has no restorable time yet.`);
  }
  const target = wholeSecond(wanted ?? to);
  if (target < from || target > to) {
    throw invalidRestore(
      `The specified instance cannot be restored to a time earlier than ${from.toISOString()} or later than ${to.toISOString()}`,
    );
  }
  return target;
}

/** The less log there is behind a backup, the shorter is the recovery. */
function lastBefore(bases: readonly BackupBase[], target: Date): BackupBase {
  const found = bases.findLast(({ instant }) => instant !== undefined && instant.notAfter <= target);
  if (found === undefined) throw invalidRestore(`There is no backup before ${target.toISOString()}.`);
  return found;
}
