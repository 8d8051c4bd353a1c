import {
  AskPromotionInput,
  AskPromotionOutput,
  type WaitingPromotion,
} from '../../shared/contracts/dr-promotion/decision.ts';
import { approvalText } from '../../shared/domain/dr/approval-text.ts';
import { TopicEnvironment } from '../../shared/evidence/environment.ts';
import { promotionQuestionKey } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { askingParts, askPeople } from '../../shared/notify/ask-people.ts';
import { promotionQuestion } from '../../shared/notify/outcomes/promotion-message.ts';

/** Asks people whether the replica may be promoted. */
export const askPromotion = defineTask({
  input: AskPromotionInput,
  output: AskPromotionOutput,
  environment: TopicEnvironment,
  deps: askingParts,
  async run({ seconds, ...asked }, parts) {
    const { expiresAt } = await askPeople<WaitingPromotion>(parts, {
      ...{ key: promotionQuestionKey(asked.executionName), seconds, message: promotionQuestion },
      // A primary that is lost is an outage; a switch that somebody wants is none.
      severity: asked.seen === null ? 'P2' : 'P1',
      question: (term) => ({ ...asked, kind: 'promotion', schemaVersion: 1, summary: approvalText(asked), ...term }),
    });
    logger.info('people are asked', { expiresAt, approvedBy: asked.approvedBy });
    return { answer: null };
  },
});
export const { handler } = askPromotion;
