import { copyTags, makeCopy } from '../../fault-sweep/scene.ts';
import type { SweptWorkflow } from '../../fault-sweep/swept-workflow.ts';
import { invoke } from '../../permissions/invoke.ts';

const day = 86_400_000;

/** Each run finds a copy of an execution of its own, which no sweep of left-over copies would remove yet. */
export const workflow: SweptWorkflow = {
  input: ({ database }, run) => ({ database, executionName: run, attempt: 1, region: null }),
  async prepare({ sandbox, database }, run) {
    // Which name a copy has is the function's knowledge; of one that was never made it deletes nothing.
    const order = { executionName: run, database, attempt: 1, region: null };
    const { instanceId } = await invoke(sandbox, 'deleteCopy', { order });
    await makeCopy(sandbox, String(instanceId), copyTags(database, run, new Date(Date.now() + day)));
    await sandbox.rds.inspect.idle();
  },
  violations: ({ executions, copies }) =>
    executions.some(({ status }) => status === 'SUCCEEDED') && copies.length > 0
      ? [`succeeded, and left ${copies.join(', ')}`]
      : [],
};
