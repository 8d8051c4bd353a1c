import { makeObjectStore, type ObjectStore } from '../../shared/aws/s3/object-store.ts';
import { makeSeverityTopics } from '../../shared/aws/sns.ts';
import { config } from '../../shared/config.ts';
import { FleetRecord } from '../../shared/contracts/nightly-backup.ts';
import { type Outcome, PublishOutcomeInput, PublishOutcomeOutput } from '../../shared/contracts/outcome.ts';
import { unprovenLines } from '../../shared/domain/backup/fleet.ts';
import { coerceError } from '../../shared/errors.ts';
import { TopicEnvironment, topicArns } from '../../shared/evidence/environment.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { outcomeMessage } from '../../shared/notify/outcomes/outcome-message.ts';

/**
 * Reports what an execution of any workflow came to, on the topic of its severity. A second call sends a second message with
 * the same execution name; receivers fold them by the attribute `execution`.
 */
export const publishOutcome = defineTask({
  input: PublishOutcomeInput,
  output: PublishOutcomeOutput,
  environment: TopicEnvironment,
  deps: (environment) => ({
    topics: makeSeverityTopics(topicArns(environment)),
    store: makeObjectStore(config().evidenceBucket),
    config: config(),
  }),
  async run({ outcome, ...execution }, { topics, store, config }) {
    const unproven = await unprovenOf(store, outcome);
    const place = { ...execution, stage: config.stage, bucket: config.evidenceBucket, unproven };
    const { severity, ...message } = outcomeMessage(outcome, place);
    return { messageId: await topics.publish(severity, message) };
  },
});
export const { handler } = publishOutcome;

/** The state machine carries a line of a night; the record names every database. Without it the line is reported. */
async function unprovenOf(store: Pick<ObjectStore, 'getText'>, outcome: Outcome): Promise<string[]> {
  if (outcome.workflow !== 'nightly-backup' || outcome.recordSha256 === null) return [];
  const { recordKey, recordSha256 } = outcome;
  try {
    const record = FleetRecord.parse(JSON.parse((await store.getText(recordKey, recordSha256)) ?? ''));
    return unprovenLines(record.databases);
  } catch (thrown) {
    const { name, message } = coerceError(thrown);
    logger.warn('the record of the night cannot be read', { key: recordKey, error: name, message });
    return [`The record of the night cannot be read: ${name}`];
  }
}
