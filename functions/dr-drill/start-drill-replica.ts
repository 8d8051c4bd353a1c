import { type DrillInstances, makeDrillInstances } from '../../shared/aws/rds/drill-instances.ts';
import { makeRds, type Rds } from '../../shared/aws/rds/instances.ts';
import { config } from '../../shared/config.ts';
import { StartDrillReplicaInput, StartDrillReplicaOutput } from '../../shared/contracts/dr-drill/dr-drill.ts';
import { scopeTags } from '../../shared/domain/dr/drill-scope.ts';
import { RestoreFailedError } from '../../shared/errors.ts';
import { IsolationEnvironment } from '../../shared/evidence/environment.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';
import { drillNames, requireInScope } from '../../shared/rules/drill-names.ts';

/**
 * Makes a read replica of the throw-away primary, in the same scope. A second call is harmless: one that exists is taken only when
 * name and tags say that it is of this scope.
 */
export const startDrillReplica = defineTask({
  input: StartDrillReplicaInput,
  output: StartDrillReplicaOutput,
  environment: IsolationEnvironment,
  deps: ({ COPY_SECURITY_GROUP_ID: group }) => ({
    instances: makeDrillInstances() as Pick<DrillInstances, 'createReplica'>,
    rds: makeRds() as Pick<Rds, 'findInstance'>,
    policy: operations(),
    stage: config().stage,
    securityGroupIds: group === '' ? [] : [group],
    now: () => new Date(),
  }),
  async run({ executionName, database, instanceClass }, { instances, rds, policy, stage, securityGroupIds, now }) {
    const names = drillNames(
      executionName,
      database,
      stagePolicy(policy, stage),
      databasePolicy(policy, stage, database),
    );
    const { primaryId: sourceId, replicaId: instanceId } = names.scope;
    const source = await rds.findInstance(sourceId);
    requireInScope(names, { kind: 'instance', name: sourceId, tags: source?.tags ?? {} });
    const expiresAt = new Date(now().getTime() + policy.backupPlan.copy.expiresAfterHours * 3_600_000);
    const tags = scopeTags(names.scope, database, expiresAt);
    requireInScope(names, { kind: 'instance', name: instanceId, tags });
    const isNew = await instances.createReplica({
      ...{ instanceId, sourceId, instanceClass, tags },
      ...(securityGroupIds.length === 0 ? {} : { securityGroupIds }),
    });
    if (!isNew) {
      const found = await rds.findInstance(instanceId);
      if (found === undefined) throw new RestoreFailedError(`'${instanceId}' exists and cannot be described`);
      requireInScope(names, { kind: 'instance', name: instanceId, tags: found.tags });
    }
    logger.info('replica of a drill started', { instanceId, sourceId });
    return { instanceId };
  },
});
export const { handler } = startDrillReplica;
