import type { RestoreTestOutcome } from '../../contracts/outcome.ts';
import type { OutcomeMessage, OutcomePlace } from './outcome-place.ts';

export function restoreTestMessage(
  { database, isProven, severity, summary, evidenceKey, reportKey, pageKey, chain }: RestoreTestOutcome,
  { stage, bucket, executionName, executionArn }: OutcomePlace,
): OutcomeMessage {
  const name = database ?? 'unknown database';
  const headline = !isProven ? 'NOT PROVEN' : severity === 'P4' ? 'proven' : 'proven, TOO SLOW';
  return {
    severity,
    subject: `[${stage}] ways back of ${name} ${headline}`,
    text: [
      `Restore test of '${name}' (${stage}): ${headline}`,
      summary,
      '',
      `Evidence: s3://${bucket}/${evidenceKey}`,
      `Report: s3://${bucket}/${reportKey}`,
      ...(pageKey === null ? [] : [`Ways back: s3://${bucket}/${pageKey}`]),
      ...(chain === null ? [] : [`Chain: record ${chain.sequence}, SHA-256 ${chain.sha256}`]),
      `Execution: ${executionArn}`,
    ].join('\n'),
    attributes: {
      execution: executionName,
      workflow: 'restore-test',
      database: database ?? '_unplanned',
      state: isProven ? 'resolved' : 'problem',
    },
  };
}
