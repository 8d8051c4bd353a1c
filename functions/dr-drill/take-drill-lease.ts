import { makeLeaseRegister } from '../../shared/aws/s3/lease-register.ts';
import { config } from '../../shared/config.ts';
import { TakeDrillLeaseInput, TakeDrillLeaseOutput } from '../../shared/contracts/dr-drill/dr-drill.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { registersOf } from '../../shared/lease/lease-of.ts';
import { takeOver } from '../../shared/lease/take-over.ts';
import { databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';
import { drillNames, requireInScope } from '../../shared/rules/drill-names.ts';
import { holderOf } from '../../shared/rules/lease.ts';

/**
 * Takes the lease of the drill's scope for its replica, behind the fence, as a promotion does. A second call is harmless: what is
 * held is held on.
 */
export const takeDrillLease = defineTask({
  input: TakeDrillLeaseInput,
  output: TakeDrillLeaseOutput,
  deps: () => ({ config: config(), policy: operations(), registerAt: makeLeaseRegister }),
  async run({ executionName, database, fence }, { config: { stage, region }, policy, registerAt }) {
    const ofStage = stagePolicy(policy, stage);
    const names = drillNames(executionName, database, ofStage, databasePolicy(policy, stage, database));
    const { lease, leaseKey, primaryId, replicaId } = names.scope;
    requireInScope(names, { kind: 'lease', name: leaseKey });
    const me = holderOf(region, replicaId);
    const taken = await takeOver({
      registers: registersOf(stage, ofStage, lease, registerAt),
      ...{ me, from: holderOf(region, primaryId), fencedEpoch: fence.epoch, first: {}, watch: {}, now: 0 },
    });
    logger.info('lease of a drill taken', taken);
    return { ...taken, holder: me };
  },
});
export const { handler } = takeDrillLease;
