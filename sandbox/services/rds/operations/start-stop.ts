import { setTimeout } from 'node:timers/promises';
import type {
  RebootDBInstanceMessage,
  RebootDBInstanceResult,
  StartDBInstanceMessage,
  StartDBInstanceResult,
  StopDBInstanceMessage,
  StopDBInstanceResult,
} from '@aws-sdk/client-rds';
import type { CallContext } from '../../../wire/service.ts';
import { isParameterProblem } from '../engine/engine.ts';
import { breakInstance, inTurn, lasting } from '../engine/instance-work.ts';
import { parametersOf } from '../engine/running-parameters.ts';
import { instanceState, invalidCombination, refuseOthers } from '../model/errors.ts';
import { checkedIdentifier, required } from '../model/identifiers.ts';
import type { Instance } from '../model/model.ts';
import { instanceView, otherZone } from '../model/views.ts';
import type { Rds } from '../rds.ts';
import { checkNewSnapshot } from './snapshots.ts';
import { registerSnapshot, runSnapshot } from './take-snapshot.ts';

const longestStop = 7 * 24 * 60 * 60_000;

/** Real time: clients try on the clock of the wall, twice a second, and a scaled minute may lie between two tries. */
const seenByClients = 1_500;

/** Every restart takes the parameter group as it is then. */
export async function restart(rds: Rds, instance: Instance): Promise<void> {
  await inTurn(instance, async () => {
    await rds.engine.stop(instance);
    rds.events.instance(instance, 'RDS-EVENT-0004');
    await startServer(rds, instance);
    rds.events.instance(instance, 'RDS-EVENT-0006');
  });
}

async function startServer(rds: Rds, instance: Instance): Promise<void> {
  const group = rds.region(instance.region).parameterGroup(instance.parameterGroup);
  instance.runningParameters = parametersOf(rds.engine.catalog, group, instance.traits);
  await rds.engine.start(instance);
  instance.parameterStatus = 'in-sync';
}

export function rebootInstance(rds: Rds) {
  return (input: RebootDBInstanceMessage, { region }: CallContext): RebootDBInstanceResult => {
    const instance = chosen(rds, region, input.DBInstanceIdentifier);
    if (input.ForceFailover && !instance.multiAz) {
      throw invalidCombination('ForceFailover cannot be specified for a DB instance that is not Multi-AZ.');
    }
    if (!['available', 'incompatible-parameters'].includes(instance.status)) {
      throw instanceState(`Instance ${instance.identifier} is not in available state.`);
    }
    instance.status = 'rebooting';
    if (input.ForceFailover) {
      change(rds, instance, 'rebooting', 'available', rds.durations.reboot, (signal) =>
        failOver(rds, instance, signal),
      );
    } else {
      change(rds, instance, 'rebooting', 'available', rds.durations.reboot, () => restart(rds, instance));
    }
    return { DBInstance: view(rds, instance) };
  };
}

/** Every session is cut without a word; the standby recovers what had committed, behind the same endpoint. */
async function failOver(rds: Rds, instance: Instance, signal: AbortSignal): Promise<void> {
  rds.events.instance(instance, 'RDS-EVENT-0013');
  await inTurn(instance, async () => {
    await rds.engine.stop(instance, 'immediate');
    await Promise.all([
      rds.clock.wait(rds.durations.failover, signal),
      setTimeout(seenByClients, undefined, { signal }),
    ]);
    await startServer(rds, instance);
  });
  instance.availabilityZone = otherZone(instance.availabilityZone);
  rds.events.instance(instance, 'RDS-EVENT-0006');
  rds.events.instance(instance, 'RDS-EVENT-0049');
}

export function stopInstance(rds: Rds) {
  return (input: StopDBInstanceMessage, { region }: CallContext): StopDBInstanceResult => {
    refuseOthers(input, ['DBInstanceIdentifier', 'DBSnapshotIdentifier']);
    const instance = chosen(rds, region, input.DBInstanceIdentifier);
    const name =
      input.DBSnapshotIdentifier === undefined
        ? undefined
        : checkedIdentifier('DBSnapshotIdentifier', input.DBSnapshotIdentifier);
    if (name !== undefined) checkNewSnapshot(rds, region, name);
    if (instance.status !== 'available') {
      throw instanceState(`Instance ${instance.identifier} is not in available state.`);
    }
    if (instance.replication !== undefined || instance.replicas.size > 0) {
      const what = instance.replication === undefined ? 'has' : 'is';
      throw instanceState(`Cannot stop the DB instance ${instance.identifier}: it ${what} a read replica.`);
    }
    instance.status = 'stopping';
    const snapshot = name === undefined ? undefined : registerSnapshot(rds, instance, name, 'manual', []);
    rds.jobs.start(async (signal) => {
      if (snapshot !== undefined) await runSnapshot(rds, instance, snapshot, signal);
      await lasting(rds, rds.durations.stop, signal, () => inTurn(instance, () => rds.engine.stop(instance)));
      rds.events.instance(instance, 'RDS-EVENT-0087');
      if (instance.status !== 'stopping') return;
      instance.status = 'stopped';
      restartLater(rds, instance);
    });
    return { DBInstance: view(rds, instance) };
  };
}

/** An instance may be stopped for seven days; then RDS starts it, so that it does not miss maintenance. */
function restartLater(rds: Rds, instance: Instance): void {
  const at = new Date(rds.clock.now().getTime() + longestStop / rds.clock.speed);
  instance.restartsAt = at;
  rds.background.start(async (signal) => {
    await rds.clock.wait(longestStop, signal);
    // Another stop has another end.
    if (instance.restartsAt !== at || instance.status !== 'stopped') return;
    rds.events.instance(instance, 'RDS-EVENT-0154');
    startStopped(rds, instance);
  });
}

export function startInstance(rds: Rds) {
  return (input: StartDBInstanceMessage, { region }: CallContext): StartDBInstanceResult => {
    const instance = chosen(rds, region, input.DBInstanceIdentifier);
    if (instance.status !== 'stopped' && instance.status !== 'inaccessible-encryption-credentials-recoverable') {
      throw instanceState(
        `Instance ${instance.identifier} cannot be started as it is not in one of the following statuses: ` +
          `'stopped, inaccessible-encryption-credentials-recoverable'.`,
      );
    }
    startStopped(rds, instance);
    return { DBInstance: view(rds, instance) };
  };
}

function startStopped(rds: Rds, instance: Instance): void {
  instance.status = 'starting';
  instance.restartsAt = undefined;
  change(rds, instance, 'starting', 'available', rds.durations.start, async () => {
    await inTurn(instance, () => startServer(rds, instance));
    rds.events.instance(instance, 'RDS-EVENT-0088');
  });
}

function change(
  rds: Rds,
  instance: Instance,
  during: string,
  after: string,
  duration: number,
  work: (signal: AbortSignal) => Promise<void>,
): void {
  rds.jobs.start(
    async (signal) => {
      await lasting(rds, duration, signal, () => work(signal));
      if (instance.status === during) instance.status = after;
    },
    (error) => {
      return breakInstance(rds, instance, isParameterProblem(error) ? 'incompatible-parameters' : 'failed');
    },
  );
}

function chosen(rds: Rds, region: string, identifier: string | undefined): Instance {
  if (identifier === undefined) throw required('DBInstanceIdentifier');
  return rds.region(region).instance(identifier);
}

function view(rds: Rds, instance: Instance) {
  return instanceView(instance, rds.region(instance.region).subnetGroup(instance.subnetGroup));
}
