import assert from 'node:assert/strict';
import { SFNClient } from '@aws-sdk/client-sfn';
import { signAnswer } from '../../../operator/approve/sign-answer.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { type BusEvent, emitEvent } from '../../../sandbox/workflows/event-file.ts';
import { makeTaskTokens } from '../../../shared/aws/task-tokens.ts';
import { RemediationRecord, WaitingApproval } from '../../../shared/contracts/remediation/remediation.ts';
import { answerText } from '../../../shared/domain/remediation/approval.ts';
import { approvalKey } from '../../../shared/evidence/keys.ts';
import { waitUntil } from '../wait-until.ts';

/** A person who is asked by `remediation`; `read` gives the text of an object in the bucket of evidence. */
export function askedPerson(sandbox: Sandbox, read: (key: string) => Promise<string>) {
  return {
    /** The question of the execution that the event starts. */
    async question(event: BusEvent): Promise<WaitingApproval> {
      const executions: string[] = [];
      const stop = sandbox.states.onEvent((one) => {
        if (one.kind === 'history' && one.executionArn.includes(':execution:remediation-'))
          executions.push(one.executionArn);
      });
      await emitEvent(sandbox, event);
      stop();
      const key = approvalKey(executions[0]?.split(':').at(-1) ?? assert.fail('the event started nothing'));
      let question: WaitingApproval | undefined;
      await waitUntil('a person is asked', async () => {
        question = await read(key).then(
          (found) => WaitingApproval.parse(JSON.parse(found)),
          () => undefined,
        );
        return question !== undefined;
      });
      return question ?? assert.fail();
    },
    /** The record of the execution that was answered. `signedFor` is the execution that the signature names. */
    async answer(
      { token, executionArn, executionName }: WaitingApproval,
      isApproved: boolean,
      signedFor = executionName,
    ): Promise<RemediationRecord> {
      const { endpoint, credentials, region } = sandbox;
      const { accessKeyId, secretAccessKey } = credentials.operator;
      const who = { region, endpoint, credentials: { accessKeyId, secretAccessKey } };
      const signed = await signAnswer(answerText(signedFor, isApproved), who);
      assert.ok(await makeTaskTokens(new SFNClient(who)).wake(token, { answer: { isApproved, signed } }));
      const { status, output, cause } = await sandbox.states.waitForEnd(executionArn);
      assert.equal(status, 'SUCCEEDED', cause ?? '');
      const { recordKey } = JSON.parse(output ?? 'null') as { recordKey: string };
      return RemediationRecord.parse(JSON.parse(await read(recordKey)));
    },
  };
}
