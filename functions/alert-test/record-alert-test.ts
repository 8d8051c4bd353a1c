import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { makeTopic } from '../../shared/aws/sns.ts';
import { config } from '../../shared/config.ts';
import {
  AlertTestRecord,
  RecordAlertTestInput,
  RecordAlertTestOutput,
} from '../../shared/contracts/alert-test/alert-test.ts';
import { assessAlertTest, testSummary } from '../../shared/domain/alert/alert-test.ts';
import { EvidenceMissingError } from '../../shared/errors.ts';
import { ReportEnvironment } from '../../shared/evidence/environment.ts';
import { passedTestKey, recordKey } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { publishTestAnswered } from '../../shared/metrics/alert-test.ts';

/**
 * Keeps what became of a test, and reports one that has passed; one that has not fails the execution, whose alarm goes by its topic. The
 * record that is there is the answer: a second call reports a second time at most.
 */
export const recordAlertTest = defineTask({
  input: RecordAlertTestInput,
  output: RecordAlertTestOutput,
  environment: ReportEnvironment,
  deps: ({ P4_TOPIC_ARN }) => ({
    store: makeObjectStore(config().evidenceBucket),
    reports: makeTopic(P4_TOPIC_ARN),
    place: { stage: config().stage, region: config().region },
  }),
  async run({ executionName, ...found }, { store, reports, place }) {
    const key = recordKey('alert-test', executionName);
    const made: AlertTestRecord = { schemaVersion: 1, executionName, ...place, ...found, ...assessAlertTest(found) };
    const isNew = await store.putNew(key, JSON.stringify(made, undefined, 2), 'application/json');
    const kept = isNew ? undefined : await store.getText(key);
    if (!isNew && kept === undefined) throw new EvidenceMissingError(`'${key}' is not in the bucket any more`);
    const record = kept === undefined ? made : AlertTestRecord.parse(JSON.parse(kept));
    const isPassed = record.problems.length === 0;
    const summary = testSummary(record);
    if (record.seconds !== null) publishTestAnswered(record.seconds);
    if (isPassed) {
      await store.put(
        passedTestKey,
        JSON.stringify({ executionName, raisedAt: record.raisedAt, seconds: record.seconds }),
        'application/json',
      );
      await reports.publish({
        subject: `[${place.stage}] ${summary}`,
        text: [summary, ...record.notes, `s3 key ${key}`].join('\n\n'),
        attributes: { workflow: 'alert-test', execution: executionName, state: 'reported' },
      });
    }
    logger.info('test recorded', { summary, key });
    return { isPassed, summary, recordKey: key };
  },
});
export const { handler } = recordAlertTest;
