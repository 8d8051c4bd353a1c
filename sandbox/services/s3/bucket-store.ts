import { randomBytes } from 'node:crypto';
import type { ServerSideEncryption } from '@aws-sdk/client-s3';
import { AwsError } from '../../wire/aws-error.ts';
import type { StoredBody } from './body-store.ts';

/** Until when a version may not be deleted; GOVERNANCE gives way to who asks for it and may, COMPLIANCE to nobody. */
export type Retention = { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly until: Date };

/** What the bucket locks new versions with when the writer says nothing. */
export type ObjectLock = { readonly rule: { readonly mode: Retention['mode']; readonly days: number } | undefined };

export type ObjectVersion = {
  readonly key: string;
  /** `null` in a bucket that never had versioning, as in S3. */
  readonly versionId: string;
  readonly lastModified: Date;
  readonly deleteMarker: boolean;
  readonly body: StoredBody | undefined;
  /** With its quotation marks. */
  readonly etag: string;
  readonly headers: ObjectHeaders;
  retention: Retention | undefined;
};

/** What PutObject takes along and GetObject gives back, by the names of their members. */
export type ObjectHeaders = {
  readonly ContentType?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly CacheControl?: string | undefined;
  readonly Metadata?: Record<string, string> | undefined;
  readonly ChecksumCRC32?: string | undefined;
  readonly ChecksumSHA256?: string | undefined;
  readonly ServerSideEncryption?: ServerSideEncryption | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly StorageClass?: string | undefined;
};

export type MultipartUpload = {
  readonly id: string;
  readonly key: string;
  readonly initiated: Date;
  /** Whether the key had an object when the upload began. */
  readonly replaces: boolean;
  readonly headers: ObjectHeaders;
  readonly parts: Map<number, { readonly body: StoredBody; readonly etag: string; readonly at: Date }>;
};

export type Bucket = {
  readonly name: string;
  readonly region: string;
  readonly createdAt: Date;
  versioning: 'Enabled' | 'Suspended' | undefined;
  lock: ObjectLock | undefined;
  /** Tagging, lifecycle, encryption, policy …: kept as put, given back as kept. */
  readonly configuration: Map<string, unknown>;
  /** Newest version first. */
  readonly objects: Map<string, ObjectVersion[]>;
  readonly uploads: Map<string, MultipartUpload>;
};

export type BucketStore = {
  create(name: string, region: string): Bucket;
  get(name: string | undefined): Bucket;
  find(name: string): Bucket | undefined;
  list(): readonly Bucket[];
  remove(name: string): void;
};

export function makeBucketStore(): BucketStore {
  const buckets = new Map<string, Bucket>();
  return {
    create(name, region) {
      if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
        throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.');
      }
      if (buckets.has(name)) {
        const message = 'Your previous request to create the named bucket succeeded and you already own it.';
        throw new AwsError('BucketAlreadyOwnedByYou', message, { status: 409 });
      }
      const bucket: Bucket = {
        name,
        region,
        createdAt: new Date(),
        versioning: undefined,
        lock: undefined,
        configuration: new Map(),
        objects: new Map(),
        uploads: new Map(),
      };
      buckets.set(name, bucket);
      return bucket;
    },
    get(name = '') {
      const bucket = buckets.get(name);
      if (bucket === undefined) {
        throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', {
          status: 404,
          members: { BucketName: name },
        });
      }
      return bucket;
    },
    find: (name) => buckets.get(name),
    list: () => [...buckets.values()],
    remove: (name) => {
      buckets.delete(name);
    },
  };
}

/** The newest version unless it is a delete marker. */
export function currentVersion(bucket: Bucket, key: string): ObjectVersion | undefined {
  const newest = bucket.objects.get(key)?.[0];
  return newest === undefined || newest.deleteMarker ? undefined : newest;
}

/** The id that the next version of the bucket gets. */
export function nextVersionId(bucket: Bucket): string {
  return bucket.versioning === 'Enabled' ? randomBytes(24).toString('base64url') : 'null';
}

/** Adds a version; without versioning it replaces the one whose id is `null`. */
export async function addVersion(bucket: Bucket, version: ObjectVersion): Promise<void> {
  const versions = bucket.objects.get(version.key) ?? [];
  const replaced = version.versionId === 'null' ? versions.filter(({ versionId }) => versionId === 'null') : [];
  bucket.objects.set(version.key, [version, ...versions.filter((one) => !replaced.includes(one))]);
  await Promise.all(replaced.map((one) => one.body?.remove()));
}

export async function removeVersion(
  bucket: Bucket,
  key: string,
  versionId: string,
): Promise<ObjectVersion | undefined> {
  const versions = bucket.objects.get(key) ?? [];
  const removed = versions.find((one) => one.versionId === versionId);
  if (removed === undefined) {
    return undefined;
  }
  const left = versions.filter((one) => one !== removed);
  if (left.length === 0) {
    bucket.objects.delete(key);
  } else {
    bucket.objects.set(key, left);
  }
  await removed.body?.remove();
  return removed;
}
