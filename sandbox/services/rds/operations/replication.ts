import type { PromoteReadReplicaMessage, PromoteReadReplicaResult } from '@aws-sdk/client-rds';
import type { CallContext } from '../../../wire/service.ts';
import { beginBackups } from '../engine/automated-backups.ts';
import { isParameterProblem } from '../engine/engine.ts';
import { breakInstance, inTurn, lasting } from '../engine/instance-work.ts';
import { instanceState, refuseOthers } from '../model/errors.ts';
import { required } from '../model/identifiers.ts';
import type { Instance } from '../model/model.ts';
import { instanceView } from '../model/views.ts';
import type { Rds } from '../rds.ts';
import { checkedRetention } from './create-instance.ts';
import { restart } from './start-stop.ts';

/** Without other words RDS keeps the backups of a promoted instance for a day. */
const defaultRetention = 1;

/** Makes a read replica an instance of its own. There is no way back. */
export function promoteReplica(rds: Rds) {
  return (input: PromoteReadReplicaMessage, { region }: CallContext): PromoteReadReplicaResult => {
    refuseOthers(input, ['DBInstanceIdentifier', 'BackupRetentionPeriod', 'PreferredBackupWindow']);
    if (input.DBInstanceIdentifier === undefined) throw required('DBInstanceIdentifier');
    const instance = rds.region(region).instance(input.DBInstanceIdentifier);
    const retention = checkedRetention(input.BackupRetentionPeriod ?? defaultRetention);
    if (instance.replication === undefined) {
      throw instanceState(`DB Instance ${instance.identifier} is not a read replica.`);
    }
    if (instance.status !== 'available') {
      throw instanceState(`Instance ${instance.identifier} is not in available state: ${instance.status}.`);
    }
    instance.backupWindow = input.PreferredBackupWindow ?? instance.backupWindow;
    promote(rds, instance, retention);
    return { DBInstance: instanceView(instance, rds.region(region).subnetGroup(instance.subnetGroup)) };
  };
}

function promote(rds: Rds, instance: Instance, retention: number): void {
  instance.status = 'modifying';
  rds.jobs.start(
    async (signal) => {
      await lasting(rds, rds.durations.promote, signal, async () => {
        await inTurn(instance, () => rds.engine.promote(instance));
        leaveReplication(rds, instance);
        instance.status = 'rebooting';
        instance.traits.backupRetentionPeriod = retention;
        await restart(rds, instance);
      });
      if (retention > 0) await beginBackups(rds, instance, signal);
      if (['rebooting', 'backing-up'].includes(instance.status)) instance.status = 'available';
    },
    (error) => breakInstance(rds, instance, isParameterProblem(error) ? 'incompatible-parameters' : 'failed'),
  );
}

/** The source keeps no more log for a replica that is promoted or deleted. Nothing waits for a source that may be lost. */
export function leaveReplication(rds: Rds, instance: Instance): void {
  const { replication } = instance;
  if (replication === undefined) return;
  instance.replication = undefined;
  replication.source.replicas.delete(instance);
  rds.background.start(() => rds.engine.forgetReplica(replication));
}

/** A deleted source leaves replicas of its region as instances of their own, and those elsewhere without replication. */
export function orphanReplicas(rds: Rds, source: Instance): void {
  for (const replica of source.replicas) {
    if (replica.replication === undefined) continue;
    replica.replication.isTerminated = true;
    rds.events.instance(replica, 'RDS-EVENT-0057');
    if (replica.region === source.region && replica.status === 'available') promote(rds, replica, 0);
    else if (replica.server !== undefined) rds.jobs.start(() => inTurn(replica, () => rds.engine.reload(replica)));
  }
  source.replicas.clear();
}
