import { SFNClient } from '@aws-sdk/client-sfn';
import { signAnswer } from '../../../operator/approve/sign-answer.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { makeTaskTokens } from '../../../shared/aws/task-tokens.ts';
import type { RestoreDecision, WaitingRestore } from '../../../shared/contracts/restore/restore.ts';
import { decisionText } from '../../../shared/domain/remediation/approval.ts';

type Keys = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };

/** Hands over an answer that somebody else has signed: whoever has the token may try. */
export async function sendAnswer(
  { endpoint, region, credentials: { operator } }: Sandbox,
  { executionName, token }: Pick<WaitingRestore, 'executionName' | 'token'>,
  decision: RestoreDecision,
  who: Keys,
): Promise<boolean> {
  const { accessKeyId, secretAccessKey, sessionToken } = who;
  const signed = await signAnswer(decisionText(executionName, decision), {
    ...{ region, endpoint },
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
  });
  const credentials = { accessKeyId: operator.accessKeyId, secretAccessKey: operator.secretAccessKey };
  return makeTaskTokens(new SFNClient({ region, endpoint, credentials })).wake(token, {
    answer: { decision, at: null, signed },
  });
}
