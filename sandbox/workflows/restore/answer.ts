import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { SFNClient } from '@aws-sdk/client-sfn';
import { signAnswer } from '../../../operator/approve/sign-answer.ts';
import { makeTaskTokens } from '../../../shared/aws/task-tokens.ts';
import { type RestoreDecision, WaitingRestore } from '../../../shared/contracts/restore.ts';
import { decisionText } from '../../../shared/domain/remediation/approval.ts';
import { restoreQuestionKey } from '../../../shared/evidence/keys.ts';
import type { Sandbox } from '../../sandbox.ts';

export type Decided = { readonly decision: RestoreDecision; readonly at?: string };

/**
 * Answers every question of an execution as the operator of the sandbox, as `npm run approve` does, until it is stopped. `decide` is
 * asked with the question and how many there were before it.
 */
export function answerQuestions(
  sandbox: Sandbox,
  executionName: string,
  decide: (question: WaitingRestore, before: number) => Promise<Decided> | Decided,
  region = sandbox.region,
): { stop(): Promise<void> } {
  let isOver = false;
  const answered = new Set<string>();
  const work = (async () => {
    while (!isOver) {
      const asked = await questionOf(sandbox, executionName, region);
      if (asked !== undefined && !answered.has(asked.token)) {
        const { decision, at = null } = await decide(asked, answered.size);
        answered.add(asked.token);
        await sendAnswer(sandbox, asked, { decision, at }, region);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  return {
    async stop() {
      isOver = true;
      await work;
    },
  };
}

/** Signed with the operator's key, or with that of `who`. */
export async function sendAnswer(
  sandbox: Sandbox,
  { executionName, token }: Pick<WaitingRestore, 'executionName' | 'token'>,
  { decision, at }: { readonly decision: RestoreDecision; readonly at: string | null },
  region = sandbox.region,
  who: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string } = sandbox
    .credentials.operator,
): Promise<boolean> {
  const { endpoint } = sandbox;
  const { accessKeyId, secretAccessKey } = sandbox.credentials.operator;
  const signed = await signAnswer(decisionText(executionName, decision, at), {
    ...{ region, endpoint },
    credentials: {
      accessKeyId: who.accessKeyId,
      secretAccessKey: who.secretAccessKey,
      ...(who.sessionToken === undefined ? {} : { sessionToken: who.sessionToken }),
    },
  });
  const tokens = makeTaskTokens(new SFNClient({ region, endpoint, credentials: { accessKeyId, secretAccessKey } }));
  return tokens.wake(token, { answer: { decision, at, signed } });
}

/** What waits for a person; undefined while nothing does. */
export async function questionOf(
  sandbox: Sandbox,
  executionName: string,
  region = sandbox.region,
): Promise<WaitingRestore | undefined> {
  const stack = sandbox.stacks.find((one) => one.region === region);
  const Bucket = stack?.buckets.find(({ logicalId }) => logicalId === 'EvidenceBucket')?.name;
  try {
    const { Body } = (await sandbox.dispatch(
      's3',
      'GetObject',
      { Bucket, Key: restoreQuestionKey(executionName) },
      { region, caller: sandbox.credentials.operator.caller },
    )) as { Body: Readable | Uint8Array };
    const found = Body instanceof Uint8Array ? Buffer.from(Body).toString() : await text(Body);
    return WaitingRestore.parse(JSON.parse(found));
  } catch (thrown) {
    if (thrown instanceof Error && /NoSuchKey/.test(`${thrown.name} ${(thrown as { code?: string }).code}`))
      return undefined;
    throw thrown;
  }
}
