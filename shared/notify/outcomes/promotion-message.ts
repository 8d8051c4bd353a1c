import type { WaitingPromotion } from '../../contracts/dr-promotion/decision.ts';
import type { PromotionOutcome } from '../../contracts/outcome.ts';
import { promotionQuestionKey } from '../../evidence/keys.ts';
import type { OutcomeMessage, OutcomePlace } from './outcome-place.ts';
import { recordedMessage } from './recorded-message.ts';

const headlines = {
  planned: 'promotion planned',
  refused: 'NOT promoted, nothing was changed',
  undone: 'NOT promoted, the fence was lifted',
  'not undone': 'NOT promoted, APPLICATIONS KEPT OUT',
  promoted: 'PROMOTED',
  unfinished: 'PROMOTION UNFINISHED',
} as const;

export const promotionMessage = (outcome: PromotionOutcome, place: OutcomePlace): OutcomeMessage =>
  recordedMessage(outcome, place, {
    ...{ workflow: 'dr-promotion', what: 'Promotion', headline: headlines[outcome.result] },
    isOver: outcome.result === 'planned',
  });

/** The question of a promotion. Nothing is changed without the answers. */
export const promotionQuestion = (
  { executionName, executionArn, database, expiresAt, summary }: WaitingPromotion,
  { stage, bucket }: { readonly stage: string; readonly bucket: string },
) => ({
  subject: `[${stage}] may the replica of ${database} be promoted?`.slice(0, 100),
  text: [
    summary,
    '',
    `Until ${expiresAt}: aws s3 cp s3://${bucket}/${promotionQuestionKey(executionName)} question.json`,
    'Then: npm run approve -- question.json --yes, or --refuse',
    'Each answer makes a new question: download it anew. Without enough answers nothing is promoted.',
    `Execution: ${executionArn}`,
    'Runbook: docs/runbooks/dr-promotion.md',
  ].join('\n'),
  attributes: { execution: executionName, workflow: 'dr-promotion', database, state: 'problem' },
});
