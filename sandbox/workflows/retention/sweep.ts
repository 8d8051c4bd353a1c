import { backupTags, makeOldSnapshot } from '../../fault-sweep/scene.ts';
import type { SweptWorkflow } from '../../fault-sweep/swept-workflow.ts';

/** Each run finds an old backup without a verdict, which is to go. */
export const workflow: SweptWorkflow = {
  input: () => ({}),
  prepare: ({ sandbox, database, sourceInstanceId }, run) =>
    makeOldSnapshot(sandbox, sourceInstanceId, `gd-backup-${database}-${run}-1`, backupTags(database)),
};
