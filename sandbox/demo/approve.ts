import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Sandbox } from '../sandbox.ts';

const command = fileURLToPath(new URL('../../operator/approve/approve.ts', import.meta.url));

/** Answers a question as the operator of the sandbox does, by `npm run approve` with these words after the file. */
export async function approve(
  { credentials, endpoint, region }: Sandbox,
  question: object,
  words: readonly string[],
): Promise<void> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'pgd-question-'));
  try {
    const file = path.join(directory, 'question.json');
    await writeFile(file, JSON.stringify(question));
    const { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY } = credentials.operator;
    const env = {
      ...process.env,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY,
    };
    // Exit code 1: it was answered meanwhile, or its time is over.
    await promisify(execFile)(process.execPath, [command, file, ...words], { env }).catch(
      (error: { code?: unknown }) => {
        if (error.code !== 1) throw error;
      },
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What waits for a person, parsed; undefined while nothing does. */
export async function waitingIn(sandbox: Sandbox, Key: string): Promise<unknown> {
  const Bucket = sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
  try {
    const { Body } = (await sandbox.dispatch(
      's3',
      'GetObject',
      { Bucket, Key },
      { region: sandbox.region, caller: sandbox.credentials.operator.caller },
    )) as { Body: Readable | Uint8Array };
    return JSON.parse(Body instanceof Uint8Array ? Buffer.from(Body).toString() : await text(Body)) as unknown;
  } catch (thrown) {
    if (thrown instanceof Error && /NoSuchKey/.test(`${thrown.name} ${(thrown as { code?: string }).code}`))
      return undefined;
    throw thrown;
  }
}
