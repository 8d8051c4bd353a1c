import { inventoryIn } from '../../shared/aws/rds/inventory.ts';
import { DeleteSnapshotInput, DeleteSnapshotOutput } from '../../shared/contracts/retention.ts';
import { planRetention } from '../../shared/domain/backup/retention.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { operations } from '../../shared/policy/operations.ts';
import { retentionRule } from '../../shared/rules/retention.ts';

/**
 * Deletes one snapshot of the plan, if the same decision still holds for the snapshots that are there now: a hold, a
 * verdict or a deletion since the plan may have changed it. A second call is harmless: what is gone stays gone.
 */
export const deleteSnapshot = defineTask({
  input: DeleteSnapshotInput,
  output: DeleteSnapshotOutput,
  deps: () => ({ inventoryIn, rule: retentionRule(operations()), now: () => new Date() }),
  async run({ region, snapshotId }, { inventoryIn, rule, now }) {
    const inventory = inventoryIn(region);
    const snapshots = await inventory.listSnapshots();
    const decision = planRetention(snapshots, rule, now()).find((one) => one.snapshotId === snapshotId);
    if (decision === undefined) {
      const isThere = snapshots.some(({ id }) => id === snapshotId);
      const reason = isThere ? 'is no backup of this system' : 'is gone';
      logger.info('snapshot is not deleted', { region, snapshotId, reason });
      return { region, snapshotId, deleted: !isThere, reason };
    }
    const { action, reason } = decision;
    if (action === 'delete') await inventory.deleteSnapshot(snapshotId);
    logger.info(action === 'delete' ? 'snapshot deleted' : 'snapshot is not deleted', { region, snapshotId, reason });
    return { region, snapshotId, deleted: action === 'delete', reason };
  },
});
export const { handler } = deleteSnapshot;
