import {
  AskApproverInput,
  AskApproverOutput,
  type WaitingApproval,
} from '../../shared/contracts/remediation/remediation.ts';
import { TopicEnvironment } from '../../shared/evidence/environment.ts';
import { approvalKey } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { askingParts, askPeople } from '../../shared/notify/ask-people.ts';
import { approvalMessage } from '../../shared/notify/outcomes/remedy-message.ts';

/** Asks people whether a remedy may act. */
export const askApprover = defineTask({
  input: AskApproverInput,
  output: AskApproverOutput,
  environment: TopicEnvironment,
  deps: askingParts,
  async run({ seconds, ...asked }, parts) {
    const { expiresAt } = await askPeople<WaitingApproval>(parts, {
      ...{ key: approvalKey(asked.executionName), seconds, severity: 'P2', message: approvalMessage },
      question: (term) => ({ ...asked, schemaVersion: 1, ...term }),
    });
    logger.info('approval asked for', { expiresAt, remedy: asked.found.remedy });
    return { answer: null };
  },
});
export const { handler } = askApprover;
