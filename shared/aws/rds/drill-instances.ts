import { CreateDBInstanceReadReplicaCommand, RDSClient } from '@aws-sdk/client-rds';
import type { Tags } from '../../domain/resource/throw-away.ts';
import { InstanceBusyError } from '../../errors.ts';
import { callAws, isAwsError } from '../call.ts';
import { tagList } from '../tag-list.ts';
import { restoreFrom } from './restore.ts';

type Placed = {
  readonly instanceId: string;
  readonly instanceClass: string;
  readonly securityGroupIds?: readonly string[];
  readonly tags: Tags;
};

/** The throw-away primary of a drill and its replica. */
export type DrillInstances = {
  /** False when an instance of that name exists already. */
  restorePrimary(
    asked: Placed & { readonly snapshotId: string; readonly parameterGroup: string; readonly subnetGroup?: string },
  ): Promise<boolean>;
  /** False when an instance of that name exists already. */
  createReplica(asked: Placed & { readonly sourceId: string }): Promise<boolean>;
};

/** Members of both calls. */
const placed = ({ instanceClass, securityGroupIds, tags }: Placed) => ({
  DBInstanceClass: instanceClass,
  ...(securityGroupIds === undefined ? {} : { VpcSecurityGroupIds: [...securityGroupIds] }),
  PubliclyAccessible: false,
  MultiAZ: false,
  AutoMinorVersionUpgrade: false,
  DeletionProtection: false,
  CopyTagsToSnapshot: false,
  Tags: tagList(tags),
});

export function makeDrillInstances(client = new RDSClient({ maxAttempts: 5 })): DrillInstances {
  return {
    restorePrimary: (asked) =>
      restoreFrom(
        client,
        { from: { snapshotId: asked.snapshotId }, instanceId: asked.instanceId, instanceClass: asked.instanceClass },
        {
          ...placed(asked),
          DBParameterGroupName: asked.parameterGroup,
          ...(asked.subnetGroup === undefined ? {} : { DBSubnetGroupName: asked.subnetGroup }),
          BackupRetentionPeriod: 1, // RDS makes no replica of an instance without backups
        },
      ),

    async createReplica(asked) {
      const { instanceId, sourceId } = asked;
      const command = new CreateDBInstanceReadReplicaCommand({
        ...placed(asked),
        DBInstanceIdentifier: instanceId,
        SourceDBInstanceIdentifier: sourceId,
      });
      try {
        await callAws(`create replica '${instanceId}'`, (options) => client.send(command, options));
        return true;
      } catch (error) {
        if (isAwsError(error, 'DBInstanceAlreadyExistsFault', 'DBInstanceAlreadyExists')) return false;
        if (!isAwsError(error, 'InvalidDBInstanceStateFault', 'InvalidDBInstanceState')) throw error;
        throw new InstanceBusyError(`no replica can be made of '${sourceId}' at present`, {
          hints: ['A restored instance takes its first backup; a replica is made when that has ended.'],
          cause: error,
        });
      }
    },
  };
}
