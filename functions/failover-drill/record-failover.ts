import { makeObjectStore, type ObjectStore } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import {
  FailoverRecord,
  RecordFailoverInput,
  RecordFailoverOutput,
} from '../../shared/contracts/failover-drill/failover-drill.ts';
import { assessFailover } from '../../shared/domain/dr/assess-failover.ts';
import { keepRecord } from '../../shared/evidence/keep-record.ts';
import { failoverPrefix } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { publishFailover } from '../../shared/metrics/failover.ts';
import { operations } from '../../shared/policy/operations.ts';
import { failoverReport } from '../../shared/report/dr/failover-report.ts';

/** Keeps what the drill has seen, and its page. A second call is harmless: the record that is there is the answer. */
export const recordFailover = defineTask({
  input: RecordFailoverInput,
  output: RecordFailoverOutput,
  deps: () => ({
    store: makeObjectStore(config().evidenceBucket) as Pick<ObjectStore, 'putNew' | 'getText'>,
    stage: config().stage,
    timeZone: operations().platform.timeZone,
    now: () => new Date(),
  }),
  async run(input, { store, stage, timeZone, now }) {
    const { executionName, executionArn, startedAt, request, plan, rehearsal, check, failure, phases } = input;
    const database = plan?.database ?? null;
    const made: FailoverRecord = {
      ...{ schemaVersion: 1, workflow: 'failover-drill', stage, database, request },
      execution: { name: executionName, arn: executionArn, startedAt, recordedAt: now().toISOString() },
      ...assessFailover(input),
      ...{ plan, rehearsal, check, failure, phases },
    };
    const { record, recordKey, reportKey, isNew } = await keepRecord(
      store,
      failoverPrefix(database, executionName),
      made,
      {
        parse: (value) => FailoverRecord.parse(value),
        page: (record) => failoverReport(record, timeZone),
      },
    );
    const { result, severity, summary } = record;
    if (isNew) publishFailover(record);
    logger.info('fail-over recorded', { recordKey, result, summary });
    return { database, result, severity, summary, recordKey, reportKey };
  },
});
export const { handler } = recordFailover;
