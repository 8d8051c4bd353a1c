import { copyTags, makeCopy } from '../../fault-sweep/scene.ts';
import type { SweptWorkflow } from '../../fault-sweep/swept-workflow.ts';

/** Each run finds a copy that outlived its execution. */
export const workflow: SweptWorkflow = {
  input: () => ({}),
  async prepare({ sandbox, database }, run) {
    const name = `gd-copy-${database}-${run}-1`;
    await makeCopy(sandbox, name, copyTags(database, run, new Date(Date.now() - 60_000)));
    await sandbox.rds.inspect.idle();
  },
  violations: ({ executions, copies }) =>
    executions.some(({ status }) => status === 'SUCCEEDED') && copies.length > 0
      ? [`succeeded, and left ${copies.join(', ')}`]
      : [],
};
