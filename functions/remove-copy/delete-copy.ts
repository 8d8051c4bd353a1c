import { rdsIn } from '../../shared/aws/rds/instances.ts';
import { config } from '../../shared/config.ts';
import { DeleteCopyInput, DeleteCopyOutput } from '../../shared/contracts/remove-copy.ts';
import { copyInstanceId, whyNotOurCopy } from '../../shared/domain/resource/throw-away.ts';
import { InstanceNotOursError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations, stagePolicy } from '../../shared/policy/operations.ts';

/**
 * Deletes the throw-away copy of one execution, and nothing else: the name is computed, never taken from the input,
 * and the tags must say the same. A second call is harmless: a copy that is gone, or going, is a success.
 */
export const deleteCopy = defineTask({
  input: DeleteCopyInput,
  output: DeleteCopyOutput,
  deps: () => ({ rdsIn, policy: operations(), stage: config().stage }),
  async run({ order: { executionName, database, attempt, region } }, { rdsIn, policy, stage }) {
    const rds = rdsIn(region);
    const instanceId = copyInstanceId(database, executionName, attempt);
    const instance = await rds.findInstance(instanceId);
    if (instance === undefined) return { instanceId, deleting: false };
    const sourceInstanceIds = Object.values(stagePolicy(policy, stage).databases).map((source) => source.instance);
    const reason = whyNotOurCopy(instanceId, instance.tags, { executionName, sourceInstanceIds });
    if (reason !== undefined) {
      throw new InstanceNotOursError(`instance '${instanceId}' is not deleted: it ${reason}`, {
        hints: ['Look at the instance and its tags in the RDS console; delete it by hand if nobody needs it.'],
      });
    }
    if (instance.status !== 'deleting') {
      await rds.deleteInstance(instanceId);
      logger.info('copy is being deleted', { instanceId });
    }
    return { instanceId, deleting: true };
  },
});
export const { handler } = deleteCopy;
