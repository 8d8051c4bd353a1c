import { makeRds } from '../../shared/aws/rds/instances.ts';
import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { someAtOnce } from '../../shared/aws/some-at-once.ts';
import { config } from '../../shared/config.ts';
import { CollectHealthInput, CollectHealthOutput } from '../../shared/contracts/collect-health.ts';
import { collectInstance } from '../../shared/health/collect-instance.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { publishInstanceHealth } from '../../shared/metrics/health.ts';
import { operations, stagePolicy } from '../../shared/policy/operations.ts';
import { healthRule, watchedInstances } from '../../shared/rules/health.ts';

/** Servers that are asked at a time: one that does not answer keeps none of the others waiting. */
const mostAtOnce = 20;

/**
 * One pass over each instance, for the alarms; what it does not report is alarmed about as silence. A second call measures
 * again, writes one more beat and what it leaves to the next pass over what stood there: it is harmless.
 */
export const collectHealth = defineTask({
  input: CollectHealthInput,
  output: CollectHealthOutput,
  deps: () => ({
    rds: makeRds(),
    secrets: makeSecrets(),
    store: makeObjectStore(config().evidenceBucket),
    instances: instancesHere(),
    rule: healthRule(operations()),
    now: () => Date.now(),
  }),
  async run(_, { instances, ...parts }) {
    const passes = await someAtOnce(instances, mostAtOnce, async (instance) => {
      const collected = await collectInstance(instance, parts);
      // At once: should the function be ended, what is measured is measured.
      for (const health of collected) {
        publishInstanceHealth(health);
        logger.info('health measured', health);
      }
      return collected;
    });
    return { instances: passes.flat() };
  },
});
/** Servers are in the first region; the second one watches who measures them. */
function instancesHere() {
  const { databases, region } = stagePolicy(operations(), config().stage);
  return config().region === region ? watchedInstances(databases) : [];
}

export const { handler } = collectHealth;
