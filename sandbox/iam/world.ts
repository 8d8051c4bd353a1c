import type { Ec2 } from '../services/ec2/ec2.ts';
import { tagsIn } from '../services/ec2/ec2-store.ts';
import type { Kms } from '../services/kms/kms.ts';
import type { RdsService } from '../services/rds/make-rds.ts';
import { currentVersion } from '../services/s3/bucket-store.ts';
import type { S3 } from '../services/s3/s3.ts';
import type { SecretsManager } from '../services/secretsmanager/secretsmanager.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { CallContext } from '../wire/service.ts';
import type { World } from './required/permission.ts';

/** Looks at the emulated services as AWS's authorisation looks at the resources behind a call. */
export function makeWorld({
  rds,
  s3,
  secrets,
  ec2,
  kms,
}: {
  readonly rds: RdsService;
  readonly s3: S3;
  readonly secrets: SecretsManager;
  readonly ec2: Ec2;
  readonly kms: Kms;
}): World {
  return {
    postgresMajor: () => {
      const { DBEngineVersions } = rds.operations.DescribeDBEngineVersions({ Engine: 'postgres' });
      return DBEngineVersions?.[0]?.MajorEngineVersion ?? '';
    },
    tagsOf(arn) {
      const [, , service, region = ''] = arn.split(':');
      if (service === 'rds' && !arn.endsWith(':*')) {
        const list = rds.operations.ListTagsForResource;
        // A listing asks nothing of the call but its region.
        const found = ifPresent(() => list({ ResourceName: arn }, { region } as CallContext));
        return found && Object.fromEntries((found.TagList ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
      }
      if (service === 'secretsmanager') {
        return ifPresent(() => secrets.secrets.in(region).get(arn))?.tags;
      }
      if (service === 'ec2') {
        const tags = tagsIn(ec2.regions.in(region), arn.split('/').at(-1) ?? '');
        return tags && Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
      }
      return undefined;
    },
    keyOf(arn) {
      const [, , , region = '', , kind = '', name = ''] = arn.split(':');
      const context = { region } as CallContext;
      const { DescribeDBSnapshots, DescribeDBInstances, DescribeDBInstanceAutomatedBackups } = rds.operations;
      return ifPresent(() => {
        switch (kind) {
          case 'snapshot':
            return DescribeDBSnapshots({ DBSnapshotIdentifier: name }, context).DBSnapshots?.[0]?.KmsKeyId;
          case 'db':
            return DescribeDBInstances({ DBInstanceIdentifier: name }, context).DBInstances?.[0]?.KmsKeyId;
          case 'auto-backup':
            return DescribeDBInstanceAutomatedBackups({ DBInstanceAutomatedBackupsArn: arn }, context)
              .DBInstanceAutomatedBackups?.[0]?.KmsKeyId;
          default:
            return undefined;
        }
      });
    },
    isCustomerKey(arn) {
      const [, , , region = '', , resource = ''] = arn.split(':');
      const known = kms.regions.in(region).get(resource.replace(/^key\//, ''));
      return known?.metadata.KeyManager !== 'AWS';
    },
    secretArn: (region, id) => ifPresent(() => secrets.secrets.in(region).get(id))?.arn,
    objectExists(name, key) {
      const bucket = s3.buckets.find(name);
      return bucket !== undefined && currentVersion(bucket, key) !== undefined;
    },
  };
}

function ifPresent<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof AwsError) {
      return undefined;
    }
    throw error;
  }
}
