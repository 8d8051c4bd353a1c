import type * as client from '@aws-sdk/client-s3';
import { AwsError } from '../../wire/aws-error.ts';
import type { Operation } from '../../wire/service.ts';
import { type StoredBody, storeBody } from './body-store.ts';
import {
  addVersion,
  type Bucket,
  type BucketStore,
  currentVersion,
  nextVersionId,
  type ObjectHeaders,
  type ObjectVersion,
  removeVersion,
} from './bucket-store.ts';
import { checkDigests, etagOf } from './checksums.ts';
import { checkRead, checkWrite, refuseDirectoryConditions } from './conditions.ts';
import { findObject } from './find-object.ts';
import { checkLockedWrite, checkUnlocked, lockMembers, refuseLockMembers, retentionOf } from './object-lock.ts';

export function objectOperations(buckets: BucketStore, directory: string): Record<string, Operation> {
  return {
    PutObject: async (input: client.PutObjectCommandInput) => {
      const bucket = buckets.get(input.Bucket);
      const body = input.Body as Uint8Array;
      checkWrite(currentVersion(bucket, input.Key ?? ''), input);
      checkDigests(body, input);
      refuseLockMembers(input, ['ObjectLockLegalHoldStatus']);
      checkLockedWrite(bucket, input, 'Object');
      retentionOf(bucket, input);
      const version = await writeObject(
        bucket,
        input.Key ?? '',
        await storeBody(directory, body),
        etagOf(body),
        input,
        input,
      );
      return {
        ETag: version.etag,
        ...versionMember(bucket, version),
        ...encryption(version),
        ChecksumCRC32: version.headers.ChecksumCRC32,
      };
    },

    GetObject: (input: client.GetObjectCommandInput) => {
      const bucket = buckets.get(input.Bucket);
      const version = findObject(bucket, input.Key, input.VersionId);
      checkRead(version, input);
      const body = version.body as StoredBody;
      const range = readRange(input.Range, body.size);
      const whole = range === undefined;
      const [start, end] = range ?? [0, body.size - 1];
      return {
        ...describeObject(bucket, version, whole && input.ChecksumMode === 'ENABLED'),
        ContentLength: end - start + 1,
        ContentRange: whole ? undefined : `bytes ${start}-${end}/${body.size}`,
        Body: body.stream(start, end),
      };
    },

    HeadObject: (input: client.HeadObjectCommandInput) => {
      const bucket = buckets.get(input.Bucket);
      const version = findObject(bucket, input.Key, input.VersionId);
      checkRead(version, input);
      const size = version.body?.size ?? 0;
      return { ...describeObject(bucket, version, input.ChecksumMode === 'ENABLED'), ContentLength: size };
    },

    CopyObject: async (input: client.CopyObjectCommandInput) => {
      const bucket = buckets.get(input.Bucket);
      refuseLockMembers(input, ['ObjectLockLegalHoldStatus']);
      const { bucket: fromBucket, key, versionId } = readCopySource(input.CopySource ?? '');
      const source = findObject(buckets.get(fromBucket), key, versionId);
      checkWrite(currentVersion(bucket, input.Key ?? ''), input);
      const body = await (source.body as StoredBody).bytes();
      const headers = input.MetadataDirective === 'REPLACE' ? input : source.headers;
      const version = await writeObject(
        bucket,
        input.Key ?? '',
        await storeBody(directory, body),
        etagOf(body),
        headers,
        input,
      );
      return {
        CopyObjectResult: { ETag: version.etag, LastModified: version.lastModified },
        CopySourceVersionId: source.versionId === 'null' ? undefined : source.versionId,
        ...versionMember(bucket, version),
      };
    },

    DeleteObject: async (input: client.DeleteObjectCommandInput) => {
      const bucket = buckets.get(input.Bucket);
      refuseDirectoryConditions(input);
      if (input.IfMatch !== undefined) {
        checkWrite(currentVersion(bucket, input.Key ?? ''), { IfMatch: input.IfMatch });
      }
      return deleteObject(bucket, input.Key ?? '', input.VersionId, input.BypassGovernanceRetention);
    },

    DeleteObjects: async (input: client.DeleteObjectsCommandInput) => {
      const bucket = buckets.get(input.Bucket);
      const deleted: client.DeletedObject[] = [];
      const errors: client._Error[] = [];
      for (const { Key = '', VersionId, ETag, Size, LastModifiedTime } of input.Delete?.Objects ?? []) {
        try {
          refuseDirectoryConditions({ IfMatchSize: Size, IfMatchLastModifiedTime: LastModifiedTime });
          if (ETag !== undefined) checkWrite(currentVersion(bucket, Key), { IfMatch: ETag });
          const { DeleteMarker, VersionId: marker } = await deleteObject(
            bucket,
            Key,
            VersionId,
            input.BypassGovernanceRetention,
          );
          const id = VersionId === undefined ? { DeleteMarkerVersionId: marker } : { VersionId };
          deleted.push({ Key, DeleteMarker, ...id });
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          errors.push({ Key, VersionId, Code: error.code, Message: error.message });
        }
      }
      return { Deleted: input.Delete?.Quiet === true ? [] : deleted, Errors: errors };
    },
  };
}

export async function writeObject(
  bucket: Bucket,
  key: string,
  body: StoredBody,
  etag: string,
  headers: ObjectHeaders,
  conditions: Parameters<typeof checkWrite>[1] & Parameters<typeof retentionOf>[1],
): Promise<ObjectVersion> {
  try {
    // Again, and with nothing awaited before the write: another writer may have come in while the body was stored.
    checkWrite(currentVersion(bucket, key), conditions);
  } catch (error) {
    await body.remove();
    throw error;
  }
  const version: ObjectVersion = {
    retention: retentionOf(bucket, conditions),
    key,
    versionId: nextVersionId(bucket),
    lastModified: new Date(),
    deleteMarker: false,
    body,
    etag,
    headers: {
      ContentType: headers.ContentType ?? 'binary/octet-stream',
      ContentEncoding: headers.ContentEncoding,
      ContentDisposition: headers.ContentDisposition,
      CacheControl: headers.CacheControl,
      Metadata: headers.Metadata,
      ChecksumCRC32: headers.ChecksumCRC32,
      ChecksumSHA256: headers.ChecksumSHA256,
      ServerSideEncryption: headers.ServerSideEncryption ?? 'AES256',
      SSEKMSKeyId: headers.SSEKMSKeyId,
      StorageClass: headers.StorageClass,
    },
  };
  await addVersion(bucket, version);
  return version;
}

export async function deleteObject(bucket: Bucket, key: string, versionId: string | undefined, bypass = false) {
  if (versionId !== undefined) {
    checkUnlocked(
      bucket.objects.get(key)?.find((one) => one.versionId === versionId),
      bypass,
    );
    const removed = await removeVersion(bucket, key, versionId);
    return { VersionId: versionId, DeleteMarker: removed?.deleteMarker === true ? true : undefined };
  }
  if (bucket.versioning === undefined) {
    await removeVersion(bucket, key, 'null');
    return { VersionId: undefined, DeleteMarker: undefined };
  }
  const marker: ObjectVersion = {
    key,
    versionId: nextVersionId(bucket),
    lastModified: new Date(),
    deleteMarker: true,
    body: undefined,
    etag: '',
    headers: {},
    retention: undefined,
  };
  await addVersion(bucket, marker);
  return { VersionId: marker.versionId, DeleteMarker: true };
}

export function versionMember(bucket: Bucket, { versionId }: ObjectVersion): { VersionId?: string } {
  return bucket.versioning === undefined ? {} : { VersionId: versionId };
}

function encryption({ headers }: ObjectVersion) {
  return { ServerSideEncryption: headers.ServerSideEncryption, SSEKMSKeyId: headers.SSEKMSKeyId };
}

function describeObject(bucket: Bucket, version: ObjectVersion, withChecksums: boolean) {
  const { ChecksumCRC32, ChecksumSHA256, ...headers } = version.headers;
  return {
    ...headers,
    ...(withChecksums ? { ChecksumCRC32, ChecksumSHA256 } : {}),
    ...versionMember(bucket, version),
    ...lockMembers(version),
    AcceptRanges: 'bytes',
    ETag: version.etag,
    LastModified: version.lastModified,
  };
}

/** One range of `bytes=a-b`, `bytes=a-`, `bytes=-n`; anything else is ignored, as HTTP demands. */
function readRange(range: string | undefined, size: number): [number, number] | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) {
    return undefined;
  }
  const [, from = '', to = ''] = match;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (start >= size || start > end) {
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', { status: 416 });
  }
  return [start, end];
}

export function readCopySource(source: string): { bucket: string; key: string; versionId: string | undefined } {
  const [path = '', query = ''] = source.replace(/^\//, '').split('?');
  const slash = path.indexOf('/');
  if (slash < 1) {
    throw new AwsError('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  }
  const versionId = new URLSearchParams(query).get('versionId') ?? undefined;
  return {
    bucket: decodeURIComponent(path.slice(0, slash)),
    key: decodeURIComponent(path.slice(slash + 1)),
    versionId,
  };
}
