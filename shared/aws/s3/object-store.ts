import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { objectCopyDeadline, uploadDeadline } from '../../deadlines.ts';
import { SnapshotCopyFailedError } from '../../errors.ts';
import { callAws, isAwsError, undefinedWhen } from '../call.ts';
import { ObjectBody, type OpenedBody, readBounds } from '../object-body.ts';
import { linesOf, type ObjectLines, requireDigest } from '../object-lines.ts';

export type ObjectStore = {
  exists(key: string): Promise<boolean>;
  /** False when the key exists already: evidence is written once and never over. */
  putNew(key: string, body: string | Buffer, contentType: string): Promise<boolean>;
  put(key: string, body: string | Buffer, contentType: string): Promise<void>;
  /** With `sha256`, throws ObjectChangedError when the object is another one. */
  getText(key: string, sha256?: string): Promise<string | undefined>;
  /** SHA-256 of what is stored there now. */
  digestOf(key: string): Promise<string | undefined>;
  /** Every key that begins so. */
  listKeys(prefix: string): Promise<string[]>;
  /**
   * The lines of a gzip object, read as they are asked for. Undefined when there is no such key. With `sha256`, its end
   * is an ObjectChangedError when the object is another one.
   */
  openGzipLines(key: string, sha256?: string): Promise<ObjectLines | undefined>;
};

export function makeObjectStore(
  bucket: string,
  client = new S3Client({ maxAttempts: 5 }),
  bounds = readBounds,
): ObjectStore {
  const nameOf = (key: string) => `'${bucket}/${key}'`;
  const open = async (key: string, part: { Range?: string; IfMatch?: string } = {}): Promise<OpenedBody> => {
    const command = new GetObjectCommand({ Bucket: bucket, Key: key, ...part });
    const { Body, ETag, ContentLength } = await callAws(
      `read ${nameOf(key)}`,
      (options) => client.send(command, options),
      bounds.answer,
    );
    if (!(Body instanceof Readable)) throw new Error('the body of an object is no stream');
    return { body: Body, etag: ETag, length: ContentLength };
  };
  const get = async (key: string): Promise<ObjectBody | undefined> => {
    const first = await open(key).catch(undefinedWhen('NoSuchKey', 'NotFound'));
    const again = (from: number, etag: string) => open(key, { Range: `bytes=${from}-`, IfMatch: etag });
    return first && new ObjectBody(`object ${nameOf(key)}`, first, again, bounds);
  };
  const put = (key: string, body: string | Buffer, contentType: string, condition: { IfNoneMatch?: string }) =>
    callAws(
      `write '${bucket}/${key}'`,
      (options) =>
        client.send(
          new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType, ...condition }),
          options,
        ),
      uploadDeadline(Buffer.byteLength(body)),
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

    async getText(key, sha256) {
      const body = await get(key);
      if (body === undefined) return undefined;
      const content = await text(body);
      requireDigest(`object ${nameOf(key)}`, body.digest(), sha256);
      return content;
    },

    async digestOf(key) {
      const body = await get(key);
      if (body === undefined) return undefined;
      for await (const _ of body);
      return body.digest();
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

    async openGzipLines(key, sha256) {
      const body = await get(key);
      return body && linesOf(`object ${nameOf(key)}`, body, sha256);
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
    await callAws(
      `copy '${from}/${key}' to '${to}'`,
      (options) => client.send(command, options),
      objectCopyDeadline,
    ).catch((error: unknown) => {
      if (!isAwsError(error, 'NoSuchBucket')) throw error;
      throw new SnapshotCopyFailedError(`witness '${key}' has no bucket '${to}' in ${region}`, {
        hints: [`Deploy the stage there, too: serverless deploy --stage <stage> --region ${region}.`],
        cause: error,
      });
    });
  };
