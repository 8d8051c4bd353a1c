import type * as client from '@aws-sdk/client-s3';
import { AwsError } from '../../wire/aws-error.ts';
import type { CallContext, Operation } from '../../wire/service.ts';
import { page } from '../pages.ts';
import { regionOfNew } from './bucket-region.ts';
import type { BucketStore } from './bucket-store.ts';

/** S3 gives no more than these on one page, and all of them to who asks for no page. */
const MAXIMUM_BUCKETS = 10_000;

export function bucketOperations(buckets: BucketStore): Record<string, Operation> {
  return {
    CreateBucket: (input: client.CreateBucketCommandInput, { region }: CallContext) => {
      const bucket = buckets.create(input.Bucket ?? '', regionOfNew(input, region));
      if (input.ObjectLockEnabledForBucket === true) {
        bucket.versioning = 'Enabled';
        bucket.lock = { rule: undefined };
      }
      return { Location: `/${bucket.name}` };
    },

    HeadBucket: (input: client.HeadBucketCommandInput) => {
      const bucket = buckets.find(input.Bucket ?? '');
      if (bucket === undefined) {
        throw new AwsError('NotFound', 'Not Found', { status: 404 });
      }
      return { BucketRegion: bucket.region };
    },

    DeleteBucket: (input: client.DeleteBucketCommandInput) => {
      const bucket = buckets.get(input.Bucket);
      if (bucket.objects.size > 0) {
        throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', { status: 409 });
      }
      buckets.remove(bucket.name);
    },

    ListBuckets: ({ Prefix = '', BucketRegion, MaxBuckets, ContinuationToken }: client.ListBucketsCommandInput) => {
      const wanted = buckets
        .list()
        .filter(({ name, region }) => name.startsWith(Prefix) && region === (BucketRegion ?? region));
      const { items, next } = page(wanted, ContinuationToken, MaxBuckets ?? MAXIMUM_BUCKETS);
      return {
        Buckets: items.map(({ name, createdAt, region }) => ({
          Name: name,
          CreationDate: createdAt,
          BucketRegion: region,
        })),
        Prefix: Prefix === '' ? undefined : Prefix,
        ContinuationToken: next,
      };
    },

    GetBucketVersioning: (input: client.GetBucketVersioningCommandInput) => ({
      Status: buckets.get(input.Bucket).versioning,
    }),

    PutBucketVersioning: (input: client.PutBucketVersioningCommandInput) => {
      const bucket = buckets.get(input.Bucket);
      checkStatus(input.VersioningConfiguration?.Status);
      if (bucket.lock !== undefined && input.VersioningConfiguration?.Status === 'Suspended') {
        const message =
          'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.';
        throw new AwsError('InvalidBucketState', message, { status: 409 });
      }
      bucket.versioning = input.VersioningConfiguration?.Status;
    },

    ...configuration(buckets, 'Tagging', 'Tagging', 'NoSuchTagSet', (input: { Tagging?: unknown }) => input.Tagging),
    ...configuration(
      buckets,
      'LifecycleConfiguration',
      'LifecycleConfiguration',
      'NoSuchLifecycleConfiguration',
      (input: client.PutBucketLifecycleConfigurationCommandInput) => input.LifecycleConfiguration,
    ),
    ...configuration(
      buckets,
      'Encryption',
      'ServerSideEncryptionConfiguration',
      'ServerSideEncryptionConfigurationNotFoundError',
      (input: client.PutBucketEncryptionCommandInput) => ({
        ServerSideEncryptionConfiguration: input.ServerSideEncryptionConfiguration,
      }),
      encryptedByDefault,
    ),
    ...configuration(
      buckets,
      'Policy',
      'Policy',
      'NoSuchBucketPolicy',
      (input: client.PutBucketPolicyCommandInput) => ({
        Policy: input.Policy,
      }),
    ),
  };
}

/** Since January 2023 every bucket encrypts with S3's own keys when nothing else is configured. */
const encryptedByDefault = {
  ServerSideEncryptionConfiguration: {
    Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }],
  },
};

function checkStatus(status: string | undefined): void {
  if (status === undefined) {
    throw new AwsError('IllegalVersioningConfigurationException', 'The Versioning element must be specified');
  }
  if (status !== 'Enabled' && status !== 'Suspended') {
    const message = 'The XML you provided was not well-formed or did not validate against our published schema';
    throw new AwsError('MalformedXML', message);
  }
}

/** `PutBucketX`, `GetBucketX` and `DeleteBucketX` of a configuration that the sandbox keeps and does not act on. */
function configuration<I>(
  buckets: BucketStore,
  name: string,
  key: string,
  missing: string,
  pick: (input: I) => unknown,
  byDefault?: unknown,
): Record<string, Operation> {
  return {
    [`PutBucket${name}`]: (input: I & { Bucket?: string }) => {
      buckets.get(input.Bucket).configuration.set(key, pick(input));
    },
    [`GetBucket${name}`]: (input: { Bucket?: string }) => {
      const kept = buckets.get(input.Bucket).configuration.get(key) ?? byDefault;
      if (kept === undefined) {
        throw new AwsError(missing, `The bucket has no ${name}`, { status: 404 });
      }
      return kept;
    },
    [`DeleteBucket${name.replace('LifecycleConfiguration', 'Lifecycle')}`]: (input: { Bucket?: string }) => {
      buckets.get(input.Bucket).configuration.delete(key);
    },
  };
}
