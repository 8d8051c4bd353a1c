import { makeObjectStore, type ObjectStore } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import {
  PromotionRecord,
  RecordPromotionInput,
  RecordPromotionOutput,
} from '../../shared/contracts/dr-promotion/dr-promotion.ts';
import { assessPromotion } from '../../shared/domain/dr/assess-promotion.ts';
import { keepRecord } from '../../shared/evidence/keep-record.ts';
import { promotionPrefix } from '../../shared/evidence/keys.ts';
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
    store: makeObjectStore(config().evidenceBucket) as Pick<ObjectStore, 'putNew' | 'getText'>,
    stage: config().stage,
    timeZone: operations().platform.timeZone,
    now: () => new Date(),
  }),
  async run(input, { store, stage, timeZone, now }) {
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
      nameFailure,
      phases,
    } = input;
    const { failure, liftFailure, hardenFailure } = input;
    const database = plan?.database ?? null;
    const made: PromotionRecord = {
      schemaVersion: 1,
      workflow: 'dr-promotion',
      execution: { name: executionName, arn: executionArn, startedAt, recordedAt: now().toISOString() },
      ...{ stage, request, database },
      ...assessPromotion(input),
      ...{ plan, fence, lease, opened, confirmed, nameFailure, failure, liftFailure, hardenFailure, phases },
    };
    const { record, recordKey, reportKey } = await keepRecord(store, promotionPrefix(database, executionName), made, {
      parse: (value) => PromotionRecord.parse(value),
      page: (record) => promotionReport(record, timeZone),
    });
    const { result, severity, summary, left } = record;
    logger.info('promotion recorded', { recordKey, result, summary });
    return { database, result, severity, summary, left, recordKey, reportKey };
  },
});
export const { handler } = recordPromotion;
