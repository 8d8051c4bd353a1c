import type { PromotionOutcome } from '../../contracts/outcome.ts';
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
