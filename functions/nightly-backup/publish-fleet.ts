import { makeTopic } from '../../shared/aws/sns.ts';
import { config } from '../../shared/config.ts';
import { PublishFleetInput, PublishFleetOutput } from '../../shared/contracts/nightly-backup.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';

/**
 * Tells how the night ended on the topic of the stage. A second call sends a second message with the same execution
 * name; receivers fold them by the attribute `execution`.
 */
export const publishFleet = defineTask({
  input: PublishFleetInput,
  output: PublishFleetOutput,
  deps: () => ({ topic: makeTopic(config().outcomeTopicArn), config: config() }),
  async run({ executionName, executionArn, isProven, summary, recordKey, pageKey }, { topic, config }) {
    const messageId = await topic.publish({
      subject: `[${config.stage}] night ${isProven ? 'proven' : 'NOT PROVEN'}: ${summary}`,
      text: [
        `Nightly backup (${config.stage}): ${summary}`,
        '',
        `Record: s3://${config.evidenceBucket}/${recordKey}`,
        `Page: s3://${config.evidenceBucket}/${pageKey}`,
        `Execution: ${executionArn}`,
      ].join('\n'),
      attributes: { execution: executionName, severity: isProven ? 'P4' : 'P1' },
    });
    return { messageId };
  },
});
export const { handler } = publishFleet;
