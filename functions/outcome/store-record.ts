import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import { StoreRecordInput, StoreRecordOutput } from '../../shared/contracts/outcome.ts';
import { readableFailure } from '../../shared/domain/backup/readable-failure.ts';
import { recordKey } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { assessRecord } from '../../shared/metrics/records.ts';

/**
 * Stores what an execution did, and counts it for the alarms. A second call is harmless: it stores the same again, and
 * counts it once more.
 *
 * Three workflows keep a record with more to it, and a task of their own for it: the evidence of a backup is a link of a
 * chain, a night is assessed by the evidence of its databases, a cost report is put together from what its tasks left; each has a page.
 */
export const storeRecord = defineTask({
  input: StoreRecordInput,
  output: StoreRecordOutput,
  deps: () => ({ store: makeObjectStore(config().evidenceBucket), now: () => new Date() }),
  async run({ executionName, record: { failure: reported, ...done } }, { store, now }) {
    const failure = readableFailure(reported);
    const { workflow, ...content } = done;
    const { summary, isComplete, publishMetrics } = assessRecord({ ...done, failure });
    const key = recordKey(workflow, executionName);
    const stored = { schemaVersion: 1, recordedAt: now().toISOString(), ...content, failure, summary };
    await store.put(key, JSON.stringify(stored, undefined, 2), 'application/json');
    publishMetrics();
    logger.info('record stored', { recordKey: key, summary });
    return { summary, recordKey: key, isComplete };
  },
});
export const { handler } = storeRecord;
