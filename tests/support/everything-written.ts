import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { BackupFixture } from './sandbox/backup.ts';

export type Written = { readonly where: string; readonly text: string };

/** What functions and machines of the fixture have written where a person or a program can read it. */
export async function everythingWritten({ sandbox, lines, call }: BackupFixture): Promise<Written[]> {
  const written: Written[] = lines.map(({ functionName, message }) => ({
    where: `log of ${functionName}`,
    text: message,
  }));
  for (const { arn: stateMachineArn } of sandbox.template.stateMachines) {
    const { executions = [] } = await call<{ executions?: { executionArn: string }[] }>('states', 'ListExecutions', {
      stateMachineArn,
      maxResults: 1000,
    });
    for (const { executionArn } of executions) {
      let nextToken: string | undefined;
      do {
        const page: { events?: HistoryEvent[]; nextToken?: string } = await call('states', 'GetExecutionHistory', {
          executionArn,
          maxResults: 1000,
          ...(nextToken === undefined ? {} : { nextToken }),
        });
        written.push({ where: `history of ${executionArn}`, text: JSON.stringify(page.events) });
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
    }
  }
  for (const { name: Bucket } of sandbox.template.buckets) {
    const { Contents = [] } = await call<{ Contents?: { Key: string }[] }>('s3', 'ListObjectsV2', { Bucket });
    for (const { Key } of Contents.filter(({ Key }) => /\.(json|html)$/.test(Key))) {
      const { Body } = await call<{ Body: Readable | Uint8Array }>('s3', 'GetObject', { Bucket, Key });
      written.push({ where: Key, text: Body instanceof Uint8Array ? Buffer.from(Body).toString() : await text(Body) });
    }
  }
  for (const { arn } of sandbox.template.topics) {
    for (const { subject = '', message } of sandbox.sns.messages(arn))
      written.push({ where: arn, text: `${subject} ${message}` });
  }
  return written;
}
