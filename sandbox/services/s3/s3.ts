import * as client from '@aws-sdk/client-s3';
import type { Service } from '../../wire/service.ts';
import { inRegion } from './bucket-region.ts';
import { type BucketStore, makeBucketStore } from './bucket-store.ts';
import { bucketOperations } from './buckets.ts';
import { listingOperations } from './listing.ts';
import { multipartOperations } from './multipart.ts';
import { objectLockOperations } from './object-lock.ts';
import { objectOperations } from './objects.ts';

export type S3 = Service & { readonly buckets: BucketStore };

/** `directory` holds the bodies of large objects; the sandbox removes it with its data directory. */
export function makeS3({ directory }: { readonly directory: string }): S3 {
  const buckets = makeBucketStore();
  return {
    id: 's3',
    client,
    buckets,
    operations: inRegion(
      {
        ...bucketOperations(buckets),
        ...objectOperations(buckets, directory),
        ...listingOperations(buckets),
        ...multipartOperations(buckets, directory),
        ...objectLockOperations(buckets),
      },
      buckets,
    ),
  };
}
