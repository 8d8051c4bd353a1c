import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import {
  PassedTest,
  PublishTestAgeInput,
  PublishTestAgeOutput,
} from '../../shared/contracts/watch-alerts/watch-alerts.ts';
import { EvidenceMissingError } from '../../shared/errors.ts';
import { passedTestKey } from '../../shared/evidence/keys.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { countTestAge } from '../../shared/metrics/watch-alerts.ts';

const DAY = 86_400_000;

/**
 * Measures how long ago a test of the alert path has passed. Of a new stage the days count from when somebody looked first. A second call
 * measures again.
 */
export const publishTestAge = defineTask({
  input: PublishTestAgeInput,
  output: PublishTestAgeOutput,
  deps: () => ({ store: makeObjectStore(config().evidenceBucket), now: () => new Date() }),
  async run(_, { store, now }) {
    const begun = { executionName: null, raisedAt: now().toISOString(), seconds: null };
    await store.putNew(passedTestKey, JSON.stringify(begun), 'application/json');
    const text = await store.getText(passedTestKey);
    if (text === undefined) throw new EvidenceMissingError(`'${passedTestKey}' is not in the bucket any more`);
    const { raisedAt } = PassedTest.parse(JSON.parse(text));
    const days = Math.max(0, (now().getTime() - Date.parse(raisedAt)) / DAY);
    countTestAge(days);
    logger.info('age of the test measured', { raisedAt, days });
    return { days };
  },
});
export const { handler } = publishTestAge;
