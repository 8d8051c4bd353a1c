import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { leaseCallDeadline } from '../../deadlines.ts';
import type { LeaseRegister } from '../../domain/lease/register.ts';
import { InvalidOutputError } from '../../errors.ts';
import { callAws, isAwsError, undefinedWhen } from '../call.ts';

const Content = z.strictObject({
  epoch: z.int().check(z.minimum(0)),
  holder: z.nullable(z.string()),
  counter: z.int().check(z.minimum(0)),
});

/** What nobody has written yet. */
const unwritten: LeaseRegister = { epoch: 0, holder: null, counter: 0 };

export type ReadRegister = {
  readonly content: LeaseRegister;
  /** Null where there is no object yet. */
  readonly etag: string | null;
};

export type LeaseRegisterStore = {
  read(): Promise<ReadRegister>;
  /** False where the register is not what was read any more. Throws where nobody knows whether it was written. */
  write(content: LeaseRegister, read: ReadRegister): Promise<boolean>;
};

/** A register in an S3 object, changed by conditional writes alone: If-None-Match the first time, then If-Match. */
export function makeLeaseRegister(
  { region, bucket }: { readonly region: string; readonly bucket: string },
  key: string,
  // A retry of a write that was done would be refused, and read as another's: the next pass is the retry.
  client = new S3Client({ region, maxAttempts: 1 }),
): LeaseRegisterStore {
  return {
    async read() {
      const command = new GetObjectCommand({ Bucket: bucket, Key: key });
      const found = await callAws(
        `read register '${bucket}/${key}'`,
        async (options) => {
          const { Body, ETag } = await client.send(command, options);
          return { text: (await Body?.transformToString()) ?? '', etag: ETag ?? null };
        },
        leaseCallDeadline,
      ).catch(undefinedWhen('NoSuchKey'));
      if (found === undefined) return { content: unwritten, etag: null };
      const parsed = z.safeParse(Content, parseJson(found.text));
      if (parsed.success && found.etag !== null) return { content: parsed.data, etag: found.etag };
      throw new InvalidOutputError(`register '${bucket}/${key}' holds no lease`, {
        hints: ['Who else writes to this bucket? Delete the object only while another region holds the lease twice.'],
      });
    },

    async write(content, { etag }) {
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: JSON.stringify(content),
        ContentType: 'application/json',
        ...(etag === null ? { IfNoneMatch: '*' } : { IfMatch: etag }),
      });
      try {
        await callAws(
          `write register '${bucket}/${key}'`,
          (options) => client.send(command, options),
          leaseCallDeadline,
        );
        return true;
      } catch (error) {
        // 412: another content. 409: another one writes at this moment. 404: it was deleted.
        if (isAwsError(error, 'PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey')) return false;
        throw error;
      }
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
