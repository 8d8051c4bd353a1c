import type * as client from '@aws-sdk/client-s3';
import { AwsError } from '../../wire/aws-error.ts';
import type { Operation } from '../../wire/service.ts';
import { type BucketStore, currentVersion, type ObjectVersion } from './bucket-store.ts';

const MAXIMUM_KEYS = 1000;

export function listingOperations(buckets: BucketStore): Record<string, Operation> {
  return {
    ListObjectsV2: (input: client.ListObjectsV2CommandInput) => {
      const bucket = buckets.get(input.Bucket);
      const after = input.ContinuationToken === undefined ? input.StartAfter : fromToken(input.ContinuationToken);
      const keys = [...bucket.objects.keys()].filter((key) => currentVersion(bucket, key) !== undefined);
      const listed = list(keys, { ...input, after, limit: input.MaxKeys });
      return {
        Name: bucket.name,
        Prefix: input.Prefix ?? '',
        Delimiter: input.Delimiter,
        StartAfter: input.StartAfter,
        MaxKeys: input.MaxKeys ?? MAXIMUM_KEYS,
        KeyCount: listed.keys.length + listed.prefixes.length,
        IsTruncated: listed.last !== undefined,
        ContinuationToken: input.ContinuationToken,
        NextContinuationToken: listed.last === undefined ? undefined : toToken(listed.last),
        EncodingType: input.EncodingType,
        Contents: listed.keys.map((key) => summary(currentVersion(bucket, key), encoder(input.EncodingType))),
        CommonPrefixes: listed.prefixes.map((prefix) => ({ Prefix: encoder(input.EncodingType)(prefix) })),
      };
    },

    ListObjects: (input: client.ListObjectsCommandInput) => {
      const bucket = buckets.get(input.Bucket);
      const keys = [...bucket.objects.keys()].filter((key) => currentVersion(bucket, key) !== undefined);
      const listed = list(keys, { ...input, after: input.Marker, limit: input.MaxKeys });
      return {
        Name: bucket.name,
        Prefix: input.Prefix ?? '',
        Marker: input.Marker ?? '',
        MaxKeys: input.MaxKeys ?? MAXIMUM_KEYS,
        IsTruncated: listed.last !== undefined,
        NextMarker: listed.last,
        EncodingType: input.EncodingType,
        Contents: listed.keys.map((key) => summary(currentVersion(bucket, key), encoder(input.EncodingType))),
        CommonPrefixes: listed.prefixes.map((prefix) => ({ Prefix: encoder(input.EncodingType)(prefix) })),
      };
    },

    ListObjectVersions: (input: client.ListObjectVersionsCommandInput) => {
      const bucket = buckets.get(input.Bucket);
      // A page ends between keys here, in S3 it may end between the versions of one key.
      const listed = list([...bucket.objects.keys()], { ...input, after: input.KeyMarker, limit: input.MaxKeys });
      const versions = listed.keys.flatMap((key) =>
        (bucket.objects.get(key) ?? []).map((version, index) => ({ version, latest: index === 0 })),
      );
      const encode = encoder(input.EncodingType);
      return {
        Name: bucket.name,
        Prefix: input.Prefix ?? '',
        KeyMarker: input.KeyMarker ?? '',
        MaxKeys: input.MaxKeys ?? MAXIMUM_KEYS,
        IsTruncated: listed.last !== undefined,
        NextKeyMarker: listed.last,
        EncodingType: input.EncodingType,
        Versions: versions
          .filter(({ version }) => !version.deleteMarker)
          .map(({ version, latest }) => ({
            ...summary(version, encode),
            VersionId: version.versionId,
            IsLatest: latest,
          })),
        DeleteMarkers: versions
          .filter(({ version }) => version.deleteMarker)
          .map(({ version, latest }) => ({
            Key: encode(version.key),
            VersionId: version.versionId,
            IsLatest: latest,
            LastModified: version.lastModified,
          })),
        CommonPrefixes: listed.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
      };
    },
  };
}

type ListOptions = {
  readonly Prefix?: string | undefined;
  readonly Delimiter?: string | undefined;
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
};

/** Keys in the order of their UTF-8 bytes; a group of keys under a delimiter counts as one. */
function list(keys: readonly string[], { Prefix = '', Delimiter, after = '', limit }: ListOptions) {
  const found: string[] = [];
  const prefixes: string[] = [];
  const most = Math.min(limit ?? MAXIMUM_KEYS, MAXIMUM_KEYS);
  let last: string | undefined;
  const ordered = keys
    .filter((key) => key.startsWith(Prefix))
    .sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  for (const key of ordered) {
    const cut = Delimiter ? key.indexOf(Delimiter, Prefix.length) : -1;
    const group = cut < 0 || Delimiter === undefined ? undefined : key.slice(0, cut + Delimiter.length);
    const name = group ?? key;
    if (name <= after || (group !== undefined && prefixes.at(-1) === group)) {
      continue;
    }
    if (found.length + prefixes.length === most) {
      return { keys: found, prefixes, last };
    }
    (group === undefined ? found : prefixes).push(name);
    last = name;
  }
  return { keys: found, prefixes, last: undefined };
}

function summary(version: ObjectVersion | undefined, encode: (text: string) => string) {
  return {
    Key: encode(version?.key ?? ''),
    LastModified: version?.lastModified,
    ETag: version?.etag,
    Size: version?.body?.size ?? 0,
    StorageClass: version?.headers.StorageClass ?? 'STANDARD',
  };
}

/** The CLI always asks for URL encoding and undoes it. */
function encoder(encoding: string | undefined): (text: string) => string {
  return encoding === 'url' ? (text) => encodeURIComponent(text).replaceAll('%2F', '/') : (text) => text;
}

/** What a token begins with, so that what is none is reported from one. */
const TOKEN = '1:';

function toToken(key: string): string {
  return Buffer.from(TOKEN + key).toString('base64url');
}

function fromToken(token: string): string {
  const key = Buffer.from(token, 'base64url').toString();
  if (!key.startsWith(TOKEN)) {
    const members = { ArgumentName: 'continuation-token', ArgumentValue: token };
    throw new AwsError('InvalidArgument', 'The continuation token provided is incorrect', { members });
  }
  return key.slice(TOKEN.length);
}
