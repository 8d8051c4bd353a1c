import { makeLeaseRegister } from '../../shared/aws/s3/lease-register.ts';
import { config } from '../../shared/config.ts';
import { GiveBackLeaseInput, GiveBackLeaseOutput } from '../../shared/contracts/dr-promotion/lease.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { registersOf } from '../../shared/lease/lease-of.ts';
import { giveBack } from '../../shared/lease/take-over.ts';
import { operations, stagePolicy } from '../../shared/policy/operations.ts';
import { holderOf } from '../../shared/rules/lease.ts';

/**
 * Makes the lease the primary's again, because RDS was surely not asked to promote. A second call is harmless: what was given back
 * is not touched again.
 */
export const giveBackLease = defineTask({
  input: GiveBackLeaseInput,
  output: GiveBackLeaseOutput,
  deps: () => ({ config: config(), policy: operations(), registerAt: makeLeaseRegister }),
  async run({ database, primary, replicaId }, { config: { stage, region }, policy, registerAt }) {
    const registers = await giveBack(
      registersOf(stage, stagePolicy(policy, stage), database, registerAt),
      holderOf(region, replicaId),
      holderOf(primary.region, primary.instanceId),
    );
    logger.info('lease given back', { database, registers });
    return { registers };
  },
});
export const { handler } = giveBackLease;
