import { makeSeverityTopics } from '../../shared/aws/sns.ts';
import { config } from '../../shared/config.ts';
import { PublishCostReportInput, PublishCostReportOutput } from '../../shared/contracts/cost-report.ts';
import { TopicEnvironment, topicArns } from '../../shared/evidence/environment.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';

/**
 * Publishes the report on the topic of its severity. A second call sends a second message with the same execution name;
 * receivers fold them by the attribute `execution`.
 */
export const publishCostReport = defineTask({
  input: PublishCostReportInput,
  output: PublishCostReportOutput,
  environment: TopicEnvironment,
  deps: (environment) => ({ topics: makeSeverityTopics(topicArns(environment)), config: config() }),
  async run({ executionName, executionArn, severity, subject, text, evidenceKey, reportKey }, { topics, config }) {
    const messageId = await topics.publish(severity, {
      subject: `[${config.stage}] ${subject}`,
      text: [
        text,
        '',
        `Report: s3://${config.evidenceBucket}/${reportKey}`,
        `Evidence: s3://${config.evidenceBucket}/${evidenceKey}`,
        `Execution: ${executionArn}`,
      ].join('\n'),
      attributes: { execution: executionName },
    });
    return { messageId };
  },
});
export const { handler } = publishCostReport;
