import { type Rds, rdsIn } from '../../shared/aws/rds/instances.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { config } from '../../shared/config.ts';
import { LiftFenceInput, LiftFenceOutput } from '../../shared/contracts/dr-promotion/dr-promotion.ts';
import { FenceNotLiftedError } from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { withFenceSession } from '../../shared/lease/fence-session.ts';
import { liftFence as lift, readLease } from '../../shared/pg/fence/fence-session.ts';
import { databasePolicy, operations } from '../../shared/policy/operations.ts';

/**
 * Lets the applications into the primary again, because nothing was promoted. A second call is harmless: there is nobody left to
 * let in. Throws FenceNotLiftedError when they are kept out still, as of a lease that is enforced and not held.
 */
export const liftFence = defineTask({
  input: LiftFenceInput,
  output: LiftFenceOutput,
  deps: () => ({
    rdsIn: rdsIn as (region: string) => Pick<Rds, 'findInstance'>,
    secrets: makeSecrets(),
    session: withFenceSession,
    policy: operations(),
    stage: config().stage,
  }),
  async run({ database, primary: { region, instanceId } }, { rdsIn: rdsOf, secrets, session, policy, stage }) {
    const own = databasePolicy(policy, stage, database);
    const roles = await session({ rds: rdsOf(region), secrets }, own, instanceId, async (client) => {
      const { fencedEpoch } = await readLease(client);
      const lifted = await lift(client, fencedEpoch);
      const { fenced, mode } = await readLease(client);
      if (fenced.length > 0)
        throw new FenceNotLiftedError(
          `'${fenced.join("', '")}' are kept out of '${instanceId}' still, its lease is in mode '${mode}'`,
          {
            hints: ['A lease that is enforced lets them in when it is renewed: look at the executions of keep-lease.'],
          },
        );
      return [...lifted];
    });
    logger.info('fence lifted', { instance: instanceId, roles });
    return { roles };
  },
});
export const { handler } = liftFence;
