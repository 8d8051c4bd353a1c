import type { PromotionOutcome } from '../../contracts/outcome.ts';
import type { OutcomeMessage, OutcomePlace } from './outcome-place.ts';

const headlines = {
  planned: 'promotion planned',
  refused: 'NOT promoted, nothing was changed',
  undone: 'NOT promoted, the fence was lifted',
  'not undone': 'NOT promoted, APPLICATIONS KEPT OUT',
  promoted: 'PROMOTED',
  unfinished: 'PROMOTION UNFINISHED',
} as const;

export function promotionMessage(
  { database, result, severity, summary, left, recordKey, reportKey }: PromotionOutcome,
  { stage, bucket, executionName, executionArn }: OutcomePlace,
): OutcomeMessage {
  const name = database ?? 'unknown database';
  return {
    severity,
    subject: `[${stage}] ${name} ${headlines[result]}`,
    text: [
      `Promotion of '${name}' (${stage}): ${headlines[result]}`,
      summary,
      ...(left.length === 0 ? [] : ['', 'Left to do:', ...left.map((one, index) => `${index + 1}. ${one}`)]),
      '',
      `Record: s3://${bucket}/${recordKey}`,
      `Page: s3://${bucket}/${reportKey}`,
      `Execution: ${executionArn}`,
    ].join('\n'),
    attributes: {
      execution: executionName,
      workflow: 'dr-promotion',
      database: database ?? '_unplanned',
      state: result === 'planned' ? 'resolved' : 'problem',
    },
  };
}
