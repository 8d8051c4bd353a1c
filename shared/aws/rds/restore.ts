import {
  type RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
} from '@aws-sdk/client-rds';
import type { Tags } from '../../domain/resource/throw-away.ts';
import {
  AccessDeniedError,
  CapacityUnavailableError,
  InstanceQuotaExceededError,
  MomentNotRestorableError,
  StorageQuotaExceededError,
} from '../../errors.ts';
import { callAws, isAwsError } from '../call.ts';
import { tagList } from '../tag-list.ts';

/** What a copy is made from: a snapshot, or a moment (ISO 8601, whole seconds, or `latest`) of backups and their log. */
export type RestoreFrom =
  | { readonly snapshotId: string }
  | (({ readonly sourceInstanceId: string } | { readonly automatedBackupArn: string }) & { readonly time: string });

export type RestoreRequest = {
  readonly from: RestoreFrom;
  readonly instanceId: string;
  readonly instanceClass: string;
  readonly parameterGroup: string;
  readonly subnetGroup?: string;
  readonly securityGroupIds?: readonly string[];
  readonly tags: Tags;
};

type Restored = Pick<RestoreRequest, 'from' | 'instanceId' | 'instanceClass'>;

/** Makes a throw-away copy; false when an instance of that name exists already. */
export const restoreInstance = (client: RDSClient, request: RestoreRequest): Promise<boolean> =>
  restoreFrom(client, request, throwAway(request));

/** Makes an instance with these members, which both calls take; false when one of that name exists already. */
export async function restoreFrom(client: RDSClient, asked: Restored, members: object): Promise<boolean> {
  const { from, instanceId } = asked;
  try {
    await callAws(`restore '${instanceId}'`, (options) =>
      'snapshotId' in from
        ? client.send(
            new RestoreDBInstanceFromDBSnapshotCommand({
              DBSnapshotIdentifier: from.snapshotId,
              DBInstanceIdentifier: instanceId,
              ...members,
            }),
            options,
          )
        : client.send(
            new RestoreDBInstanceToPointInTimeCommand({
              ...('sourceInstanceId' in from
                ? { SourceDBInstanceIdentifier: from.sourceInstanceId }
                : { SourceDBInstanceAutomatedBackupsArn: from.automatedBackupArn }),
              TargetDBInstanceIdentifier: instanceId,
              ...(from.time === 'latest' ? { UseLatestRestorableTime: true } : { RestoreTime: new Date(from.time) }),
              ...members,
            }),
            options,
          ),
    );
    return true;
  } catch (error) {
    if (isAwsError(error, 'DBInstanceAlreadyExistsFault', 'DBInstanceAlreadyExists')) return false;
    throw restoreFailure(error, asked);
  }
}

/** Members of both calls. */
const throwAway = ({ instanceClass, parameterGroup, subnetGroup, securityGroupIds, tags }: RestoreRequest) => ({
  DBInstanceClass: instanceClass,
  // RDS gives a restored instance the default parameter and security groups unless they are named.
  DBParameterGroupName: parameterGroup,
  ...(subnetGroup === undefined ? {} : { DBSubnetGroupName: subnetGroup }),
  ...(securityGroupIds === undefined ? {} : { VpcSecurityGroupIds: [...securityGroupIds] }),
  PubliclyAccessible: false,
  MultiAZ: false,
  AutoMinorVersionUpgrade: false,
  DeletionProtection: false,
  CopyTagsToSnapshot: false,
  // Else RDS backs the copy up as soon as it is there: half an hour of a large one, for a copy that is thrown away.
  BackupRetentionPeriod: 0,
  Tags: tagList(tags),
});

function sourceText(from: RestoreFrom): string {
  if ('snapshotId' in from) return `snapshot '${from.snapshotId}'`;
  const moment = from.time === 'latest' ? 'the latest moment' : `moment '${from.time}'`;
  return 'sourceInstanceId' in from
    ? `${moment} of instance '${from.sourceInstanceId}'`
    : `${moment} of backup '${from.automatedBackupArn}'`;
}

const notRestorable = [
  'InvalidRestoreFault',
  'PointInTimeRestoreNotEnabledFault',
  'PointInTimeRestoreNotEnabled',
  'DBInstanceAutomatedBackupNotFoundFault',
  'DBInstanceAutomatedBackupNotFound',
];

/** What a refusal of RDS means to a person; another error as it is. */
function restoreFailure(error: unknown, { from, instanceId, instanceClass }: Restored): unknown {
  if (isAwsError(error, 'StorageQuotaExceededFault', 'StorageQuotaExceeded')) {
    return new StorageQuotaExceededError(`no storage is left in the account's quota for '${instanceId}'`, {
      hints: ["Raise the RDS quota 'Total storage for all DB instances', or delete instances that nobody needs."],
      cause: error,
    });
  }
  if (isAwsError(error, 'InsufficientDBInstanceCapacityFault', 'InsufficientDBInstanceCapacity')) {
    return new CapacityUnavailableError(`AWS has no '${instanceClass}' at present for '${instanceId}'`, {
      hints: ["It is asked again for an hour. If it lasts, set another 'copyInstanceClass' in operations.yml."],
      cause: error,
    });
  }
  if (isAwsError(error, 'InstanceQuotaExceededFault', 'InstanceQuotaExceeded')) {
    return new InstanceQuotaExceededError(`no instance is left in the account's quota for '${instanceId}'`, {
      hints: ["Raise the RDS quota 'DB instances', or delete instances that nobody needs."],
      cause: error,
    });
  }
  if (isAwsError(error, 'KMSKeyNotAccessibleFault', 'KMSKeyNotAccessible')) {
    return new AccessDeniedError(`role may not use the key of ${sourceText(from)}`, {
      hints: ['The key must be enabled, and its policy must leave it to IAM who may use it by way of RDS.'],
      cause: error,
    });
  }
  if (isAwsError(error, ...notRestorable)) {
    return new MomentNotRestorableError(`${sourceText(from)} cannot be restored`, {
      hints: [
        "Compare it with 'RestoreWindow' of `aws rds describe-db-instance-automated-backups`; retention 0 has none.",
      ],
      cause: error,
    });
  }
  return error;
}
