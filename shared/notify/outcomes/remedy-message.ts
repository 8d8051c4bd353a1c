import type { RemedyOutcomeReport } from '../../contracts/outcome.ts';
import type { OutcomeMessage, OutcomePlace } from './outcome-place.ts';

const headlines = {
  remedied: 'remedied',
  observed: 'would be remedied',
  refused: 'not touched',
  'not remedied': 'NOT REMEDIED',
  ended: 'ended',
} as const;

export function remedyMessage(
  { database, outcome, severity, summary, recordKey }: RemedyOutcomeReport,
  { stage, bucket, executionName, executionArn }: OutcomePlace,
): OutcomeMessage {
  const name = database ?? 'unknown database';
  return {
    severity,
    subject: `[${stage}] alarm of ${name} ${headlines[outcome]}`,
    text: [
      `Remediation of '${name}' (${stage}): ${headlines[outcome]}`,
      summary,
      '',
      ...(recordKey === 'none' ? [] : [`Record: s3://${bucket}/${recordKey}`]),
      `Execution: ${executionArn}`,
      'Runbook: docs/runbooks/remediation.md',
    ].join('\n'),
    attributes: {
      execution: executionName,
      workflow: 'remediation',
      database: database ?? '_unplanned',
      state: outcome === 'not remedied' ? 'problem' : 'resolved',
    },
  };
}
