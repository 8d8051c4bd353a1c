import { objectStoreIn } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import { AssessReadinessInput, AssessReadinessOutput } from '../../shared/contracts/dr-readiness/dr-readiness.ts';
import { assessReadiness as assess } from '../../shared/domain/readiness/assess-readiness.ts';
import { SecondBucketEnvironment } from '../../shared/evidence/environment.ts';
import { readRecoveries } from '../../shared/evidence/recoveries.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { publishReadiness } from '../../shared/metrics/readiness.ts';
import { operations, stagePolicy } from '../../shared/policy/operations.ts';
import { readSide } from '../../shared/readiness/read-side.ts';
import { readinessReport } from '../../shared/report/readiness/readiness-report.ts';
import { readinessKey, readinessRule, readyDatabases } from '../../shared/rules/readiness.ts';

/**
 * Assesses each database from what both regions have left, for the alarms and for whoever must decide. Both regions do it, so
 * that the page is there when one of them is gone. A second call is harmless: it writes the same anew.
 */
export const assessReadiness = defineTask({
  input: AssessReadinessInput,
  output: AssessReadinessOutput,
  environment: SecondBucketEnvironment,
  deps: ({ SECOND_EVIDENCE_BUCKET }) => {
    const { stage, region } = config();
    const { dr, databases } = stagePolicy(operations(), stage);
    return {
      databases: dr === undefined ? [] : readyDatabases(databases),
      store: objectStoreIn(dr?.region ?? region, SECOND_EVIDENCE_BUCKET),
      policy: operations(),
      stage,
      now: () => Date.now(),
    };
  },
  async run(_, { databases, store, policy, stage, now }) {
    const assessed: AssessReadinessOutput['databases'] = [];
    for (const [database, own] of databases) {
      const primary = await readSide(store, database, 'primary');
      const standby = await readSide(store, database, 'standby');
      const past = await readRecoveries(store, database);
      const readiness = assess(database, { primary, standby }, readinessRule(own, policy), past, now());
      const reportKey = readinessKey(database, 'html');
      await store.put(readinessKey(database, 'json'), JSON.stringify(readiness, undefined, 2), 'application/json');
      await store.put(
        reportKey,
        readinessReport(readiness, stage, policy.platform.timeZone),
        'text/html; charset=utf-8',
      );
      publishReadiness(readiness);
      const { verdict, path, reasons, misses } = readiness;
      const checks = reasons.map(({ check, subject }) => `${check} ${subject}`);
      logger.info('readiness', { database, verdict, path, checks, misses });
      assessed.push({ database, verdict, path, reasons: reasons.length, reportKey });
    }
    return { databases: assessed };
  },
});
export const { handler } = assessReadiness;
