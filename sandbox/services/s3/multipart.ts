import { randomBytes } from 'node:crypto';
import type * as client from '@aws-sdk/client-s3';
import { AwsError } from '../../wire/aws-error.ts';
import type { Operation } from '../../wire/service.ts';
import { storeBody } from './body-store.ts';
import { type Bucket, type BucketStore, currentVersion, type MultipartUpload } from './bucket-store.ts';
import { checkDigests, etagOf, multipartEtag } from './checksums.ts';
import { checkCompletion } from './conditions.ts';
import { findObject } from './find-object.ts';
import { checkLockedWrite, refuseLockMembers } from './object-lock.ts';
import { readCopySource, versionMember, writeObject } from './objects.ts';

/** Every part but the last has at least 5 MiB. */
const MINIMUM_PART_BYTES = 5 * 1_048_576;
/** On one page. */
const MAXIMUM_UPLOADS = 1000;

export function multipartOperations(buckets: BucketStore, directory: string): Record<string, Operation> {
  return {
    CreateMultipartUpload: (input: client.CreateMultipartUploadCommandInput) => {
      const bucket = buckets.get(input.Bucket);
      refuseLockMembers(input);
      const id = randomBytes(32).toString('base64url');
      const { Key = '', ...headers } = input;
      const replaces = currentVersion(bucket, Key) !== undefined;
      bucket.uploads.set(id, { id, key: Key, initiated: new Date(), replaces, headers, parts: new Map() });
      return { Bucket: bucket.name, Key, UploadId: id };
    },

    UploadPart: async (input: client.UploadPartCommandInput) => {
      const bucket = buckets.get(input.Bucket);
      const upload = findUpload(bucket, input.UploadId);
      const body = input.Body as Uint8Array;
      checkDigests(body, input);
      checkLockedWrite(bucket, input, 'Part');
      const etag = await keepPart(upload, input.PartNumber, body, directory);
      return { ETag: etag, ChecksumCRC32: input.ChecksumCRC32, ChecksumSHA256: input.ChecksumSHA256 };
    },

    UploadPartCopy: async (input: client.UploadPartCopyCommandInput) => {
      const upload = findUpload(buckets.get(input.Bucket), input.UploadId);
      const { bucket, key, versionId } = readCopySource(input.CopySource ?? '');
      const whole = await findObject(buckets.get(bucket), key, versionId).body?.bytes();
      const range = /^bytes=(\d+)-(\d+)$/.exec(input.CopySourceRange ?? '');
      const body = (whole ?? new Uint8Array()).subarray(
        Number(range?.[1] ?? 0),
        range === null ? undefined : Number(range[2]) + 1,
      );
      const etag = await keepPart(upload, input.PartNumber, body, directory);
      return { CopyPartResult: { ETag: etag, LastModified: new Date() } };
    },

    CompleteMultipartUpload: async (input: client.CompleteMultipartUploadCommandInput) => {
      const bucket = buckets.get(input.Bucket);
      const upload = findUpload(bucket, input.UploadId);
      checkCompletion(currentVersion(bucket, upload.key), upload, input);
      const parts = chosenParts(upload, input.MultipartUpload?.Parts ?? []);
      const bodies = await Promise.all(parts.map(({ body }) => body.bytes()));
      const etag = multipartEtag(parts.map((part) => part.etag));
      const body = await storeBody(directory, Buffer.concat(bodies));
      const version = await writeObject(bucket, upload.key, body, etag, upload.headers, input);
      bucket.uploads.delete(upload.id);
      await removeParts(upload);
      const Location = `/${bucket.name}/${upload.key}`;
      return { Bucket: bucket.name, Key: upload.key, ETag: etag, Location, ...versionMember(bucket, version) };
    },

    AbortMultipartUpload: async (input: client.AbortMultipartUploadCommandInput) => {
      const bucket = buckets.get(input.Bucket);
      const upload = findUpload(bucket, input.UploadId);
      bucket.uploads.delete(upload.id);
      await removeParts(upload);
    },

    ListParts: (input: client.ListPartsCommandInput) => {
      const upload = findUpload(buckets.get(input.Bucket), input.UploadId);
      const parts = [...upload.parts].sort(([one], [other]) => one - other);
      return {
        Bucket: input.Bucket,
        Key: upload.key,
        UploadId: upload.id,
        IsTruncated: false,
        Parts: parts.map(([PartNumber, { etag, body, at }]) => ({
          PartNumber,
          ETag: etag,
          Size: body.size,
          LastModified: at,
        })),
      };
    },

    ListMultipartUploads: (input: client.ListMultipartUploadsCommandInput) => {
      const bucket = buckets.get(input.Bucket);
      const { Prefix = '', KeyMarker, UploadIdMarker, MaxUploads = MAXIMUM_UPLOADS } = input;
      const isAfter = ({ key, id }: MultipartUpload) =>
        KeyMarker === undefined ||
        key > KeyMarker ||
        (key === KeyMarker && UploadIdMarker !== undefined && id > UploadIdMarker);
      const listed = [...bucket.uploads.values()]
        .filter((upload) => upload.key.startsWith(Prefix) && isAfter(upload))
        .sort((one, other) => (one.key === other.key ? (one.id < other.id ? -1 : 1) : one.key < other.key ? -1 : 1));
      const uploads = listed.slice(0, MaxUploads);
      const isTruncated = listed.length > uploads.length;
      return {
        Bucket: bucket.name,
        KeyMarker: KeyMarker ?? '',
        UploadIdMarker: UploadIdMarker ?? '',
        MaxUploads,
        IsTruncated: isTruncated,
        NextKeyMarker: isTruncated ? uploads.at(-1)?.key : undefined,
        NextUploadIdMarker: isTruncated ? uploads.at(-1)?.id : undefined,
        Uploads: uploads.map(({ id, key, initiated }) => ({ UploadId: id, Key: key, Initiated: initiated })),
      };
    },
  };
}

function findUpload(bucket: Bucket, id = ''): MultipartUpload {
  const upload = bucket.uploads.get(id);
  if (upload === undefined) {
    const message =
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.';
    throw new AwsError('NoSuchUpload', message, { status: 404 });
  }
  return upload;
}

async function keepPart(upload: MultipartUpload, number = 0, body: Uint8Array, directory: string): Promise<string> {
  if (number < 1 || number > 10_000) {
    throw new AwsError('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
  }
  const etag = etagOf(body);
  const replaced = upload.parts.get(number);
  upload.parts.set(number, { body: await storeBody(directory, body), etag, at: new Date() });
  await replaced?.body.remove();
  return etag;
}

function chosenParts(upload: MultipartUpload, wanted: readonly client.CompletedPart[]) {
  if (wanted.length === 0) {
    throw new AwsError('MalformedXML', 'You must specify at least one part');
  }
  return wanted.map(({ PartNumber = 0, ETag = '' }, index) => {
    const part = upload.parts.get(PartNumber);
    if (part === undefined || part.etag.replaceAll('"', '') !== ETag.replaceAll('"', '')) {
      throw new AwsError('InvalidPart', 'One or more of the specified parts could not be found.');
    }
    if (index > 0 && PartNumber <= (wanted[index - 1]?.PartNumber ?? 0)) {
      throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order.');
    }
    if (index < wanted.length - 1 && part.body.size < MINIMUM_PART_BYTES) {
      throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    }
    return part;
  });
}

async function removeParts(upload: MultipartUpload): Promise<void> {
  await Promise.all([...upload.parts.values()].map(({ body }) => body.remove()));
}
