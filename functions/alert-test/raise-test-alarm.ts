import { listSubscribers } from '../../shared/aws/sns.ts';
import { config } from '../../shared/config.ts';
import { RaiseTestAlarmInput, RaiseTestAlarmOutput } from '../../shared/contracts/alert-test/alert-test.ts';
import { countSubscribers } from '../../shared/domain/alert/alert-test.ts';
import { CountedTopicsEnvironment } from '../../shared/evidence/environment.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { publishTestRaised } from '../../shared/metrics/alert-test.ts';
import { operations } from '../../shared/policy/operations.ts';
import { wantedTopics } from '../../shared/rules/alert-test.ts';

/**
 * Counts who hears of each topic, and publishes the metric that raises the alarm of the test. A second call publishes it once more within the
 * same alarm.
 */
export const raiseTestAlarm = defineTask({
  input: RaiseTestAlarmInput,
  output: RaiseTestAlarmOutput,
  environment: CountedTopicsEnvironment,
  deps: (environment) => ({
    topics: wantedTopics(operations(), config().stage, environment),
    subscribersOf: listSubscribers(),
    now: () => new Date(),
  }),
  async run(_, { topics, subscribersOf, now }) {
    const counts = [];
    for (const { arn, ...topic } of topics) counts.push(countSubscribers(topic, await subscribersOf(arn)));
    const raisedAt = now().toISOString();
    publishTestRaised();
    logger.info('test alarm raised', { raisedAt, topics: counts });
    return { raisedAt, topics: counts };
  },
});
export const { handler } = raiseTestAlarm;
