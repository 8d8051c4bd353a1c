import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { leaseCallDeadline } from '../../deadlines.ts';
import type { RegisterPlace } from '../../rules/lease.ts';
import { callAws } from '../call.ts';

/** Removes the register of a scope from its bucket. The caller has proven whose it is. One that is not there is a success. */
export async function removeRegister(
  { region, bucket }: RegisterPlace,
  key: string,
  client = new S3Client({ region, maxAttempts: 5 }),
): Promise<void> {
  const command = new DeleteObjectCommand({ Bucket: bucket, Key: key });
  await callAws(`remove register '${bucket}/${key}'`, (options) => client.send(command, options), leaseCallDeadline);
}
