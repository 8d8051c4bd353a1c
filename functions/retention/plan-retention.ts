import { makeRdsInventory } from '../../shared/aws/rds-inventory.ts';
import { makeObjectStore } from '../../shared/aws/s3.ts';
import { config } from '../../shared/config.ts';
import { PlanRetentionInput, PlanRetentionOutput } from '../../shared/contracts/retention.ts';
import { planRetention as decideRetention } from '../../shared/domain/retention.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { publishSnapshotQuota } from '../../shared/lambda/housekeeping-metrics.ts';
import { retentionRule } from '../../shared/lambda/retention-rule.ts';
import { operations } from '../../shared/policy/operations.ts';

/**
 * Decides about every snapshot of the region that this system made, and stores the plan before anything is deleted.
 * Deletes nothing, so a second call is harmless; it may decide by newer facts, and the plan of the last call counts.
 */
export const planRetention = defineTask({
  input: PlanRetentionInput,
  output: PlanRetentionOutput,
  deps: () => ({
    inventory: makeRdsInventory(),
    store: makeObjectStore(config().evidenceBucket),
    rule: retentionRule(operations()),
    now: () => new Date(),
  }),
  async run({ executionName }, { inventory, store, rule, now }) {
    const plannedAt = now();
    const decisions = decideRetention(await inventory.listSnapshots(), rule, plannedAt);
    const planKey = `retention/${executionName}/plan.json`;
    const plan = { schemaVersion: 1, plannedAt: plannedAt.toISOString(), rule, decisions };
    await store.put(planKey, JSON.stringify(plan, undefined, 2), 'application/json');
    const deletions = decisions
      .filter(({ action }) => action === 'delete')
      .map(({ snapshotId, database, reason }) => ({ snapshotId, database, reason }));
    logger.info('retention planned', { planKey, kept: decisions.length - deletions.length, deletions });
    publishSnapshotQuota(await inventory.snapshotQuota());
    return { planKey, deletions };
  },
});
export const { handler } = planRetention;
