import { makeObjectStore, type ObjectStore } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import {
  PromotionRecord,
  RecordPromotionInput,
  RecordPromotionOutput,
} from '../../shared/contracts/dr-promotion/dr-promotion.ts';
import { assessPromotion } from '../../shared/domain/dr/assess-promotion.ts';
import { pastRecovery } from '../../shared/domain/dr/past-recovery.ts';
import { targetsOf } from '../../shared/domain/dr/targets.ts';
import { keepRecord } from '../../shared/evidence/keep-record.ts';
import { measuredPromotionKey, promotionPrefix } from '../../shared/evidence/keys.ts';
import { readRecoveries } from '../../shared/evidence/recoveries.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { promotionReport } from '../../shared/report/dr/promotion-report.ts';

/**
 * Keeps what was decided and done, and its page. A second call is harmless: a record is written once, and the one that is there is
 * the answer.
 */
export const recordPromotion = defineTask({
  input: RecordPromotionInput,
  output: RecordPromotionOutput,
  deps: () => ({
    store: makeObjectStore(config().evidenceBucket) as Pick<ObjectStore, 'putNew' | 'getText' | 'listKeys'>,
    stage: config().stage,
    policy: operations(),
    now: () => new Date(),
  }),
  async run(input, { store, stage, policy, now }) {
    const {
      executionName,
      executionArn,
      startedAt,
      request,
      plan,
      fence,
      lease,
      opened,
      confirmed,
      seen,
      answers,
      nameFailure,
      phases,
    } = input;
    const { failure, liftFailure, hardenFailure } = input;
    const database = plan?.database ?? null;
    const targets = targetsOf(policy);
    const made: PromotionRecord = {
      schemaVersion: 1,
      workflow: 'dr-promotion',
      execution: { name: executionName, arn: executionArn, startedAt, recordedAt: now().toISOString() },
      ...{ stage, request, database },
      ...assessPromotion(input, targets),
      targets,
      ...{
        plan,
        fence,
        lease,
        opened,
        confirmed,
        seen,
        answers,
        nameFailure,
        failure,
        liftFailure,
        hardenFailure,
        phases,
      },
    };
    const recoveries = database === null ? { found: [], unread: [] } : await readRecoveries(store, database);
    const before = {
      ...recoveries,
      found: recoveries.found.filter((one) => one.executionName !== executionName),
    };
    const { record, recordKey, reportKey } = await keepRecord(store, promotionPrefix(database, executionName), made, {
      parse: (value) => PromotionRecord.parse(value),
      page: (record) =>
        promotionReport(
          record,
          input.isPromotionAsked ? pastRecovery(record) : undefined,
          before,
          policy.platform.timeZone,
        ),
    });
    const { result, severity, summary, left } = record;
    // By it the next ones find this one; a second call writes it, too, when the first came no further than the record.
    if (database !== null && input.isPromotionAsked)
      await store.putNew(measuredPromotionKey(database, startedAt, executionName), recordKey, 'text/plain');
    logger.info('promotion recorded', { recordKey, result, summary });
    return { database, result, severity, summary, left, recordKey, reportKey };
  },
});
export const { handler } = recordPromotion;
