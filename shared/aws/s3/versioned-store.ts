import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { callAws, isAwsError, undefinedWhen } from '../call.ts';

/** An object with what S3 calls this version of it. */
export type Versioned = { readonly text: string; readonly etag: string };

/** Small objects that several executions change: each change holds only where nobody else has changed it meanwhile. */
export type VersionedStore = {
  get(key: string): Promise<Versioned | undefined>;
  /** `before` is what was read, undefined when there was nothing. False when it is another one by now. */
  replace(key: string, text: string, before: Versioned | undefined): Promise<boolean>;
};

export function makeVersionedStore(bucket: string, client = new S3Client({ maxAttempts: 5 })): VersionedStore {
  return {
    async get(key) {
      const command = new GetObjectCommand({ Bucket: bucket, Key: key });
      return callAws(`read '${bucket}/${key}'`, async (options) => {
        const { Body, ETag = '' } = await client.send(command, options);
        return { text: (await Body?.transformToString()) ?? '', etag: ETag };
      }).catch(undefinedWhen('NoSuchKey', 'NotFound'));
    },
    async replace(key, text, before) {
      const command = new PutObjectCommand({
        ...{ Bucket: bucket, Key: key, Body: text, ContentType: 'application/json' },
        ...(before === undefined ? { IfNoneMatch: '*' } : { IfMatch: before.etag }),
      });
      try {
        await callAws(`write '${bucket}/${key}'`, (options) => client.send(command, options));
        return true;
      } catch (error) {
        if (isAwsError(error, 'PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey')) return false;
        throw error;
      }
    },
  };
}
