import type { ModifyDBInstanceMessage, ModifyDBInstanceResult, PendingModifiedValues } from '@aws-sdk/client-rds';
import { AwsError } from '../../../wire/aws-error.ts';
import type { CallContext } from '../../../wire/service.ts';
import { instanceClass } from '../catalogue/instance-classes.ts';
import { beginBackups, removeBackups } from '../engine/automated-backups.ts';
import { isParameterProblem } from '../engine/engine.ts';
import { breakInstance, inTurn, lasting } from '../engine/instance-work.ts';
import { instanceState, invalidCombination, refuseOthers } from '../model/errors.ts';
import { checkedPassword, required } from '../model/identifiers.ts';
import { changedLogExports, checkedMonitoring } from '../model/instance-members.ts';
import type { Instance } from '../model/model.ts';
import { instanceView } from '../model/views.ts';
import type { Rds } from '../rds.ts';
import { checkedRetention } from './create-instance.ts';
import { rename, wantedName } from './rename-instance.ts';
import { restart } from './start-stop.ts';

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
  'CloudwatchLogsExportConfiguration',
  'MonitoringInterval',
  'MonitoringRoleArn',
  'BackupRetentionPeriod',
  'DBInstanceClass',
  'AllocatedStorage',
  'MultiAZ',
  'EngineVersion',
  'AllowMajorVersionUpgrade',
  'NewDBInstanceIdentifier',
];

const leastGrowth = 1.1;

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
    if (instance.replication !== undefined && (password !== undefined || (input.BackupRetentionPeriod ?? 0) > 0)) {
      throw new AwsError('NotImplemented', 'the sandbox does not emulate passwords and backups of read replicas');
    }
    checkVersion(instance, input.EngineVersion);
    const deferred = deferredChanges(instance, input);
    const logExports = changedLogExports(instance.logExports, input.CloudwatchLogsExportConfiguration);
    const { MonitoringInterval: seconds, MonitoringRoleArn: roleArn } = input;
    const monitoring =
      seconds === undefined && roleArn === undefined
        ? instance.monitoring
        : checkedMonitoring(seconds ?? instance.monitoring.seconds, roleArn ?? instance.monitoring.roleArn);
    const name = wantedName(rds, instance, input);
    if (instance.status !== 'available') throw instanceState('Database instance is not in available state.');

    applyAtOnce(instance, input);
    Object.assign(instance, { logExports, monitoring });
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
    else if (name !== undefined) rename(rds, instance, name);
    else if (input.ApplyImmediately) applyPending(rds, instance);
    return { DBInstance: view };
  };
}

/** There is one server of each major, and so nothing to upgrade to: ValidUpgradeTarget is empty. */
function checkVersion({ traits }: Instance, wanted: string | undefined): void {
  if (wanted === undefined || wanted === traits.engineVersion) return;
  throw invalidCombination(
    `Cannot upgrade postgres from ${traits.engineVersion} to ${wanted}. Valid upgrade targets: none.`,
  );
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
  if (AllocatedStorage !== undefined && AllocatedStorage > traits.allocatedStorage) {
    const least = Math.ceil(traits.allocatedStorage * leastGrowth);
    if (AllocatedStorage < least) {
      throw invalidCombination(
        `Requested storage size (${AllocatedStorage}) must be at least 10 percent greater than the current storage size (${traits.allocatedStorage}).`,
      );
    }
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
      rds.events.instance(instance, 'RDS-EVENT-0016');
    } finally {
      if (instance.status === 'resetting-master-credentials') instance.status = 'available';
    }
    if (applyRest) applyPending(rds, instance);
  });
}

/** What ApplyImmediately does at once and the maintenance window later. */
export function applyPending(rds: Rds, instance: Instance): void {
  const { MasterUserPassword: _, ...pending } = instance.pending;
  if (Object.keys(pending).length === 0 || instance.status !== 'available') return;
  instance.status = 'modifying';
  rds.jobs.start(
    async (signal) => {
      await lasting(rds, rds.durations.modify, signal, () => apply(rds, instance, pending));
      instance.pending = {};
      const hadBackups = rds.region(instance.region).automatedBackups.has(instance.resourceId);
      const hasBackups = instance.traits.backupRetentionPeriod > 0;
      if (hasBackups && !hadBackups) await beginBackups(rds, instance, signal);
      if (!hasBackups && hadBackups) await removeBackups(rds, instance);
      if (['modifying', 'backing-up'].includes(instance.status)) instance.status = 'available';
    },
    (error) => breakInstance(rds, instance, isParameterProblem(error) ? 'incompatible-parameters' : 'failed'),
  );
}

/** A new class needs a restart, and so do the first and the last automated backup, which begin and end the archiving. */
async function apply(rds: Rds, instance: Instance, pending: PendingModifiedValues): Promise<void> {
  const { traits } = instance;
  const { AllocatedStorage, BackupRetentionPeriod, DBInstanceClass, MultiAZ } = pending;
  const archived = traits.backupRetentionPeriod > 0;
  traits.backupRetentionPeriod = BackupRetentionPeriod ?? traits.backupRetentionPeriod;
  traits.instanceClass = DBInstanceClass ?? traits.instanceClass;
  if (AllocatedStorage !== undefined) rds.events.instance(instance, 'RDS-EVENT-0018');
  if (DBInstanceClass !== undefined) rds.events.instance(instance, 'RDS-EVENT-0012');
  const archives = traits.backupRetentionPeriod > 0;
  if (DBInstanceClass !== undefined || archives !== archived) await restart(rds, instance);
  traits.allocatedStorage = AllocatedStorage ?? traits.allocatedStorage;
  instance.multiAz = MultiAZ ?? instance.multiAz;
  if (AllocatedStorage !== undefined) rds.events.instance(instance, 'RDS-EVENT-0017');
  if (DBInstanceClass !== undefined) rds.events.instance(instance, 'RDS-EVENT-0014');
  if (MultiAZ !== undefined) rds.events.instance(instance, MultiAZ ? 'RDS-EVENT-0025' : 'RDS-EVENT-0029');
  if (archives !== archived) rds.events.instance(instance, archives ? 'RDS-EVENT-0032' : 'RDS-EVENT-0028');
}
