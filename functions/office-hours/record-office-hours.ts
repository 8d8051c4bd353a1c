import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import { RecordOfficeHoursInput, RecordOfficeHoursOutput } from '../../shared/contracts/office-hours.ts';
import { readableFailure } from '../../shared/domain/backup/readable-failure.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { publishOfficeHours } from '../../shared/metrics/housekeeping.ts';

/** Stores what was stopped and started. A second call is harmless: it stores the same again, and counts it once more. */
export const recordOfficeHours = defineTask({
  input: RecordOfficeHoursInput,
  output: RecordOfficeHoursOutput,
  deps: () => ({ store: makeObjectStore(config().evidenceBucket), now: () => new Date() }),
  async run({ executionName, actions, failure: reported }, { store, now }) {
    const failure = readableFailure(reported);
    const failed = actions.filter(({ error }) => error !== null);
    const count = (action: 'stop' | 'start') => actions.filter((one) => one.action === action && one.done).length;
    const [stopped, started] = [count('stop'), count('start')];
    const left = actions.length - stopped - started - failed.length;
    const summary =
      failure === null
        ? `${stopped} stopped, ${started} started, ${left} left after all, ${failed.length} failed${failed.map(({ instanceId, reason }) => `; '${instanceId}' ${reason}`).join('')}`
        : `office hours failed in ${failure.state}: ${failure.error}`;
    const recordKey = `office-hours/${executionName}/record.json`;
    const record = { schemaVersion: 1, recordedAt: now().toISOString(), actions, failure, summary };
    await store.put(recordKey, JSON.stringify(record, undefined, 2), 'application/json');
    const isComplete = failure === null && failed.length === 0;
    publishOfficeHours({
      stopped,
      started,
      startedByRds: actions.filter(({ wasStartedByRds }) => wasStartedByRds).length,
      failed: failed.length + (failure === null ? 0 : 1),
    });
    logger.info('office hours recorded', { recordKey, summary });
    return { summary, recordKey, isComplete };
  },
});
export const { handler } = recordOfficeHours;
