import type {
  StartDBInstanceAutomatedBackupsReplicationMessage,
  StartDBInstanceAutomatedBackupsReplicationResult,
  StopDBInstanceAutomatedBackupsReplicationMessage,
  StopDBInstanceAutomatedBackupsReplicationResult,
} from '@aws-sdk/client-rds';
import type { CallContext } from '../../../wire/service.ts';
import { beginReplication, isReplicated } from '../engine/replicated-backups.ts';
import { backupNotFound, instanceState, invalidCombination, refuseOthers } from '../model/errors.ts';
import { keyArn, parseArn, required } from '../model/identifiers.ts';
import type { AutomatedBackup, Instance } from '../model/model.ts';
import type { Rds } from '../rds.ts';
import { checkedRetention } from './create-instance.ts';
import { backupView } from './retained-backups.ts';

/** Days, by the API reference. */
const defaultRetention = 7;

/** Called in the region that the backups go to. */
export function startBackupsReplication(rds: Rds) {
  return (
    input: StartDBInstanceAutomatedBackupsReplicationMessage,
    { region }: CallContext,
  ): StartDBInstanceAutomatedBackupsReplicationResult => {
    refuseOthers(input, ['SourceDBInstanceArn', 'BackupRetentionPeriod', 'KmsKeyId', 'PreSignedUrl', 'SourceRegion']);
    const source = sourceOf(rds, region, input.SourceDBInstanceArn);
    if (!rds.region(source.region).automatedBackups.has(source.resourceId)) {
      throw instanceState(`Automated backups are not enabled for the DB instance ${source.identifier}.`);
    }
    const { automatedBackups } = rds.region(region);
    const before = automatedBackups.get(source.resourceId);
    if (before?.isRetained === false) {
      throw instanceState(`Automated backups of ${source.identifier} are replicated to ${region} already.`);
    }
    if (source.traits.encrypted && (input.KmsKeyId ?? '') === '') {
      throw invalidCombination(`Must specify a KMS key of ${region} for the encrypted backups of ${source.arn}.`);
    }
    const backup = {
      source,
      isRetained: false,
      readers: before?.readers ?? new Set<Promise<unknown>>(),
      replica: {
        region,
        kmsKeyId: input.KmsKeyId === undefined ? undefined : keyArn(input.KmsKeyId, region, rds.account),
        retentionPeriod: checkedRetention(input.BackupRetentionPeriod ?? defaultRetention),
        // What a replication before it has left is gone on with.
        bases: before?.replica?.bases ?? new Map(),
        latest: before?.replica?.latest,
      },
    };
    automatedBackups.set(source.resourceId, backup);
    beginReplication(rds, backup);
    return { DBInstanceAutomatedBackup: { ...backupView(rds, backup), Status: 'pending' } };
  };
}

/** What has arrived stays for its retention period. */
export function stopBackupsReplication(rds: Rds) {
  return (
    input: StopDBInstanceAutomatedBackupsReplicationMessage,
    { region }: CallContext,
  ): StopDBInstanceAutomatedBackupsReplicationResult => {
    refuseOthers(input, ['SourceDBInstanceArn']);
    const { SourceDBInstanceArn: arn } = input;
    if (arn === undefined) throw required('SourceDBInstanceArn');
    const backup = [...rds.region(region).automatedBackups.values()].find(
      (one: AutomatedBackup) => isReplicated(one) && !one.isRetained && one.source.arn === arn,
    );
    if (backup === undefined) throw backupNotFound(arn);
    backup.isRetained = true;
    return { DBInstanceAutomatedBackup: backupView(rds, backup) };
  };
}

function sourceOf(rds: Rds, region: string, arn: string | undefined): Instance {
  if (arn === undefined) throw required('SourceDBInstanceArn');
  const from = parseArn(arn)?.region ?? region;
  if (from === region)
    throw invalidCombination(`The source DB instance ${arn} must be in another region than ${region}.`);
  return rds.region(from).instance(arn);
}
