import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { SnapshotCopyFailedError } from '../../errors.ts';
import { callAws, isAwsError, undefinedWhen } from '../call.ts';

export type ObjectStore = {
  exists(key: string): Promise<boolean>;
  /** False when the key exists already: evidence is written once and never over. */
  putNew(key: string, body: string | Buffer, contentType: string): Promise<boolean>;
  put(key: string, body: string | Buffer, contentType: string): Promise<void>;
  getText(key: string): Promise<string | undefined>;
  /** Every key that begins so. */
  listKeys(prefix: string): Promise<string[]>;
  /** The lines of a gzip object, read as they are asked for. Undefined when there is no such key. */
  openGzipLines(key: string): Promise<AsyncIterableIterator<string> | undefined>;
};

export function makeObjectStore(bucket: string, client = new S3Client({ maxAttempts: 5 })): ObjectStore {
  const get = (key: string) =>
    callAws(`read '${bucket}/${key}'`, (options) =>
      client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), options),
    ).catch(undefinedWhen('NoSuchKey', 'NotFound'));
  const put = (key: string, body: string | Buffer, contentType: string, condition: { IfNoneMatch?: string }) =>
    callAws(`write '${bucket}/${key}'`, (options) =>
      client.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType, ...condition }),
        options,
      ),
    );
  return {
    async exists(key) {
      const command = new HeadObjectCommand({ Bucket: bucket, Key: key });
      const found = await callAws(`look for '${bucket}/${key}'`, (options) => client.send(command, options)).catch(
        undefinedWhen('NotFound', 'NoSuchKey'),
      );
      return found !== undefined;
    },

    async putNew(key, body, contentType) {
      try {
        await put(key, body, contentType, { IfNoneMatch: '*' });
        return true;
      } catch (error) {
        if (isAwsError(error, 'PreconditionFailed', 'ConditionalRequestConflict')) return false;
        throw error;
      }
    },

    async put(key, body, contentType) {
      await put(key, body, contentType, {});
    },

    async getText(key) {
      const found = await get(key);
      return found?.Body?.transformToString('utf8');
    },

    async listKeys(prefix) {
      const keys: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const command = new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
        });
        const page = await callAws(`list '${bucket}/${prefix}'`, (options) => client.send(command, options));
        keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      return keys;
    },

    async openGzipLines(key) {
      const found = await get(key);
      if (found === undefined) return undefined;
      const body = found.Body;
      if (!(body instanceof Readable)) throw new Error('the body of an object is no stream');
      const text = createGunzip();
      body.on('error', (error) => text.destroy(error));
      return createInterface({ input: body.pipe(text), crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
    },
  };
}

export const objectStoreIn = (region: string, bucket: string): ObjectStore =>
  makeObjectStore(bucket, new S3Client({ region, maxAttempts: 5 }));

export type HandOver = (key: string) => Promise<void>;

/** Copies objects of one bucket under their own keys to one of another region; S3 does it, up to 5 GB each. */
export const handOverTo =
  (region: string, { from, to }: { readonly from: string; readonly to: string }): HandOver =>
  async (key) => {
    const client = new S3Client({ region, maxAttempts: 5 });
    const command = new CopyObjectCommand({ Bucket: to, Key: key, CopySource: encodeURI(`${from}/${key}`) });
    await callAws(`copy '${from}/${key}' to '${to}'`, (options) => client.send(command, options)).catch(
      (error: unknown) => {
        if (!isAwsError(error, 'NoSuchBucket')) throw error;
        throw new SnapshotCopyFailedError(`witness '${key}' has no bucket '${to}' in ${region}`, {
          hints: [`Deploy the stage there, too: serverless deploy --stage <stage> --region ${region}.`],
          cause: error,
        });
      },
    );
  };
