import type {
  RestoreDBInstanceFromDBSnapshotMessage,
  RestoreDBInstanceFromDBSnapshotResult,
} from '@aws-sdk/client-rds';
import type { CallContext } from '../../../wire/service.ts';
import { instanceClass } from '../catalogue/instance-classes.ts';
import { bringUp } from '../engine/bring-up.ts';
import { invalidCombination, invalidValue, refuseOthers, snapshotState } from '../model/errors.ts';
import { checkedIdentifier, required } from '../model/identifiers.ts';
import type { InstanceTraits } from '../model/model.ts';
import { instanceView } from '../model/views.ts';
import type { Rds } from '../rds.ts';
import { checkedRetention } from './create-instance.ts';
import { checkRoom, registerInstance, restoreMembers } from './new-instance.ts';
import { mergeTags } from './take-snapshot.ts';

const emulated = ['DBInstanceIdentifier', 'DBSnapshotIdentifier', ...restoreMembers];

/** A new instance with the snapshot's data, roles and passwords, and with defaults for everything around them. */
export function restoreInstance(rds: Rds) {
  return (
    input: RestoreDBInstanceFromDBSnapshotMessage,
    { region }: CallContext,
  ): RestoreDBInstanceFromDBSnapshotResult => {
    refuseOthers(input, emulated);
    const identifier = checkedIdentifier('DBInstanceIdentifier', input.DBInstanceIdentifier);
    if (input.DBSnapshotIdentifier === undefined) throw required('DBSnapshotIdentifier');
    const snapshot = rds.region(region).snapshot(input.DBSnapshotIdentifier);
    if (snapshot.status !== 'available') {
      throw snapshotState(`DB Snapshot ${snapshot.identifier} is not in the available state: ${snapshot.status}`);
    }
    if (input.Engine !== undefined && input.Engine !== 'postgres')
      throw invalidValue(`Invalid DB engine: ${input.Engine}`);
    checkRoom(rds, region, identifier);
    // New tags replace the tags of the source; they are not added to them.
    const tags = mergeTags(input.Tags !== undefined && input.Tags.length > 0 ? input.Tags : snapshot.instanceTags);
    const instance = registerInstance(rds, region, identifier, restoredTraits(snapshot.traits, input), input, tags);
    instance.backupWindow = input.PreferredBackupWindow ?? instance.backupWindow;
    bringUp(rds, instance, {
      duration: rds.durations.restore,
      reads: [snapshot],
      build: (signal) => rds.engine.restore(instance, snapshot.directory, signal),
      done: () => rds.events.instance(instance, 'RDS-EVENT-0043', snapshot.identifier),
    });
    return { DBInstance: instanceView(instance, rds.region(region).subnetGroup(instance.subnetGroup)) };
  };
}

type TraitsInput = Pick<
  RestoreDBInstanceFromDBSnapshotMessage,
  | 'AllocatedStorage'
  | 'DBInstanceClass'
  | 'StorageType'
  | 'BackupRetentionPeriod'
  | 'EnableIAMDatabaseAuthentication'
  | 'Port'
>;

/** What a restore may change; it keeps the rest. */
export function restoredTraits(traits: InstanceTraits, input: TraitsInput): InstanceTraits {
  const allocatedStorage = input.AllocatedStorage ?? traits.allocatedStorage;
  if (allocatedStorage < traits.allocatedStorage) {
    throw invalidCombination(
      `Requested storage size ${allocatedStorage} cannot be lower than the storage size of the snapshot ${traits.allocatedStorage}`,
    );
  }
  const instanceClassName = input.DBInstanceClass ?? traits.instanceClass;
  instanceClass(instanceClassName);
  return {
    ...traits,
    allocatedStorage,
    instanceClass: instanceClassName,
    storageType: input.StorageType ?? traits.storageType,
    backupRetentionPeriod: checkedRetention(input.BackupRetentionPeriod ?? traits.backupRetentionPeriod),
    iamAuthentication: input.EnableIAMDatabaseAuthentication ?? traits.iamAuthentication,
    declaredPort: input.Port ?? traits.declaredPort,
  };
}
