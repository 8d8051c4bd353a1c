import { inventoryIn } from '../../shared/aws/rds/inventory.ts';
import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import { PlanRetentionInput, PlanRetentionOutput } from '../../shared/contracts/retention.ts';
import { planRetention as decideRetention } from '../../shared/domain/backup/retention.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { publishSnapshotQuota } from '../../shared/metrics/housekeeping.ts';
import { operations, stagePolicy } from '../../shared/policy/operations.ts';
import { retentionRule } from '../../shared/rules/retention.ts';

/**
 * Decides, region by region, about every snapshot that this system made, and stores the plan before anything is deleted.
 * Deletes nothing, so a second call is harmless; it may decide by newer facts, and the plan of the last call counts.
 */
export const planRetention = defineTask({
  input: PlanRetentionInput,
  output: PlanRetentionOutput,
  deps: () => ({
    inventoryIn,
    store: makeObjectStore(config().evidenceBucket),
    rule: retentionRule(operations()),
    regions: regionsOf(stagePolicy(operations(), config().stage)),
    now: () => new Date(),
  }),
  async run({ executionName }, { inventoryIn, store, rule, regions, now }) {
    const plannedAt = now();
    const decisions = [];
    for (const region of regions) {
      const decided = decideRetention(await inventoryIn(region).listSnapshots(), rule, plannedAt);
      decisions.push(...decided.map((decision) => ({ region, ...decision })));
    }
    const planKey = `retention/${executionName}/plan.json`;
    const plan = { schemaVersion: 1, plannedAt: plannedAt.toISOString(), rule, decisions };
    await store.put(planKey, JSON.stringify(plan, undefined, 2), 'application/json');
    const deletions = decisions
      .filter(({ action }) => action === 'delete')
      .map(({ region, snapshotId, database, reason }) => ({ region, snapshotId, database, reason }));
    logger.info('retention planned', { planKey, kept: decisions.length - deletions.length, deletions });
    for (const region of regions) publishSnapshotQuota(await inventoryIn(region).snapshotQuota());
    return { planKey, deletions };
  },
});
export const { handler } = planRetention;

/** The stage's own region, and the one with its copies. */
const regionsOf = ({ region, dr }: ReturnType<typeof stagePolicy>): readonly string[] =>
  dr === undefined ? [region] : [region, dr.region];
