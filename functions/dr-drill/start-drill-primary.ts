import { type DrillInstances, makeDrillInstances } from '../../shared/aws/rds/drill-instances.ts';
import { makeRds, type Rds } from '../../shared/aws/rds/instances.ts';
import { config } from '../../shared/config.ts';
import { StartDrillPrimaryInput, StartDrillPrimaryOutput } from '../../shared/contracts/dr-drill/dr-drill.ts';
import { scopeTags } from '../../shared/domain/dr/drill-scope.ts';
import { RestoreFailedError } from '../../shared/errors.ts';
import { IsolationEnvironment } from '../../shared/evidence/environment.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';
import { drillNames, requireInScope } from '../../shared/rules/drill-names.ts';

/**
 * Restores a backup into the throw-away primary of the drill's scope. A second call is harmless: one that exists is taken only when
 * name and tags say that it is of this scope.
 */
export const startDrillPrimary = defineTask({
  input: StartDrillPrimaryInput,
  output: StartDrillPrimaryOutput,
  environment: IsolationEnvironment,
  deps: ({ COPY_SECURITY_GROUP_ID: group }) => ({
    instances: makeDrillInstances() as Pick<DrillInstances, 'restorePrimary'>,
    rds: makeRds() as Pick<Rds, 'findInstance'>,
    policy: operations(),
    stage: config().stage,
    securityGroupIds: group === '' ? [] : [group],
    now: () => new Date(),
  }),
  async run(asked, { instances, rds, policy, stage, securityGroupIds, now }) {
    const { executionName, database, snapshotId, instanceClass, parameterGroup } = asked;
    const ofStage = stagePolicy(policy, stage);
    const names = drillNames(executionName, database, ofStage, databasePolicy(policy, stage, database));
    const { scope } = names;
    const instanceId = scope.primaryId;
    const tags = scopeTags(
      scope,
      database,
      new Date(now().getTime() + policy.backupPlan.copy.expiresAfterHours * 3_600_000),
    );
    requireInScope(names, { kind: 'instance', name: instanceId, tags });
    const subnetGroup = ofStage.dr?.network?.databaseSubnetGroup;
    const isNew = await instances.restorePrimary({
      ...{ instanceId, snapshotId, instanceClass, parameterGroup, tags },
      ...(subnetGroup === undefined ? {} : { subnetGroup }),
      ...(securityGroupIds.length === 0 ? {} : { securityGroupIds }),
    });
    if (!isNew) {
      const found = await rds.findInstance(instanceId);
      if (found === undefined) throw new RestoreFailedError(`'${instanceId}' exists and cannot be described`);
      requireInScope(names, { kind: 'instance', name: instanceId, tags: found.tags });
    }
    logger.info('restore of the primary of a drill started', { instanceId, snapshotId });
    return { instanceId };
  },
});
export const { handler } = startDrillPrimary;
