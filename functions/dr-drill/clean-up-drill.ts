import { makeRds, type Rds } from '../../shared/aws/rds/instances.ts';
import { makeNames, type Names } from '../../shared/aws/route53/names.ts';
import { removeRegister } from '../../shared/aws/s3/remove-registers.ts';
import { config } from '../../shared/config.ts';
import { CleanUpDrillInput, CleanUpDrillOutput } from '../../shared/contracts/dr-drill/dr-drill.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';
import { drillNames, requireInScope } from '../../shared/rules/drill-names.ts';
import { registerPlaces } from '../../shared/rules/lease.ts';

/**
 * Removes everything of the drill's scope and nothing else: every name is computed, and an instance is deleted only when its tags say
 * the same. A second call is harmless: what is gone, or going, is a success.
 */
export const cleanUpDrill = defineTask({
  input: CleanUpDrillInput,
  output: CleanUpDrillOutput,
  deps: () => ({
    rds: makeRds() as Pick<Rds, 'findInstance' | 'deleteInstance'>,
    names: makeNames() as Pick<Names, 'remove'>,
    removeRegister: removeRegister as (place: Parameters<typeof removeRegister>[0], key: string) => Promise<void>,
    policy: operations(),
    stage: config().stage,
  }),
  async run({ executionName, database }, { rds, names, removeRegister: removed, policy, stage }) {
    const ofStage = stagePolicy(policy, stage);
    const own = drillNames(executionName, database, ofStage, databasePolicy(policy, stage, database));
    const { scope, zone, name } = own;
    const left: string[] = [];
    // The instances first: they cost money, and hold real data.
    for (const id of [scope.replicaId, scope.primaryId]) {
      const found = await rds.findInstance(id);
      if (found === undefined) continue;
      requireInScope(own, { kind: 'instance', name: id, tags: found.tags });
      if (found.status !== 'deleting') await rds.deleteInstance(id);
      left.push(id);
    }
    requireInScope(own, { kind: 'record', name, zone });
    await names.remove(zone, name);
    requireInScope(own, { kind: 'lease', name: scope.leaseKey });
    for (const place of registerPlaces(stage, ofStage)) await removed(place, scope.leaseKey);
    logger.info('scope of a drill cleaned up', { scope: scope.id, left });
    return { isGone: left.length === 0, left };
  },
});
export const { handler } = cleanUpDrill;
