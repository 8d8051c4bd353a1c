import { promoteOnce } from '../../shared/aws/rds/standby/promote-once.ts';
import { makeReplicas, type Replicas } from '../../shared/aws/rds/standby/replicas.ts';
import { config } from '../../shared/config.ts';
import { PromoteDrillReplicaInput, PromoteDrillReplicaOutput } from '../../shared/contracts/dr-drill/dr-drill.ts';
import { tagKeys } from '../../shared/domain/resource/throw-away.ts';
import { ReplicaNotOursError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';
import { drillNames, requireInScope } from '../../shared/rules/drill-names.ts';

/** Makes the replica of the drill's scope an instance of its own. A second call is harmless: it is not asked for twice. */
export const promoteDrillReplica = defineTask({
  input: PromoteDrillReplicaInput,
  output: PromoteDrillReplicaOutput,
  deps: () => ({
    replicas: makeReplicas() as Pick<Replicas, 'find' | 'tag' | 'promote'>,
    policy: operations(),
    stage: config().stage,
  }),
  async run({ executionName, database }, { replicas, policy, stage }) {
    const names = drillNames(
      executionName,
      database,
      stagePolicy(policy, stage),
      databasePolicy(policy, stage, database),
    );
    const { primaryId, replicaId: instanceId } = names.scope;
    const found = await replicas.find(instanceId);
    requireInScope(names, { kind: 'instance', name: instanceId, tags: found?.tags ?? {} });
    const isAsked = found?.tags[tagKeys.promotedBy] === executionName;
    if (found === undefined || (found.sourceId !== primaryId && !isAsked))
      throw new ReplicaNotOursError(
        `'${instanceId}' is a replica of '${found?.sourceId ?? 'nothing'}', one of '${primaryId}' is required`,
      );
    await promoteOnce(replicas, found, { executionName, backupRetentionDays: 1 });
    logger.info('promotion of a drill asked', { replica: instanceId });
    return { instanceId };
  },
});
export const { handler } = promoteDrillReplica;
