import { rdsIn } from '../../shared/aws/rds/instances.ts';
import { CheckDeletedInput, CheckDeletedOutput } from '../../shared/contracts/remove-copy.ts';
import { defineTask } from '../../shared/lambda/define-task.ts';

/** Reports whether an instance is gone. Reads only, so a second call is harmless. */
export const checkDeleted = defineTask({
  input: CheckDeletedInput,
  output: CheckDeletedOutput,
  deps: () => ({ rdsIn }),
  async run({ instanceId, region }, { rdsIn }) {
    const instance = await rdsIn(region).findInstance(instanceId);
    return { deleted: instance === undefined, status: instance?.status ?? 'gone' };
  },
});
export const { handler } = checkDeleted;
