import type { ModifyDBInstanceMessage, ModifyDBInstanceResult, PendingModifiedValues } from '@aws-sdk/client-rds';
import type { CallContext } from '../../wire/service.ts';
import { checkedRetention } from './create-instance.ts';
import { instanceState, invalidCombination, refuseOthers } from './errors.ts';
import { checkedPassword, required } from './identifiers.ts';
import { instanceClass } from './instance-classes.ts';
import { inTurn, lasting } from './instance-work.ts';
import type { Instance, Rds } from './model.ts';
import { restart } from './power.ts';
import { instanceView } from './views.ts';

const emulated = [
  'DBInstanceIdentifier',
  'ApplyImmediately',
  'MasterUserPassword',
  'DBParameterGroupName',
  'VpcSecurityGroupIds',
  'DeletionProtection',
  'CopyTagsToSnapshot',
  'AutoMinorVersionUpgrade',
  'PubliclyAccessible',
  'PreferredBackupWindow',
  'PreferredMaintenanceWindow',
  'CACertificateIdentifier',
  'EnableIAMDatabaseAuthentication',
  'BackupRetentionPeriod',
  'DBInstanceClass',
  'AllocatedStorage',
  'MultiAZ',
];

/** Some changes happen at once; the others wait in PendingModifiedValues unless ApplyImmediately is given. */
export function modifyInstance(rds: Rds) {
  return (input: ModifyDBInstanceMessage, { region }: CallContext): ModifyDBInstanceResult => {
    refuseOthers(input, emulated);
    if (input.DBInstanceIdentifier === undefined) throw required('DBInstanceIdentifier');
    const state = rds.region(region);
    const instance = state.instance(input.DBInstanceIdentifier);
    const password = input.MasterUserPassword === undefined ? undefined : checkedPassword(input.MasterUserPassword);
    const group =
      input.DBParameterGroupName === undefined ? undefined : state.parameterGroup(input.DBParameterGroupName);
    if (group !== undefined && group.family !== rds.engine.catalog.family) {
      throw invalidCombination(`The parameter group ${group.name} is not of the family ${rds.engine.catalog.family}.`);
    }
    const deferred = deferredChanges(instance, input);
    if (instance.status !== 'available') throw instanceState('Database instance is not in available state.');

    applyAtOnce(instance, input);
    instance.pending = {
      ...instance.pending,
      ...deferred,
      ...(password === undefined ? {} : { MasterUserPassword: '****' }),
    };
    if (group !== undefined && group.name !== instance.parameterGroup) {
      instance.parameterGroup = group.name;
      instance.parameterStatus = 'applying';
      // A group takes effect as a whole, when the server starts.
      rds.jobs.start(async (signal) => {
        await rds.clock.wait(rds.durations.applyParameters, signal);
        if (instance.parameterStatus === 'applying') instance.parameterStatus = 'pending-reboot';
      });
    }
    const view = instanceView(instance, state.subnetGroup(instance.subnetGroup));
    if (password !== undefined) startPasswordChange(rds, instance, password, input.ApplyImmediately ?? false);
    else if (input.ApplyImmediately) applyPending(rds, instance);
    return { DBInstance: view };
  };
}

function applyAtOnce(instance: Instance, input: ModifyDBInstanceMessage): void {
  instance.deletionProtection = input.DeletionProtection ?? instance.deletionProtection;
  instance.copyTagsToSnapshot = input.CopyTagsToSnapshot ?? instance.copyTagsToSnapshot;
  instance.autoMinorVersionUpgrade = input.AutoMinorVersionUpgrade ?? instance.autoMinorVersionUpgrade;
  instance.publiclyAccessible = input.PubliclyAccessible ?? instance.publiclyAccessible;
  instance.backupWindow = input.PreferredBackupWindow ?? instance.backupWindow;
  instance.maintenanceWindow = input.PreferredMaintenanceWindow ?? instance.maintenanceWindow;
  instance.caCertificate = input.CACertificateIdentifier ?? instance.caCertificate;
  instance.traits.iamAuthentication = input.EnableIAMDatabaseAuthentication ?? instance.traits.iamAuthentication;
  if (input.VpcSecurityGroupIds !== undefined) instance.securityGroups = [...input.VpcSecurityGroupIds];
}

function deferredChanges({ traits, multiAz }: Instance, input: ModifyDBInstanceMessage): PendingModifiedValues {
  const { DBInstanceClass, AllocatedStorage, MultiAZ, BackupRetentionPeriod } = input;
  if (DBInstanceClass !== undefined) instanceClass(DBInstanceClass);
  if (BackupRetentionPeriod !== undefined) checkedRetention(BackupRetentionPeriod);
  if (AllocatedStorage !== undefined && AllocatedStorage < traits.allocatedStorage) {
    throw invalidCombination(
      `Requested storage size (${AllocatedStorage}) cannot be lower than the current storage size (${traits.allocatedStorage}).`,
    );
  }
  return {
    ...(DBInstanceClass === undefined || DBInstanceClass === traits.instanceClass ? {} : { DBInstanceClass }),
    ...(AllocatedStorage === undefined || AllocatedStorage === traits.allocatedStorage ? {} : { AllocatedStorage }),
    ...(MultiAZ === undefined || MultiAZ === multiAz ? {} : { MultiAZ }),
    ...(BackupRetentionPeriod === undefined || BackupRetentionPeriod === traits.backupRetentionPeriod
      ? {}
      : { BackupRetentionPeriod }),
  };
}

/** A password never waits for the maintenance window. */
function startPasswordChange(rds: Rds, instance: Instance, password: string, applyRest: boolean): void {
  instance.status = 'resetting-master-credentials';
  rds.jobs.start(async (signal) => {
    try {
      await lasting(rds, rds.durations.modify, signal, () =>
        inTurn(instance, () => rds.engine.setMasterPassword(instance, password)),
      );
      const { MasterUserPassword: _, ...rest } = instance.pending;
      instance.pending = rest;
      rds.events.instance(instance, ['configuration change'], 'Reset master credentials');
    } finally {
      if (instance.status === 'resetting-master-credentials') instance.status = 'available';
    }
    if (applyRest) applyPending(rds, instance);
  });
}

/** What ApplyImmediately does at once and the maintenance window later. A new class needs a restart. */
export function applyPending(rds: Rds, instance: Instance): void {
  const { MasterUserPassword: _, ...pending } = instance.pending;
  if (Object.keys(pending).length === 0 || instance.status !== 'available') return;
  instance.status = 'modifying';
  rds.jobs.start(async (signal) => {
    await lasting(rds, rds.durations.modify, signal, async () => {
      const { traits } = instance;
      traits.allocatedStorage = pending.AllocatedStorage ?? traits.allocatedStorage;
      traits.backupRetentionPeriod = pending.BackupRetentionPeriod ?? traits.backupRetentionPeriod;
      instance.multiAz = pending.MultiAZ ?? instance.multiAz;
      if (pending.DBInstanceClass !== undefined) {
        traits.instanceClass = pending.DBInstanceClass;
        await restart(rds, instance);
      }
    });
    instance.pending = {};
    rds.events.instance(instance, ['configuration change'], 'Finished applying modification to the DB instance');
    if (instance.status === 'modifying') instance.status = 'available';
  });
}
