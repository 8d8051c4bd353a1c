import { makeSeverityTopics } from '../../shared/aws/sns.ts';
import { config } from '../../shared/config.ts';
import { PublishOutcomeInput, PublishOutcomeOutput } from '../../shared/contracts/backup-and-verify.ts';
import { TopicEnvironment, topicArns } from '../../shared/evidence/environment.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';

/**
 * Reports the outcome on the topic of its severity. A second call sends a second message with the same execution name and
 * verdict; receivers fold them by the attribute `execution`.
 */
export const publishOutcome = defineTask({
  input: PublishOutcomeInput,
  output: PublishOutcomeOutput,
  environment: TopicEnvironment,
  deps: (environment) => ({ topics: makeSeverityTopics(topicArns(environment)), config: config() }),
  async run(
    {
      executionName,
      executionArn,
      database,
      verdict,
      summary,
      blame,
      evidenceKey,
      reportKey,
      chain,
      copyFailure,
      isCapped,
      isRefused,
      warnings,
    },
    { topics, config },
  ) {
    const isVerified = verdict === 'exact' || verdict === 'bounded';
    const name = database ?? 'unknown database';
    const reported = isRefused
      ? 'NOT STARTED: another run of it goes on'
      : isVerified
        ? `verified: ${verdict}${copyFailure === null ? '' : ', NOT COPIED'}${warningsText(warnings)}`
        : `NOT VERIFIED: ${isCapped ? 'not restored, for its cost' : verdict}`;
    const severity = isRefused
      ? 'P4'
      : isCapped
        ? 'P2'
        : !isVerified
          ? (blame?.severity ?? 'P1')
          : copyFailure !== null
            ? 'P2'
            : warnings > 0
              ? 'P3'
              : 'P4';
    const messageId = await topics.publish(severity, {
      subject: `[${config.stage}] backup of ${name} ${reported}`,
      text: [
        `Backup of '${name}' (${config.stage}): ${verdict}`,
        summary,
        ...(blame === null ? [] : [`At fault: ${blame.blamed}`, `What to do: ${blame.remedy}`]),
        '',
        `Evidence: s3://${config.evidenceBucket}/${evidenceKey}`,
        `Report: s3://${config.evidenceBucket}/${reportKey}`,
        ...(chain === null ? [] : [`Chain: record ${chain.sequence}, SHA-256 ${chain.sha256}`]),
        `Execution: ${executionArn}`,
      ].join('\n'),
      attributes: {
        execution: executionName,
        verdict,
        workflow: 'backup-and-verify',
        database: database ?? '_unplanned',
        state: isRefused ? 'reported' : isVerified && copyFailure === null ? 'resolved' : 'problem',
      },
    });
    return { messageId };
  },
});
export const { handler } = publishOutcome;

const warningsText = (warnings: number) =>
  warnings === 0 ? '' : warnings === 1 ? ', with a warning' : `, with ${warnings} warnings`;
