import { type Rds, rdsIn } from '../../shared/aws/rds/instances.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { config } from '../../shared/config.ts';
import { FencePrimaryInput, FencePrimaryOutput } from '../../shared/contracts/dr-promotion/dr-promotion.ts';
import {
  AwsUnavailableError,
  coerceError,
  DatabaseUnreachableError,
  FenceUncertainError,
  InstanceNotAvailableError,
  InstanceNotFoundError,
  PrimaryUnreachableError,
} from '../../shared/errors.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { fenceInstance } from '../../shared/lease/fence-instance.ts';
import { withFenceSession } from '../../shared/lease/fence-session.ts';
import { databasePolicy, operations } from '../../shared/policy/operations.ts';

/**
 * Keeps the applications out of the primary, ends their sessions, and reports where its log ended then. A role that could not be
 * kept out is named before anything is changed. A second call is harmless: the fence is up, and the log ends later.
 */
export const fencePrimary = defineTask({
  input: FencePrimaryInput,
  output: FencePrimaryOutput,
  deps: () => ({
    rdsIn: rdsIn as (region: string) => Pick<Rds, 'findInstance'>,
    secrets: makeSecrets(),
    session: withFenceSession,
    policy: operations(),
    stage: config().stage,
  }),
  async run({ database, primary: { region, instanceId } }, { rdsIn: rdsOf, secrets, session, policy, stage }) {
    const own = databasePolicy(policy, stage, database);
    // Whoever says that nobody writes there may go on without a fence; the plan has refused everybody else.
    if (own.capabilities.fence === undefined)
      throw new PrimaryUnreachableError(`nobody may fence '${instanceId}': capabilities.fence is not set`);
    let hasBegun = false;
    try {
      const put = await session({ rds: rdsOf(region), secrets }, own, instanceId, (client) =>
        fenceInstance(client, instanceId, () => {
          hasBegun = true;
        }),
      );
      logger.info('primary fenced', { instance: instanceId, ...put });
      return put;
    } catch (thrown) {
      if (!silences.some((silence) => thrown instanceof silence)) throw thrown;
      const { message } = coerceError(thrown);
      if (hasBegun)
        throw new FenceUncertainError(`fence of '${instanceId}' may be up or not: ${message}`, { cause: thrown });
      throw new PrimaryUnreachableError(`primary '${instanceId}' cannot be fenced from here: ${message}`, {
        cause: thrown,
      });
    }
  },
});
export const { handler } = fencePrimary;

/** What a primary answers that is gone, or whose region is. */
const silences = [AwsUnavailableError, DatabaseUnreachableError, InstanceNotAvailableError, InstanceNotFoundError];
