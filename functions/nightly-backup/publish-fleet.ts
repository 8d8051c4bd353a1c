import { makeSeverityTopics } from '../../shared/aws/sns.ts';
import { config } from '../../shared/config.ts';
import { PublishFleetInput, PublishFleetOutput } from '../../shared/contracts/nightly-backup.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';

/**
 * Reports how the night ended on the topic of its severity. A second call sends a second message with the same execution
 * name; receivers fold them by the attribute `execution`.
 */
export const publishFleet = defineTask({
  input: PublishFleetInput,
  output: PublishFleetOutput,
  deps: () => ({ topics: makeSeverityTopics(config().topicArns), config: config() }),
  async run({ executionName, executionArn, isProven, severity, summary, recordKey, pageKey }, { topics, config }) {
    const messageId = await topics.publish(severity, {
      subject: `[${config.stage}] night ${isProven ? 'proven' : 'NOT PROVEN'}: ${summary}`,
      text: [
        `Nightly backup (${config.stage}): ${summary}`,
        '',
        `Record: s3://${config.evidenceBucket}/${recordKey}`,
        `Page: s3://${config.evidenceBucket}/${pageKey}`,
        `Execution: ${executionArn}`,
      ].join('\n'),
      attributes: { execution: executionName },
    });
    return { messageId };
  },
});
export const { handler } = publishFleet;
