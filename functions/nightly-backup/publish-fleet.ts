import { makeObjectStore, type ObjectStore } from '../../shared/aws/s3/object-store.ts';
import { makeSeverityTopics } from '../../shared/aws/sns.ts';
import { config } from '../../shared/config.ts';
import { FleetRecord, PublishFleetInput, PublishFleetOutput } from '../../shared/contracts/nightly-backup.ts';
import { unprovenLines } from '../../shared/domain/backup/fleet.ts';
import { coerceError } from '../../shared/errors.ts';
import { TopicEnvironment, topicArns } from '../../shared/evidence/environment.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';

/**
 * Reports how the night ended on the topic of its severity. A second call sends a second message with the same execution
 * name; receivers fold them by the attribute `execution`.
 */
export const publishFleet = defineTask({
  input: PublishFleetInput,
  output: PublishFleetOutput,
  environment: TopicEnvironment,
  deps: (environment) => ({
    topics: makeSeverityTopics(topicArns(environment)),
    store: makeObjectStore(config().evidenceBucket),
    config: config(),
  }),
  async run(
    { executionName, executionArn, isProven, severity, summary, recordKey, recordSha256, pageKey },
    { topics, store, config },
  ) {
    const unproven = recordSha256 === null ? [] : await unprovenOf(store, recordKey, recordSha256);
    const messageId = await topics.publish(severity, {
      subject: `[${config.stage}] night ${isProven ? 'proven' : 'NOT PROVEN'}: ${summary}`,
      text: [
        `Nightly backup (${config.stage}): ${summary}`,
        ...(unproven.length === 0 ? [] : ['', ...unproven]),
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

/** The state machine carries a line; the record names every database. Without it the line is reported. */
async function unprovenOf(store: Pick<ObjectStore, 'getText'>, key: string, sha256: string): Promise<string[]> {
  try {
    const record = FleetRecord.parse(JSON.parse((await store.getText(key, sha256)) ?? ''));
    return unprovenLines(record.databases);
  } catch (thrown) {
    const { name, message } = coerceError(thrown);
    logger.warn('the record of the night cannot be read', { key, error: name, message });
    return [`The record of the night cannot be read: ${name}`];
  }
}
