import { readMetrics } from '../../shared/aws/cloudwatch.ts';
import { someAtOnce } from '../../shared/aws/some-at-once.ts';
import { config } from '../../shared/config.ts';
import { WatchCollectorInput, WatchCollectorOutput } from '../../shared/contracts/collect-health.ts';
import { passesWindow, watchCollector as watch } from '../../shared/health/watch-collector.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { publishInstanceHealth } from '../../shared/metrics/health.ts';
import { operations, stagePolicy } from '../../shared/policy/operations.ts';
import { watchedInstances } from '../../shared/rules/health.ts';

const MINUTE = 60_000;

/**
 * Looks from the second region whether the collector of the first one lives: a region that is gone cannot alarm about itself. A
 * second call looks again: it is harmless.
 */
export const watchCollector = defineTask({
  input: WatchCollectorInput,
  output: WatchCollectorOutput,
  deps: () => {
    const { databases, region } = stagePolicy(operations(), config().stage);
    return {
      instances: watchedInstances(databases).flatMap(({ instanceId, replicas }) => [instanceId, ...replicas]),
      countPasses: async (Instance: string, now: number) => {
        const question = {
          namespace: 'pg-gameday',
          name: 'HealthPasses',
          dimensions: { service: 'collect-health', Instance },
          statistic: 'Sum' as const,
        };
        const window = { from: new Date(now - passesWindow * MINUTE), to: new Date(now), period: 60 };
        const [points = []] = await readMetrics(region, [question], window);
        return points.reduce((sum, { value }) => sum + value, 0);
      },
      now: () => Date.now(),
    };
  },
  async run(_, { instances, ...parts }) {
    const seen = await someAtOnce([...new Set(instances)], 4, async (instanceId) => {
      const health = await watch(instanceId, parts);
      publishInstanceHealth(health);
      logger.info('collector watched', health);
      return health;
    });
    return { instances: seen };
  },
});
export const { handler } = watchCollector;
