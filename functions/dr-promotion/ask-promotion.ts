import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { makeSeverityTopics } from '../../shared/aws/sns.ts';
import { config } from '../../shared/config.ts';
import {
  AskPromotionInput,
  AskPromotionOutput,
  type WaitingPromotion,
} from '../../shared/contracts/dr-promotion/decision.ts';
import { approvalText } from '../../shared/domain/dr/approval-text.ts';
import { TopicEnvironment, topicArns } from '../../shared/evidence/environment.ts';
import { promotionQuestionKey } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { promotionQuestion } from '../../shared/notify/outcomes/promotion-message.ts';

/**
 * Leaves the question with the token by which it is answered, and asks people. A second call leaves the token that counts now, and asks
 * again under the same execution.
 */
export const askPromotion = defineTask({
  input: AskPromotionInput,
  output: AskPromotionOutput,
  environment: TopicEnvironment,
  deps: (environment) => ({
    store: makeObjectStore(config().evidenceBucket),
    topics: makeSeverityTopics(topicArns(environment)),
    place: { stage: config().stage, bucket: config().evidenceBucket },
    now: () => Date.now(),
  }),
  async run({ seconds, ...asked }, { store, topics, place, now }) {
    const at = now();
    const waiting: WaitingPromotion = {
      ...asked,
      ...{ kind: 'promotion', schemaVersion: 1, summary: approvalText(asked) },
      askedAt: new Date(at).toISOString(),
      expiresAt: new Date(at + seconds * 1000).toISOString(),
    };
    const key = promotionQuestionKey(asked.executionName);
    await store.put(key, JSON.stringify(waiting, undefined, 2), 'application/json');
    // A primary that is lost is an outage; a switch that somebody wants is none.
    await topics.publish(asked.seen === null ? 'P2' : 'P1', promotionQuestion(waiting, place));
    logger.info('people are asked', { expiresAt: waiting.expiresAt, approvedBy: asked.approvedBy });
    return { answer: null };
  },
});
export const { handler } = askPromotion;
