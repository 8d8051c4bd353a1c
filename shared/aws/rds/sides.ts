import {
  AddTagsToResourceCommand,
  CreateDBInstanceReadReplicaCommand,
  type DBInstance,
  ModifyDBInstanceCommand,
  paginateDescribeDBInstances,
  RDSClient,
} from '@aws-sdk/client-rds';
import type { SideInstance } from '../../domain/dr/failback-sides.ts';
import type { Tags } from '../../domain/resource/throw-away.ts';
import { OperationError } from '../../errors.ts';
import { callAws, isAwsError } from '../call.ts';
import { tagList, tagsOf } from '../tag-list.ts';
import { describeInstance, unlessBusy } from './one-instance.ts';

/** What bears the name of an old primary is another instance: nothing was changed of it. */
export class OldPrimaryNotOursError extends OperationError {
  override readonly name = 'OldPrimaryNotOursError';
}

/** The replica of a failback does not come up. */
export class RebuildFailedError extends OperationError {
  override readonly name = 'RebuildFailedError';
}

/** Where an instance stands, and what a replica that takes its place is given. */
export type Place = {
  readonly instanceClass: string;
  readonly kmsKeyId?: string;
  readonly subnetGroup?: string;
  readonly securityGroupIds: readonly string[];
  readonly parameterGroup?: string;
};
export type PlacedInstance = SideInstance & { readonly place: Place };

/** The instances of a region, as a failback finds them and changes them. Nothing here deletes. */
export type SideInstances = {
  list(): Promise<readonly SideInstance[]>;
  find(id: string): Promise<PlacedInstance | undefined>;
  /** The caller has proven which it is. */
  tag(arn: string, tags: Tags): Promise<void>;
  /** Renames and protects it; false while something else is under way. */
  setAside(id: string, name: string): Promise<boolean>;
  /** Of an instance of another region; false when an instance of that name exists already. */
  makeReplica(id: string, sourceArn: string, place: Place, tags: Tags): Promise<boolean>;
};

/** Of another region than the function's where one is named. */
export function makeSides(region?: string): SideInstances {
  const client = new RDSClient({ maxAttempts: 5, ...(region === undefined ? {} : { region }) });
  return {
    list: () =>
      callAws('list the instances', async (options) => {
        const found: SideInstance[] = [];
        for await (const { DBInstances = [] } of paginateDescribeDBInstances({ client }, {}, options))
          found.push(...DBInstances.map(toSide));
        return found;
      }),

    async find(id) {
      const found = await describeInstance(client, id);
      return found === undefined ? undefined : { ...toSide(found), place: placeOf(found) };
    },

    async tag(arn, tags) {
      const command = new AddTagsToResourceCommand({ ResourceName: arn, Tags: tagList(tags) });
      await callAws(`tag '${arn}'`, (options) => client.send(command, options));
    },

    setAside: (id, name) => {
      const command = new ModifyDBInstanceCommand({
        DBInstanceIdentifier: id,
        NewDBInstanceIdentifier: name,
        DeletionProtection: true,
        ApplyImmediately: true,
      });
      return unlessBusy(callAws(`rename '${id}'`, (options) => client.send(command, options)));
    },

    async makeReplica(id, sourceArn, place, tags) {
      const command = new CreateDBInstanceReadReplicaCommand({
        DBInstanceIdentifier: id,
        SourceDBInstanceIdentifier: sourceArn,
        DBInstanceClass: place.instanceClass,
        VpcSecurityGroupIds: [...place.securityGroupIds],
        Tags: tagList(tags),
        ...(place.kmsKeyId === undefined ? {} : { KmsKeyId: place.kmsKeyId }),
        ...(place.subnetGroup === undefined ? {} : { DBSubnetGroupName: place.subnetGroup }),
        ...(place.parameterGroup === undefined ? {} : { DBParameterGroupName: place.parameterGroup }),
      });
      try {
        await callAws(`make the replica '${id}'`, (options) => client.send(command, options));
        return true;
      } catch (error) {
        if (isAwsError(error, 'DBInstanceAlreadyExistsFault', 'DBInstanceAlreadyExists')) return false;
        throw error;
      }
    },
  };
}

function toSide(instance: DBInstance): SideInstance {
  const sourceId = instance.ReadReplicaSourceDBInstanceIdentifier;
  return {
    id: instance.DBInstanceIdentifier ?? '',
    arn: instance.DBInstanceArn ?? '',
    resourceId: instance.DbiResourceId ?? '',
    status: instance.DBInstanceStatus ?? 'unknown',
    tags: tagsOf(instance.TagList),
    ...(sourceId === undefined ? {} : { sourceId }),
    isMultiAz: instance.MultiAZ ?? false,
    backupRetentionDays: instance.BackupRetentionPeriod ?? 0,
  };
}

function placeOf({
  DBInstanceClass,
  KmsKeyId,
  DBSubnetGroup,
  VpcSecurityGroups,
  DBParameterGroups,
}: DBInstance): Place {
  const subnetGroup = DBSubnetGroup?.DBSubnetGroupName;
  const parameterGroup = DBParameterGroups?.[0]?.DBParameterGroupName;
  return {
    instanceClass: DBInstanceClass ?? '',
    ...(KmsKeyId === undefined ? {} : { kmsKeyId: KmsKeyId }),
    ...(subnetGroup === undefined ? {} : { subnetGroup }),
    securityGroupIds: (VpcSecurityGroups ?? []).flatMap(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? []),
    ...(parameterGroup === undefined ? {} : { parameterGroup }),
  };
}
