import type { BackupOutcome } from '../../contracts/outcome.ts';
import type { OutcomeMessage, OutcomePlace } from './outcome-place.ts';

const isVerified = ({ verdict }: BackupOutcome) => verdict === 'exact' || verdict === 'bounded';

export function backupMessage(
  outcome: BackupOutcome,
  { stage, bucket, executionName, executionArn }: OutcomePlace,
): OutcomeMessage {
  const { database, verdict, summary, blame, evidenceKey, reportKey, chain, copyFailure, isRefused } = outcome;
  return {
    severity: severityOf(outcome),
    subject: `[${stage}] backup of ${database ?? 'unknown database'} ${headlineOf(outcome)}`,
    text: [
      `Backup of '${database ?? 'unknown database'}' (${stage}): ${verdict}`,
      summary,
      ...(blame === null ? [] : [`At fault: ${blame.blamed}`, `What to do: ${blame.remedy}`]),
      '',
      `Evidence: s3://${bucket}/${evidenceKey}`,
      `Report: s3://${bucket}/${reportKey}`,
      ...(chain === null ? [] : [`Chain: record ${chain.sequence}, SHA-256 ${chain.sha256}`]),
      `Execution: ${executionArn}`,
    ].join('\n'),
    attributes: {
      execution: executionName,
      verdict,
      workflow: 'backup-and-verify',
      database: database ?? '_unplanned',
      state: isRefused ? 'reported' : isVerified(outcome) && copyFailure === null ? 'resolved' : 'problem',
    },
  };
}

function headlineOf(outcome: BackupOutcome): string {
  const { verdict, copyFailure, isCapped, isRefused, warnings } = outcome;
  if (isRefused) return 'NOT STARTED: another run of it goes on';
  return isVerified(outcome)
    ? `verified: ${verdict}${copyFailure === null ? '' : ', NOT COPIED'}${warningsText(warnings)}`
    : `NOT VERIFIED: ${isCapped ? 'not restored, for its cost' : verdict}`;
}

function severityOf(outcome: BackupOutcome): OutcomeMessage['severity'] {
  if (outcome.isRefused) return 'P4';
  if (outcome.isCapped) return 'P2';
  if (!isVerified(outcome)) return outcome.blame?.severity ?? 'P1';
  if (outcome.copyFailure !== null) return 'P2';
  return outcome.warnings > 0 ? 'P3' : 'P4';
}

const warningsText = (warnings: number) =>
  warnings === 0 ? '' : warnings === 1 ? ', with a warning' : `, with ${warnings} warnings`;
