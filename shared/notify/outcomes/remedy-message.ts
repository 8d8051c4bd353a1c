import type { RemedyOutcomeReport } from '../../contracts/outcome.ts';
import type { WaitingApproval } from '../../contracts/remediation/remediation.ts';
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

/** The question whether a remedy may be applied. Without an answer nothing is done. */
export const approvalMessage = (
  { executionName, executionArn, expiresAt, found: { remedy, database, summary } }: WaitingApproval,
  { stage, bucket }: { readonly stage: string; readonly bucket: string },
) => ({
  subject: `[${stage}] may ${remedy} be applied to ${database}?`.slice(0, 100),
  text: [
    `Remediation of '${database}' (${stage}) asks: ${remedy}`,
    summary,
    '',
    `Until ${expiresAt}: aws s3 cp s3://${bucket}/remediation/approvals/${executionName}.json question.json`,
    'Then: npm run approve -- question.json --yes, or --refuse',
    'Without an answer nothing is done.',
    `Execution: ${executionArn}`,
    'Runbook: docs/runbooks/remediation.md',
  ].join('\n'),
  attributes: { execution: executionName, workflow: 'remediation', database, state: 'problem' },
});
