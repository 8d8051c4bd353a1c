import type { DrillOutcome } from '../../contracts/outcome.ts';
import type { OutcomeMessage, OutcomePlace } from './outcome-place.ts';
import { recordedMessage } from './recorded-message.ts';

const headlines = {
  planned: 'drill of a promotion planned',
  refused: 'promotion NOT rehearsed, nothing was made',
  'not rehearsed': 'promotion NOT rehearsed to its end',
  rehearsed: 'promotion rehearsed',
} as const;

export const drillMessage = (outcome: DrillOutcome, place: OutcomePlace): OutcomeMessage =>
  recordedMessage(outcome, place, {
    ...{ workflow: 'dr-drill', what: 'Drill of a promotion', headline: headlines[outcome.result] },
    isOver: outcome.severity === 'P4',
  });
