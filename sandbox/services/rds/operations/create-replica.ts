import type { CreateDBInstanceReadReplicaMessage, CreateDBInstanceReadReplicaResult } from '@aws-sdk/client-rds';
import { AwsError } from '../../../wire/aws-error.ts';
import type { CallContext } from '../../../wire/service.ts';
import { bringUp } from '../engine/bring-up.ts';
import { instanceState, invalidCombination, refuseOthers } from '../model/errors.ts';
import { checkedIdentifier, keyArn, parseArn, required } from '../model/identifiers.ts';
import { isLinkCut } from '../model/links.ts';
import type { Instance } from '../model/model.ts';
import { instanceView } from '../model/views.ts';
import type { Rds } from '../rds.ts';
import { checkRoom, registerInstance } from './new-instance.ts';
import { restoredTraits } from './restore-instance.ts';
import { mergeTags } from './take-snapshot.ts';

/** `PreSignedUrl` and `SourceRegion` authorise the call in the source's region; the ARN names that region already. */
const emulated = [
  'DBInstanceIdentifier',
  'SourceDBInstanceIdentifier',
  'DBInstanceClass',
  'AvailabilityZone',
  'Port',
  'MultiAZ',
  'AutoMinorVersionUpgrade',
  'PubliclyAccessible',
  'Tags',
  'DBSubnetGroupName',
  'DBParameterGroupName',
  'VpcSecurityGroupIds',
  'StorageType',
  'AllocatedStorage',
  'CopyTagsToSnapshot',
  'KmsKeyId',
  'PreSignedUrl',
  'SourceRegion',
  'DeletionProtection',
  'EnableIAMDatabaseAuthentication',
  'CACertificateIdentifier',
];

/** Called in the region of the replica. The replica is a standby that streams from its source. */
export function createReplica(rds: Rds) {
  return (input: CreateDBInstanceReadReplicaMessage, { region }: CallContext): CreateDBInstanceReadReplicaResult => {
    refuseOthers(input, emulated);
    const identifier = checkedIdentifier('DBInstanceIdentifier', input.DBInstanceIdentifier);
    const { SourceDBInstanceIdentifier: sourceName } = input;
    if (sourceName === undefined) throw required('SourceDBInstanceIdentifier');
    const source = rds.region(parseArn(sourceName)?.region ?? region).instance(sourceName);
    checkSource(source);
    const kmsKeyId = replicaKey(rds, region, source, input.KmsKeyId);
    checkRoom(rds, region, identifier);
    const traits = { ...restoredTraits(source.traits, input), kmsKeyId, backupRetentionPeriod: 0 };
    // In the region of its source a replica has the parameters of its source.
    const group = input.DBParameterGroupName ?? (source.region === region ? source.parameterGroup : undefined);
    const placement = { ...input, DBParameterGroupName: group };
    const instance = registerInstance(rds, region, identifier, traits, placement, mergeTags(input.Tags ?? []));
    const slot = `rds_${region}_${instance.resourceId}`.toLowerCase().replaceAll('-', '_');
    const replication = { source, slot, isTerminated: false, isCut: isLinkCut(rds, source.region, region) };
    instance.replication = replication;
    source.replicas.add(instance);
    bringUp(rds, instance, {
      duration: rds.durations.restore,
      build: (signal) => rds.engine.createReplica(instance, replication, signal),
      done: () => {
        rds.events.instance(instance, 'RDS-EVENT-0005');
        rds.events.instance(instance, 'RDS-EVENT-0046');
      },
    });
    return { DBInstance: instanceView(instance, rds.region(region).subnetGroup(instance.subnetGroup)) };
  };
}

function checkSource(source: Instance): void {
  if (source.replication !== undefined) {
    throw new AwsError('NotImplemented', 'the sandbox does not emulate read replicas of read replicas');
  }
  if (source.traits.backupRetentionPeriod === 0) {
    throw instanceState(
      'Automated backups are not enabled for this database instance. To enable automated backups, use ' +
        'ModifyDBInstance to set the backup retention period to a non-zero value.',
    );
  }
  if (source.status !== 'available') {
    throw instanceState(`Instance ${source.identifier} is not in available state.`);
  }
}

/** A key is of one region: an encrypted replica elsewhere needs a key that is there, one here has its source's. */
function replicaKey(rds: Rds, region: string, source: Instance, wanted: string | undefined): string | undefined {
  const { encrypted, kmsKeyId } = source.traits;
  if (wanted === undefined && encrypted && source.region !== region) {
    throw invalidCombination(
      `Must specify a KMS key of the target region ${region} to create a read replica of the encrypted instance ${source.arn}.`,
    );
  }
  if (wanted === undefined) return kmsKeyId;
  if (!encrypted) throw invalidCombination('Cannot create an encrypted read replica of an unencrypted DB instance.');
  const key = keyArn(wanted, region, rds.account);
  if (source.region === region && key !== kmsKeyId) {
    throw invalidCombination('A read replica in the region of its source has the KMS key of its source.');
  }
  return key;
}
