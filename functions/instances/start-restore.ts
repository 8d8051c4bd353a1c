import { makeRds, type Rds } from '../../shared/aws/rds/instances.ts';
import { makeRdsInventory, type RdsInventory } from '../../shared/aws/rds/inventory.ts';
import type { RestoreFrom } from '../../shared/aws/rds/restore.ts';
import { config } from '../../shared/config.ts';
import { StartRestoreInput, StartRestoreOutput } from '../../shared/contracts/instances.ts';
import type { RestoreSource } from '../../shared/contracts/verification.ts';
import { newestRestoreSource, restoreSource } from '../../shared/domain/resource/restore-tags.ts';
import { copyInstanceId, copyTags, tagKeys, whyNotOurCopy } from '../../shared/domain/resource/throw-away.ts';
import {
  InstanceNotFoundError,
  InstanceNotOursError,
  RestoreFailedError,
  SnapshotFailedError,
} from '../../shared/errors.ts';
import { IsolationEnvironment } from '../../shared/evidence/environment.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';

/**
 * Restores a snapshot, or a moment of an instance or of replicated backups, into a throw-away copy: isolated, with the source's parameter group, tagged with execution and
 * expiry. A second call is harmless: the copy is named after the execution, and one that exists is taken only when
 * its tags say that this execution made it.
 */
export const startRestore = defineTask({
  input: StartRestoreInput,
  output: StartRestoreOutput,
  environment: IsolationEnvironment,
  deps: ({ COPY_SECURITY_GROUP_ID: group }) => ({
    rds: makeRds(),
    inventory: makeRdsInventory(),
    policy: operations(),
    config: { ...config(), copySecurityGroupId: group === '' ? undefined : group },
    now: () => new Date(),
  }),
  async run({ executionName, order: { database, backup, attempt } }, { rds, inventory, policy, config, now }) {
    const stage = stagePolicy(policy, config.stage);
    const plan = databasePolicy(policy, config.stage, database);
    const { from, like } = await sourceOf({ rds, inventory }, backup, { database, instance: plan.instance });
    const network = config.region === stage.dr?.region ? stage.dr.network : stage.network;
    const instanceId = copyInstanceId(database, executionName, attempt);
    const expiresAt = new Date(now().getTime() + policy.backupPlan.copy.expiresAfterHours * 3_600_000);
    const isNew = await rds.restore({
      from,
      instanceId,
      instanceClass: plan.copyInstanceClass ?? like.instanceClass,
      parameterGroup: like.parameterGroup,
      ...(network === undefined ? {} : { subnetGroup: network.databaseSubnetGroup }),
      ...(config.copySecurityGroupId === undefined ? {} : { securityGroupIds: [config.copySecurityGroupId] }),
      tags: copyTags(database, executionName, expiresAt),
    });
    if (!isNew) {
      const existing = await rds.findInstance(instanceId);
      if (existing === undefined) throw new RestoreFailedError(`copy '${instanceId}' exists and cannot be described`);
      const reason = whyNotOurCopy(instanceId, existing.tags, { executionName, sourceInstanceIds: [plan.instance] });
      if (reason !== undefined) throw new InstanceNotOursError(`instance '${instanceId}' exists and ${reason}`);
      return { instanceId, expiresAt: existing.tags[tagKeys.expiresAt] ?? expiresAt.toISOString() };
    }
    logger.info('restore started', { instanceId, backup });
    return { instanceId, expiresAt: expiresAt.toISOString() };
  },
});
export const { handler } = startRestore;

/** What is restored, and the settings of the source that the copy gets. */
async function sourceOf(
  { rds, inventory }: { readonly rds: Rds; readonly inventory: Pick<RdsInventory, 'listSnapshots'> },
  backup: RestoreSource,
  { database, instance }: { readonly database: string; readonly instance: string },
): Promise<{ readonly from: RestoreFrom; readonly like: { instanceClass: string; parameterGroup: string } }> {
  if (backup.kind === 'moment') {
    const like = await rds.findInstance(instance);
    if (like !== undefined) return { from: { sourceInstanceId: instance, time: backup.time }, like };
    throw new InstanceNotFoundError(`instance '${instance}' does not exist in this region`, {
      hints: ['A moment is restored in the region of its instance; elsewhere, prove the copy of a snapshot.'],
    });
  }
  if (backup.kind === 'replicated-moment') {
    const { automatedBackupArn, time } = backup;
    const like = newestRestoreSource(await inventory.listSnapshots(), database);
    if (like !== undefined) return { from: { automatedBackupArn, time }, like };
    throw new InstanceNotFoundError(`no snapshot of '${database}' in this region says how its instance is set up`, {
      hints: ['Let backup-and-verify copy one here first: class and parameter group stand in its tags.'],
    });
  }
  const { snapshotId } = backup;
  const snapshot = await rds.findSnapshot(snapshotId);
  if (snapshot?.status !== 'available') {
    throw new SnapshotFailedError(
      `snapshot '${snapshotId}' is '${snapshot?.status ?? 'missing'}', expected 'available'`,
    );
  }
  // In the second region there is no source: what the restore needs of it is on the copy.
  const like = (await rds.findInstance(instance)) ?? restoreSource(snapshot.tags);
  if (like !== undefined) return { from: { snapshotId }, like };
  throw new InstanceNotFoundError(
    `instance '${instance}' does not exist, and snapshot '${snapshotId}' has no tags of it`,
  );
}
