import { makeRds } from '../../shared/aws/rds/instances.ts';
import { config } from '../../shared/config.ts';
import { DeleteLeftoverInput, DeleteLeftoverOutput } from '../../shared/contracts/sweep-leftovers.ts';
import { whyNotExpired } from '../../shared/domain/resource/leftovers.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations, sourceInstanceIds } from '../../shared/policy/operations.ts';

/**
 * Deletes one expired throw-away copy, after looking once more at its name, tags and expiry as they are now. A second
 * call is harmless: a copy that is gone, or going, is a success.
 */
export const deleteLeftover = defineTask({
  input: DeleteLeftoverInput,
  output: DeleteLeftoverOutput,
  deps: () => ({
    rds: makeRds(),
    sources: sourceInstanceIds(operations(), config().stage),
    now: () => new Date(),
  }),
  async run({ instanceId }, { rds, sources, now }) {
    const instance = await rds.findInstance(instanceId);
    if (instance === undefined) return { instanceId, deleting: false, reason: 'is gone' };
    const refusal = whyNotExpired(instance, sources, now());
    if (refusal !== undefined) {
      logger.warn('left-over is not deleted', { instanceId, reason: refusal.text });
      return { instanceId, deleting: false, reason: refusal.text };
    }
    await rds.deleteInstance(instanceId);
    logger.info('left-over is being deleted', { instanceId });
    return { instanceId, deleting: true, reason: 'expired' };
  },
});
export const { handler } = deleteLeftover;
