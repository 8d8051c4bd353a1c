import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketTaggingCommand,
  ListMultipartUploadsCommand,
  paginateListBuckets,
  paginateListParts,
  S3Client,
  type LifecycleRule as S3LifecycleRule,
} from '@aws-sdk/client-s3';
import type { Bucket, LifecycleRule, MeasuredUpload, Upload } from '../../domain/waste/buckets.ts';
import { callAws, isAwsError, undefinedWhen } from '../call.ts';
import { everyOne } from '../every-one.ts';
import { tagsOf } from '../tag-list.ts';

type NamedBucket = Pick<Bucket, 'id' | 'region' | 'createdAt'>;

/** The buckets of one region, and what is known of each. */
export function bucketsIn(region: string, client = new S3Client({ region, maxAttempts: 5 })) {
  return {
    list: (): Promise<NamedBucket[]> =>
      callAws(`list the buckets of ${region}`, (options) =>
        everyOne(
          paginateListBuckets({ client, pageSize: 1000 }, { BucketRegion: region }, options),
          ({ Buckets }) => Buckets,
          ({ Name = '', CreationDate }) => ({ id: Name, region, createdAt: CreationDate }),
        ),
      ),

    async look(named: NamedBucket): Promise<Bucket> {
      const Bucket = named.id;
      const tags = await callAws(`read the tags of '${Bucket}'`, (options) =>
        client.send(new GetBucketTaggingCommand({ Bucket }), options),
      ).catch(undefinedWhen('NoSuchTagSet'));
      const lifecycle = await callAws(`read the lifecycle of '${Bucket}'`, (options) =>
        client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }), options),
      ).catch(undefinedWhen('NoSuchLifecycleConfiguration'));
      const uploads = await listUploads(client, Bucket);
      return { ...named, tags: tagsOf(tags?.TagSet), rules: (lifecycle?.Rules ?? []).map(ruleOf), uploads };
    },

    async measure(Bucket: string, upload: Upload): Promise<MeasuredUpload> {
      const input = { Bucket, Key: upload.key, UploadId: upload.uploadId };
      const sizes = await callAws(`list the parts of an upload to '${Bucket}'`, (options) =>
        everyOne(
          paginateListParts({ client }, input, options),
          ({ Parts }) => Parts,
          ({ Size = 0 }) => Size,
        ),
      ).catch((error: unknown) => {
        // Completed or ended meanwhile.
        if (isAwsError(error, 'NoSuchUpload')) return [];
        throw error;
      });
      return { ...upload, bytes: sizes.reduce((sum, size) => sum + size, 0) };
    },
  };
}

/** The SDK has no paginator for this call. */
async function listUploads(client: S3Client, Bucket: string): Promise<Upload[]> {
  const uploads: Upload[] = [];
  let next: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
  while (next !== undefined) {
    const command: ListMultipartUploadsCommand = new ListMultipartUploadsCommand({ Bucket, ...next });
    const page = await callAws(`list the uploads to '${Bucket}'`, (options) => client.send(command, options));
    const { Uploads = [], IsTruncated = false, NextKeyMarker = '', NextUploadIdMarker = '' } = page;
    uploads.push(
      ...Uploads.map(({ Key = '', UploadId = '', Initiated }) => ({
        key: Key,
        uploadId: UploadId,
        initiatedAt: Initiated,
      })),
    );
    next = IsTruncated ? { KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker } : undefined;
  }
  return uploads;
}

function ruleOf({ Status, Filter, Prefix, AbortIncompleteMultipartUpload }: S3LifecycleRule): LifecycleRule {
  const prefix = Filter?.Prefix ?? Prefix ?? '';
  const others = Object.keys(Filter ?? {}).filter((name) => name !== 'Prefix');
  return {
    isEnabled: Status === 'Enabled',
    isForAll: prefix === '' && others.length === 0,
    abortsAfterDays: AbortIncompleteMultipartUpload?.DaysAfterInitiation,
  };
}
