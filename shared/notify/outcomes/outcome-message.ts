import type { Outcome } from '../../contracts/outcome.ts';
import { backupMessage } from './backup-message.ts';
import { costMessage } from './cost-message.ts';
import { drillMessage } from './drill-message.ts';
import { failbackMessage } from './failback-message.ts';
import { nightMessage } from './night-message.ts';
import type { OutcomeMessage, OutcomePlace } from './outcome-place.ts';
import { promotionMessage } from './promotion-message.ts';
import { remedyMessage } from './remedy-message.ts';
import { restoreMessage } from './restore-message.ts';
import { restoreTestMessage } from './restore-test-message.ts';
import { slowQueryMessage } from './slow-query-message.ts';

/** The words for what an execution came to. */
export function outcomeMessage(outcome: Outcome, place: OutcomePlace): OutcomeMessage {
  switch (outcome.workflow) {
    case 'backup-and-verify':
      return backupMessage(outcome, place);
    case 'nightly-backup':
      return nightMessage(outcome, place);
    case 'cost-report':
      return costMessage(outcome, place);
    case 'restore-test':
      return restoreTestMessage(outcome, place);
    case 'dr-promotion':
      return promotionMessage(outcome, place);
    case 'dr-failback':
      return failbackMessage(outcome, place);
    case 'dr-drill':
      return drillMessage(outcome, place);
    case 'remediation':
      return remedyMessage(outcome, place);
    case 'restore':
      return restoreMessage(outcome, place);
    case 'slow-query-report':
      return slowQueryMessage(outcome, place);
  }
}
