import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type RestoreDecision, WaitingRestore } from '../../shared/contracts/restore/restore.ts';
import type { Sandbox } from '../sandbox.ts';

export type Decided = { readonly decision: RestoreDecision; readonly at?: string };

const command = fileURLToPath(new URL('../../operator/approve/approve.ts', import.meta.url));

/**
 * Answers every question of an execution as the operator of the sandbox, by `npm run approve`, until it is stopped. `decide` is asked with
 * the question and how many there were before it.
 */
export function answerQuestions(
  sandbox: Sandbox,
  executionName: string,
  decide: (question: WaitingRestore, before: number) => Promise<Decided> | Decided,
): { stop(): Promise<void> } {
  let isOver = false;
  const answered = new Set<string>();
  const work = (async () => {
    while (!isOver) {
      const asked = await questionOf(sandbox, executionName);
      if (asked !== undefined && !answered.has(asked.token)) {
        const decided = await decide(asked, answered.size);
        answered.add(asked.token);
        await approve(sandbox, asked, decided);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  work.catch(() => {}); // reported by `stop`
  return {
    async stop() {
      isOver = true;
      await work;
    },
  };
}

const options: Readonly<Record<RestoreDecision, string>> = {
  approve: '--yes',
  refuse: '--refuse',
  'go-on': '--go-on',
  'another-moment': '--another-moment',
  'give-up': '--give-up',
};

async function approve({ credentials, endpoint, region }: Sandbox, asked: WaitingRestore, decided: Decided) {
  const { decision, at } = decided;
  const directory = await mkdtemp(path.join(os.tmpdir(), 'pgd-question-'));
  try {
    const file = path.join(directory, 'question.json');
    await writeFile(file, JSON.stringify(asked));
    const words = [command, file, options[decision], ...(at === undefined ? [] : [at])];
    const { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY } = credentials.operator;
    const env = {
      ...process.env,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY,
    };
    // Exit code 1: it was answered meanwhile, or its time is over.
    await promisify(execFile)(process.execPath, words, { env }).catch((error: { code?: unknown }) => {
      if (error.code !== 1) throw error;
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What waits for a person; undefined while nothing does. */
async function questionOf(sandbox: Sandbox, executionName: string): Promise<WaitingRestore | undefined> {
  const Bucket = sandbox.template.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
  try {
    const { Body } = (await sandbox.dispatch(
      's3',
      'GetObject',
      { Bucket, Key: `restore/approvals/${executionName}.json` },
      { region: sandbox.region, caller: sandbox.credentials.operator.caller },
    )) as { Body: Readable | Uint8Array };
    const found = Body instanceof Uint8Array ? Buffer.from(Body).toString() : await text(Body);
    return WaitingRestore.parse(JSON.parse(found));
  } catch (thrown) {
    if (thrown instanceof Error && /NoSuchKey/.test(`${thrown.name} ${(thrown as { code?: string }).code}`))
      return undefined;
    throw thrown;
  }
}
