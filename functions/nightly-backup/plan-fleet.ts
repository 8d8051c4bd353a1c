import { config } from '../../shared/config.ts';
import { PlanFleetInput, PlanFleetOutput } from '../../shared/contracts/nightly-backup.ts';
import { planFleet as planNight } from '../../shared/domain/backup/fleet.ts';
import { InvalidOperationsError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations, stagePolicy } from '../../shared/policy/operations.ts';

/**
 * Reads from operations.yml what a night backs up. A second call is harmless: it names the same executions.
 */
export const planFleet = defineTask({
  input: PlanFleetInput,
  output: PlanFleetOutput,
  deps: () => ({ policy: operations(), stage: config().stage }),
  async run({ executionName }, { policy, stage }) {
    const databases = planNight(executionName, stagePolicy(policy, stage).databases);
    if (databases.length === 0) {
      throw new InvalidOperationsError(`stage '${stage}' has no database that is backed up nightly`, {
        hints: [`Take 'nightly: false' from a database under 'stages.${stage}.databases' in operations.yml.`],
      });
    }
    logger.info('fleet planned', { databases: databases.map(({ database }) => database) });
    return { databases, concurrency: policy.backupPlan.fleet.concurrency };
  },
});
export const { handler } = planFleet;
