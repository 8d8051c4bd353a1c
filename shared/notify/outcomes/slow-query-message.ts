import type { SlowQueryOutcome } from '../../contracts/outcome.ts';
import type { OutcomeMessage, OutcomePlace } from './outcome-place.ts';

export const slowQueryMessage = (
  { severity, subject, text, reportKey, evidenceKey }: SlowQueryOutcome,
  { stage, bucket, executionName, executionArn }: OutcomePlace,
): OutcomeMessage => ({
  severity,
  subject: `[${stage}] ${subject}`,
  text: [
    text,
    '',
    `Report: s3://${bucket}/${reportKey}`,
    `Evidence: s3://${bucket}/${evidenceKey}`,
    `Execution: ${executionArn}`,
  ].join('\n'),
  attributes: { execution: executionName, workflow: 'slow-query-report' },
});
