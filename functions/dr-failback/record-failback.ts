import { makeObjectStore, type ObjectStore } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import {
  FailbackRecord,
  RecordFailbackInput,
  RecordFailbackOutput,
} from '../../shared/contracts/dr-failback/dr-failback.ts';
import { assessFailback } from '../../shared/domain/dr/assess-failback.ts';
import { keepRecord } from '../../shared/evidence/keep-record.ts';
import { failbackPrefix } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { failbackReport } from '../../shared/report/dr/failback-report.ts';

/**
 * Keeps what was decided and done, and its page. A second call is harmless: a record is written once, and the one that is there is
 * the answer.
 */
export const recordFailback = defineTask({
  input: RecordFailbackInput,
  output: RecordFailbackOutput,
  deps: () => ({
    store: makeObjectStore(config().evidenceBucket) as Pick<ObjectStore, 'putNew' | 'getText'>,
    stage: config().stage,
    timeZone: operations().platform.timeZone,
    now: () => new Date(),
  }),
  async run(input, { store, stage, timeZone, now }) {
    const { executionName, executionArn, startedAt, isPromotionAsked: _, isLifted: __, ...done } = input;
    const database = input.plan?.database ?? null;
    const made: FailbackRecord = {
      schemaVersion: 1,
      workflow: 'dr-failback',
      execution: { name: executionName, arn: executionArn, startedAt, recordedAt: now().toISOString() },
      ...{ stage, database },
      ...assessFailback(input),
      ...done,
    };
    const { record, recordKey, reportKey } = await keepRecord(store, failbackPrefix(database, executionName), made, {
      parse: (value) => FailbackRecord.parse(value),
      page: (one) => failbackReport(one, timeZone),
    });
    const { result, severity, summary, left } = record;
    logger.info('failback recorded', { recordKey, result, summary });
    return { database, result, severity, summary, left, recordKey, reportKey };
  },
});
export const { handler } = recordFailback;
