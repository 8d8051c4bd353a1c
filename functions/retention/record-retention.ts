import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import { RecordRetentionInput, RecordRetentionOutput } from '../../shared/contracts/retention.ts';
import { readableFailure } from '../../shared/domain/backup/readable-failure.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { publishRetentionMetrics } from '../../shared/metrics/housekeeping.ts';

/**
 * Stores what became of the plan beside it. A second call is harmless: it stores the same again, and counts the same
 * deletions in the metrics once more.
 */
export const recordRetention = defineTask({
  input: RecordRetentionInput,
  output: RecordRetentionOutput,
  deps: () => ({ store: makeObjectStore(config().evidenceBucket), now: () => new Date() }),
  async run({ executionName, planKey, deletions, failure: reported }, { store, now }) {
    const failure = readableFailure(reported);
    const errors = deletions.filter(({ error }) => error !== null);
    const deleted = deletions.filter((deletion) => deletion.deleted);
    const isComplete = failure === null && errors.length === 0;
    const kept = deletions.length - deleted.length - errors.length;
    const summary =
      failure === null
        ? `${deleted.length} of ${deletions.length} planned snapshots deleted, ${kept} kept after all, ${errors.length} failed`
        : `retention failed in ${failure.state}: ${failure.error}`;
    const recordKey = `retention/${executionName}/record.json`;
    const record = { schemaVersion: 1, recordedAt: now().toISOString(), planKey, deletions, failure, summary };
    await store.put(recordKey, JSON.stringify(record, undefined, 2), 'application/json');
    publishRetentionMetrics({ deleted: deleted.length, failed: errors.length + (failure === null ? 0 : 1) });
    logger.info('retention recorded', { recordKey, summary });
    return { summary, recordKey, isComplete };
  },
});
export const { handler } = recordRetention;
