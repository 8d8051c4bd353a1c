import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { makeSeverityTopics } from '../../shared/aws/sns.ts';
import { config } from '../../shared/config.ts';
import {
  AskApproverInput,
  AskApproverOutput,
  type WaitingApproval,
} from '../../shared/contracts/remediation/remediation.ts';
import { TopicEnvironment, topicArns } from '../../shared/evidence/environment.ts';
import { approvalKey } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { approvalMessage } from '../../shared/notify/outcomes/remedy-message.ts';

/**
 * Leaves the question with the token by which it is answered, and asks people. A second call leaves the token that counts now, and asks
 * again under the same execution.
 */
export const askApprover = defineTask({
  input: AskApproverInput,
  output: AskApproverOutput,
  environment: TopicEnvironment,
  deps: (environment) => ({
    store: makeObjectStore(config().evidenceBucket),
    topics: makeSeverityTopics(topicArns(environment)),
    place: { stage: config().stage, bucket: config().evidenceBucket },
    now: () => Date.now(),
  }),
  async run({ seconds, ...question }, { store, topics, place, now }) {
    const at = now();
    const approval: WaitingApproval = {
      ...question,
      schemaVersion: 1,
      askedAt: new Date(at).toISOString(),
      expiresAt: new Date(at + seconds * 1000).toISOString(),
    };
    await store.put(approvalKey(question.executionName), JSON.stringify(approval, undefined, 2), 'application/json');
    await topics.publish('P2', approvalMessage(approval, place));
    logger.info('approval asked for', { expiresAt: approval.expiresAt, remedy: question.found.remedy });
    return { answer: null };
  },
});
export const { handler } = askApprover;
