import { makeAutomatedBackups } from '../../shared/aws/rds/automated-backups.ts';
import { makeRds, type Rds } from '../../shared/aws/rds/instances.ts';
import { makeRdsInventory, type RdsInventory } from '../../shared/aws/rds/inventory.ts';
import { makeParameterGroups, type ParameterGroups } from '../../shared/aws/rds/parameter-groups.ts';
import { withAllowedRange } from '../../shared/aws/rds/restorable-range.ts';
import type { RestoreFrom } from '../../shared/aws/rds/restore.ts';
import { makeObjectStore } from '../../shared/aws/s3/object-store.ts';
import { config } from '../../shared/config.ts';
import { StartRestoreInput, StartRestoreOutput } from '../../shared/contracts/instances.ts';
import type { RestoreSource } from '../../shared/contracts/verification.ts';
import type { SelfStarting } from '../../shared/contracts/witness.ts';
import { newestRestoreSource, restoreSource } from '../../shared/domain/resource/restore-tags.ts';
import { copyInstanceId, copyTags, tagKeys, whyNotOurCopy } from '../../shared/domain/resource/throw-away.ts';
import { whyNotQuiet } from '../../shared/domain/verification/quiet-copy.ts';
import {
  CopyNotQuietError,
  InstanceNotFoundError,
  InstanceNotOursError,
  RestoreFailedError,
  SnapshotFailedError,
} from '../../shared/errors.ts';
import { IsolationEnvironment } from '../../shared/evidence/environment.ts';
import { readWitnessHeader } from '../../shared/evidence/witness-file.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';

/**
 * Restores a snapshot, or a moment of an instance or of replicated backups, into a throw-away copy: isolated, with the
 * source's parameter group or that of copies, tagged with execution and expiry. A copy that would start subscriptions or
 * jobs of its source is not made. A second call is harmless: the copy is named after the execution, and one that exists is taken only when
 * its tags say that this execution made it.
 */
export const startRestore = defineTask({
  input: StartRestoreInput,
  output: StartRestoreOutput,
  environment: IsolationEnvironment,
  deps: ({ COPY_SECURITY_GROUP_ID: group }) => ({
    rds: makeRds(),
    backups: makeAutomatedBackups(),
    inventory: makeRdsInventory(),
    parameterGroups: makeParameterGroups(),
    store: makeObjectStore(config().evidenceBucket),
    policy: operations(),
    config: { ...config(), copySecurityGroupId: group === '' ? undefined : group },
    now: () => new Date(),
  }),
  async run(
    { executionName, order: { database, backup, attempt, witnessKey, witness } },
    { rds, backups, inventory, parameterGroups, store, policy, config, now },
  ) {
    const stage = stagePolicy(policy, config.stage);
    const plan = databasePolicy(policy, config.stage, database);
    const { from, like } = await sourceOf({ rds, inventory }, backup, { database, instance: plan.instance });
    const { server } = await readWitnessHeader(store, witnessKey, witness);
    await refuseUnlessQuiet(server.selfStarting ?? [], database, {
      parameterGroups,
      group: plan.copyParameterGroup,
      isCutOff: config.copySecurityGroupId !== undefined,
    });
    const network = config.region === stage.dr?.region ? stage.dr.network : stage.network;
    const instanceId = copyInstanceId(database, executionName, attempt);
    const expiresAt = new Date(now().getTime() + policy.backupPlan.copy.expiresAfterHours * 3_600_000);
    const request = {
      from,
      instanceId,
      instanceClass: plan.copyInstanceClass ?? like.instanceClass,
      parameterGroup: plan.copyParameterGroup ?? like.parameterGroup,
      ...(network === undefined ? {} : { subnetGroup: network.databaseSubnetGroup }),
      ...(config.copySecurityGroupId === undefined ? {} : { securityGroupIds: [config.copySecurityGroupId] }),
      tags: copyTags(database, executionName, expiresAt),
    };
    const isNew = await rds.restore(request).catch(async (error: unknown) => {
      throw await withAllowedRange(error, backup, plan.instance, { backups, now: now() });
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

/** The group is read where the copy is made: what operations.yml names may have been changed since. */
async function refuseUnlessQuiet(
  found: readonly SelfStarting[],
  database: string,
  {
    parameterGroups,
    group,
    isCutOff,
  }: { readonly parameterGroups: ParameterGroups; readonly group: string | undefined; readonly isCutOff: boolean },
): Promise<void> {
  if (found.length === 0) return;
  const ownGroup = group === undefined ? undefined : { name: group, parameters: await parameterGroups.valuesOf(group) };
  const reasons = whyNotQuiet(found, { ownGroup, isCutOff });
  if (reasons.length === 0) return;
  throw new CopyNotQuietError(
    `a copy of '${database}' ${group === undefined ? "in its source's parameter group" : `in parameter group '${group}'`} would not be quiet: ${reasons.join(', ')}`,
    {
      hints: [
        "Copy the source's parameter group, take pg_cron out of its shared_preload_libraries, set max_logical_replication_workers to 0, and name it as 'copyParameterGroup' of the database in operations.yml.",
      ],
    },
  );
}
