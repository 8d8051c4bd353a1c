import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { sha256Of } from '../../shared/aws/sha256.ts';
import { config } from '../../shared/config.ts';
import { PlanFleetInput, PlanFleetOutput } from '../../shared/contracts/nightly-backup.ts';
import { planFleet as planNight } from '../../shared/domain/backup/fleet.ts';
import { InvalidOperationsError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations, stagePolicy } from '../../shared/policy/operations.ts';

/**
 * Reads from operations.yml what a night backs up, and stores the list. A second call is harmless: it names the same
 * executions, and writes the same list.
 */
export const planFleet = defineTask({
  input: PlanFleetInput,
  output: PlanFleetOutput,
  deps: () => ({
    store: makeObjectStore(config().evidenceBucket),
    bucket: config().evidenceBucket,
    policy: operations(),
    stage: config().stage,
  }),
  async run({ executionName }, { store, bucket, policy, stage }) {
    const databases = planNight(executionName, stagePolicy(policy, stage).databases);
    if (databases.length === 0) {
      throw new InvalidOperationsError(`stage '${stage}' has no database that is backed up nightly`, {
        hints: [`Take 'nightly: false' from a database under 'stages.${stage}.databases' in operations.yml.`],
      });
    }
    const text = JSON.stringify(databases);
    const key = `nightly-backup/${executionName}/plan.json`;
    await store.put(key, text, 'application/json');
    logger.info('fleet planned', { databases: databases.length, plan: key });
    return {
      plan: { key, sha256: sha256Of(text) },
      bucket,
      databases: databases.length,
      concurrency: policy.backupPlan.fleet.concurrency,
    };
  },
});
export const { handler } = planFleet;
