import type { Severity } from '../../contracts/common.ts';
import type { OutcomeMessage, OutcomePlace } from './outcome-place.ts';

type Recorded = {
  readonly database: string | null;
  readonly severity: Severity;
  readonly summary: string;
  readonly left: readonly string[];
  readonly recordKey: string;
  readonly reportKey: string;
};
type Words = {
  readonly workflow: 'dr-promotion' | 'dr-failback' | 'dr-drill' | 'restore';
  /** `Promotion`. */
  readonly what: string;
  readonly headline: string;
  /** Nobody has anything to look after. */
  readonly isOver: boolean;
};

/** The message of a workflow that leaves a record and a page, and things to do. */
export function recordedMessage(
  { database, severity, summary, left, recordKey, reportKey }: Recorded,
  { stage, bucket, executionName, executionArn }: OutcomePlace,
  { workflow, what, headline, isOver }: Words,
): OutcomeMessage {
  const name = database ?? 'unknown database';
  return {
    severity,
    subject: `[${stage}] ${name} ${headline}`,
    text: [
      `${what} of '${name}' (${stage}): ${headline}`,
      summary,
      ...(left.length === 0 ? [] : ['', 'Left to do:', ...left.map((one, index) => `${index + 1}. ${one}`)]),
      '',
      `Record: s3://${bucket}/${recordKey}`,
      `Page: s3://${bucket}/${reportKey}`,
      `Execution: ${executionArn}`,
      `Runbook: docs/runbooks/${workflow}.md`,
    ].join('\n'),
    attributes: {
      execution: executionName,
      workflow,
      database: database ?? '_unplanned',
      state: isOver ? 'resolved' : 'problem',
    },
  };
}
