import type { DeleteDBInstanceMessage, DeleteDBInstanceResult } from '@aws-sdk/client-rds';
import type { CallContext } from '../../../wire/service.ts';
import { archive, removeBackups } from '../engine/automated-backups.ts';
import { failedStates, inTurn, lasting } from '../engine/instance-work.ts';
import { instanceState, invalidCombination, refuseOthers } from '../model/errors.ts';
import { checkedIdentifier, required } from '../model/identifiers.ts';
import type { Instance, Snapshot } from '../model/model.ts';
import { instanceView } from '../model/views.ts';
import type { Rds } from '../rds.ts';
import { leaveReplication, orphanReplicas } from './replication.ts';
import { checkNewSnapshot } from './snapshots.ts';
import { registerSnapshot, runSnapshot } from './take-snapshot.ts';

const emulated = ['DBInstanceIdentifier', 'SkipFinalSnapshot', 'FinalDBSnapshotIdentifier', 'DeleteAutomatedBackups'];

/** Deletion protection is checked before anything else can be lost. */
export function deleteInstance(rds: Rds) {
  return (input: DeleteDBInstanceMessage, { region }: CallContext): DeleteDBInstanceResult => {
    refuseOthers(input, emulated);
    if (input.DBInstanceIdentifier === undefined) throw required('DBInstanceIdentifier');
    const instance = rds.region(region).instance(input.DBInstanceIdentifier);
    checkState(instance);
    const finalName = finalSnapshotName(rds, instance, input);
    instance.status = 'deleting';
    const finalSnapshot =
      finalName === undefined ? undefined : registerSnapshot(rds, instance, finalName, 'manual', instance.tags);
    const backup = rds.region(region).automatedBackups.get(instance.resourceId);
    rds.jobs.start(
      async (signal) => {
        // What is retained can be restored to the instance's last moment.
        if (backup !== undefined && input.DeleteAutomatedBackups === false) await archive(rds, backup);
        await lasting(rds, rds.durations.delete, signal, () => takeDown(rds, instance, finalSnapshot, signal));
        if (backup === undefined || input.DeleteAutomatedBackups !== false) await removeBackups(rds, instance);
        else backup.isRetained = true;
        orphanReplicas(rds, instance);
        rds.region(region).instances.delete(instance.identifier);
        rds.events.instance(instance, 'RDS-EVENT-0003');
      },
      () => {
        instance.status = 'failed';
      },
    );
    return { DBInstance: instanceView(instance, rds.region(region).subnetGroup(instance.subnetGroup)) };
  };
}

function checkState(instance: Instance): void {
  if (instance.deletionProtection) {
    throw invalidCombination('Cannot delete protected DB Instance, please disable deletion protection and try again.');
  }
  if (instance.status === 'deleting') {
    throw instanceState(`Instance ${instance.identifier} is already being deleted.`);
  }
  if (instance.status === 'creating') {
    throw instanceState(`Instance ${instance.identifier} is currently creating - please try again later`);
  }
}

function finalSnapshotName(rds: Rds, instance: Instance, input: DeleteDBInstanceMessage): string | undefined {
  const { SkipFinalSnapshot: skip = false, FinalDBSnapshotIdentifier: name } = input;
  if (skip && name !== undefined) {
    throw invalidCombination('FinalDBSnapshotIdentifier can not be specified when deleting with SkipFinalSnapshot.');
  }
  if (skip) return undefined;
  if (name === undefined) {
    throw invalidCombination('FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.');
  }
  if (instance.replication !== undefined) {
    throw invalidCombination('FinalDBSnapshotIdentifier can not be specified when deleting a read replica.');
  }
  const identifier = checkedIdentifier('FinalDBSnapshotIdentifier', name);
  if ((failedStates as readonly string[]).includes(instance.status) || instance.status === 'stopped') {
    throw instanceState(
      `Cannot take a final snapshot of instance ${instance.identifier} in the state ${instance.status}: specify SkipFinalSnapshot.`,
    );
  }
  checkNewSnapshot(rds, instance.region, identifier);
  return identifier;
}

async function takeDown(rds: Rds, instance: Instance, last: Snapshot | undefined, signal: AbortSignal): Promise<void> {
  if (last !== undefined) await runSnapshot(rds, instance, last, signal);
  await inTurn(instance, async () => {
    // In an orderly stop the replicas get the last of the log.
    await rds.engine.stop(instance, instance.replicas.size > 0 ? 'fast' : 'immediate');
    leaveReplication(rds, instance);
    await rds.engine.remove(instance.directory);
  });
}
