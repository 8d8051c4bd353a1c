import type { RestoreOutcome } from '../../contracts/outcome.ts';
import type { WaitingRestore } from '../../contracts/restore/restore.ts';
import { restoreQuestionKey } from '../../evidence/keys.ts';
import type { OutcomeMessage, OutcomePlace } from './outcome-place.ts';
import { recordedMessage } from './recorded-message.ts';

const headlines = {
  planned: 'restore planned',
  refused: 'NOT restored, nothing was created',
  'given up': 'restore given up, what it made is deleted',
  kept: 'restored, and NOBODY HAS TAKEN IT OVER',
  'not deleted': 'restore given up, and its instance is NOT DELETED',
  'handed over': 'RESTORED and handed over',
  merged: 'RESTORED rows merged',
} as const;

export const restoreMessage = (outcome: RestoreOutcome, place: OutcomePlace): OutcomeMessage =>
  recordedMessage(outcome, place, {
    ...{ workflow: 'restore', what: 'Restore', headline: headlines[outcome.result] },
    isOver: ['planned', 'handed over', 'merged'].includes(outcome.result),
  });

/** The question of a restore. Nothing is created without an answer, and nothing is deleted without one. */
export function restoreQuestion(
  { executionName, executionArn, question, expiresAt, summary, plan: { database } }: WaitingRestore,
  { stage, bucket }: { readonly stage: string; readonly bucket: string },
) {
  return {
    subject: {
      approval: `[${stage}] may ${database} be restored?`,
      inspection: `[${stage}] ${database} is restored: look at it and decide`,
      merge: `[${stage}] may restored rows be merged into ${database}?`,
    }[question].slice(0, 100),
    text: [
      summary,
      '',
      `Until ${expiresAt}: aws s3 cp s3://${bucket}/${restoreQuestionKey(executionName)} question.json`,
      {
        approval: 'Then: npm run approve -- question.json --yes, or --refuse',
        inspection: 'Then: npm run approve -- question.json --go-on, or --another-moment <time>, or --give-up',
        merge: 'Then: npm run approve -- question.json --yes, or --give-up',
      }[question],
      question === 'approval'
        ? 'Without an answer nothing is created.'
        : 'Without an answer it is kept, and costs what it costs.',
      `Execution: ${executionArn}`,
      'Runbook: docs/runbooks/restore.md',
    ].join('\n'),
    attributes: { execution: executionName, workflow: 'restore', database, state: 'problem' },
  };
}
