import { makeReadUpkeep } from '../../shared/aws/rds/upkeep.ts';
import { someAtOnce } from '../../shared/aws/some-at-once.ts';
import { config } from '../../shared/config.ts';
import { MeasureUpkeepInput, MeasureUpkeepOutput } from '../../shared/contracts/collect-health.ts';
import { measureUpkeep as measure } from '../../shared/health/measure-upkeep.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { publishInstanceHealth } from '../../shared/metrics/health.ts';
import { operations, stagePolicy } from '../../shared/policy/operations.ts';
import { watchedInstances } from '../../shared/rules/health.ts';

/** RDS throttles who describes much at a time. */
const mostAtOnce = 4;

/** What RDS and CloudWatch know of each instance, and its servers do not. A second call measures again: it is harmless. */
export const measureUpkeep = defineTask({
  input: MeasureUpkeepInput,
  output: MeasureUpkeepOutput,
  deps: () => ({
    instances: watchedInstances(stagePolicy(operations(), config().stage).databases).flatMap(
      ({ instanceId, replicas }) => [instanceId, ...replicas],
    ),
    readUpkeep: makeReadUpkeep(config().region),
    now: () => Date.now(),
  }),
  async run(_, { instances, ...parts }) {
    const measured = await someAtOnce([...new Set(instances)], mostAtOnce, async (instanceId) => {
      const health = await measure(instanceId, parts);
      publishInstanceHealth(health);
      logger.info('upkeep measured', health);
      return health;
    });
    return { instances: measured };
  },
});
export const { handler } = measureUpkeep;
