import { readMetrics } from '../../shared/aws/cloudwatch.ts';
import { config } from '../../shared/config.ts';
import { PublishOtherRegionInput, PublishOtherRegionOutput } from '../../shared/contracts/watch-alerts/watch-alerts.ts';
import { coerceError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { countOtherRegion } from '../../shared/metrics/watch-alerts.ts';
import { operations, stagePolicy } from '../../shared/policy/operations.ts';

/** Two heartbeats long: what a function emits is there some seconds later, now and then a minute. */
const windowMilliseconds = 12 * 60_000;

/**
 * Counts the heartbeats that alert of the other region has carried: a region that is gone cannot report itself. What cannot be read is
 * silence, for which the alarm is. A second call counts once more.
 */
export const publishOtherRegion = defineTask({
  input: PublishOtherRegionInput,
  output: PublishOtherRegionOutput,
  deps: () => {
    const { region: home, dr } = stagePolicy(operations(), config().stage);
    const other = dr === undefined ? null : config().region === home ? dr.region : home;
    return { other, read: readMetrics, now: () => new Date() };
  },
  async run(_, { other, read, now }) {
    if (other === null) return { region: null, heartbeats: null };
    const to = now();
    const window = { from: new Date(to.getTime() - windowMilliseconds), to, period: 60 };
    const question = {
      ...{ namespace: 'pg-gameday', name: 'AlertHeartbeats', dimensions: { service: 'alert' } },
      statistic: 'Sum' as const,
    };
    try {
      const [points = []] = await read(other, [question], window);
      const heartbeats = points.reduce((sum, { value }) => sum + value, 0);
      countOtherRegion(heartbeats);
      logger.info('other region watched', { region: other, heartbeats });
      return { region: other, heartbeats };
    } catch (thrown) {
      logger.warn('other region cannot be read', { region: other, error: coerceError(thrown).message });
      return { region: other, heartbeats: null };
    }
  },
});
export const { handler } = publishOtherRegion;
