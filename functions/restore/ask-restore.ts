import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { makeSeverityTopics } from '../../shared/aws/sns.ts';
import { config } from '../../shared/config.ts';
import { AskRestoreInput, AskRestoreOutput, type WaitingRestore } from '../../shared/contracts/restore/restore.ts';
import { questionText } from '../../shared/domain/restore/question-text.ts';
import { TopicEnvironment, topicArns } from '../../shared/evidence/environment.ts';
import { restoreQuestionKey } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { restoreQuestion } from '../../shared/notify/outcomes/restore-message.ts';
import { databasePolicy, operations } from '../../shared/policy/operations.ts';

/**
 * Leaves the question with the token by which it is answered, and asks people. A second call leaves the token that counts now, and asks
 * again under the same execution.
 */
export const askRestore = defineTask({
  input: AskRestoreInput,
  output: AskRestoreOutput,
  environment: TopicEnvironment,
  deps: (environment) => ({
    store: makeObjectStore(config().evidenceBucket),
    topics: makeSeverityTopics(topicArns(environment)),
    place: { stage: config().stage, bucket: config().evidenceBucket },
    policy: operations(),
    now: () => Date.now(),
  }),
  async run({ seconds, ...asked }, { store, topics, place, policy, now }) {
    const at = now();
    const { secretArn } = databasePolicy(policy, place.stage, asked.plan.database);
    const waiting: WaitingRestore = {
      ...asked,
      ...{ kind: 'restore', schemaVersion: 1, summary: questionText(asked, secretArn) },
      askedAt: new Date(at).toISOString(),
      expiresAt: new Date(at + seconds * 1000).toISOString(),
    };
    const { executionName, question } = asked;
    await store.put(restoreQuestionKey(executionName), JSON.stringify(waiting, undefined, 2), 'application/json');
    await topics.publish('P2', restoreQuestion(waiting, place));
    logger.info('a person is asked', { question, expiresAt: waiting.expiresAt });
    return { answer: null };
  },
});
export const { handler } = askRestore;
