import type { FailbackOutcome } from '../../contracts/outcome.ts';
import type { OutcomeMessage, OutcomePlace } from './outcome-place.ts';
import { recordedMessage } from './recorded-message.ts';

const headlines = {
  planned: 'failback planned',
  refused: 'failback NOT begun, nothing was changed',
  stopped: 'failback STOPPED, the primary is where it was',
  rebuilt: 'rebuilt, ready to be switched back',
  undone: 'NOT switched back, the fence was lifted',
  'not undone': 'NOT switched back, APPLICATIONS KEPT OUT',
  'failed back': 'is HOME',
  unfinished: 'FAILBACK UNFINISHED',
} as const;

export const failbackMessage = (outcome: FailbackOutcome, place: OutcomePlace): OutcomeMessage =>
  recordedMessage(outcome, place, {
    ...{ workflow: 'dr-failback', what: 'Failback', headline: headlines[outcome.result] },
    isOver: outcome.result === 'planned' || outcome.result === 'rebuilt',
  });
