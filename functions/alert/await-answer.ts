import { hashOf, makeIncidentStore } from '../../shared/alert/incident-store.ts';
import { makeVersionedStore } from '../../shared/aws/s3/versioned-store.ts';
import { makeTaskTokens } from '../../shared/aws/task-tokens.ts';
import { config } from '../../shared/config.ts';
import { AwaitAnswerInput, AwaitAnswerOutput } from '../../shared/contracts/alert/alert.ts';
import { knownOf } from '../../shared/domain/alert/incident.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';

/**
 * Leaves the token by which the execution is woken up. What has changed since its decision wakes it up at once. A second call
 * leaves the same token again.
 */
export const awaitAnswer = defineTask({
  input: AwaitAnswerInput,
  output: AwaitAnswerOutput,
  deps: () => ({
    incidents: makeIncidentStore(makeVersionedStore(config().evidenceBucket)),
    tokens: makeTaskTokens(),
  }),
  async run({ executionName, key, id, token }, { incidents, tokens }) {
    const left = await incidents.change(hashOf(key), (current) =>
      current?.id !== id || current.driver.executionName !== executionName
        ? undefined
        : { incident: { ...current, token } },
    );
    const isStale = left === undefined || knownOf(left.incident) !== left.incident.driver.knew;
    if (isStale) await tokens.wake(token, { isAnswered: false });
    logger.info('waiting', { id, isStale });
    return { isAnswered: false };
  },
});
export const { handler } = awaitAnswer;
