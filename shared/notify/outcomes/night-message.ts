import type { NightOutcome } from '../../contracts/outcome.ts';
import type { OutcomeMessage, OutcomePlace } from './outcome-place.ts';

export const nightMessage = (
  { isProven, severity, summary, recordKey, pageKey }: NightOutcome,
  { stage, bucket, executionName, executionArn, unproven }: OutcomePlace,
): OutcomeMessage => ({
  severity,
  subject: `[${stage}] night ${isProven ? 'proven' : 'NOT PROVEN'}: ${summary}`,
  text: [
    `Nightly backup (${stage}): ${summary}`,
    ...(unproven.length === 0 ? [] : ['', ...unproven]),
    '',
    `Record: s3://${bucket}/${recordKey}`,
    `Page: s3://${bucket}/${pageKey}`,
    `Execution: ${executionArn}`,
  ].join('\n'),
  attributes: { execution: executionName },
});
