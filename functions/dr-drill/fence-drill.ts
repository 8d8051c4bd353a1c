import { makeRds, type Rds } from '../../shared/aws/rds/instances.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { config } from '../../shared/config.ts';
import { FenceDrillInput, FenceDrillOutput } from '../../shared/contracts/dr-drill/dr-drill.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { fenceInstance } from '../../shared/lease/fence-instance.ts';
import { withFenceSession } from '../../shared/lease/fence-session.ts';
import { databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';
import { drillNames, requireInScope } from '../../shared/rules/drill-names.ts';

/** Puts up the fence of a promotion, inside the throw-away primary. A second call is harmless: it is up, and the log ends later. */
export const fenceDrill = defineTask({
  input: FenceDrillInput,
  output: FenceDrillOutput,
  deps: () => ({
    rds: makeRds() as Pick<Rds, 'findInstance'>,
    secrets: makeSecrets(),
    session: withFenceSession,
    policy: operations(),
    stage: config().stage,
  }),
  async run({ executionName, database }, { rds, secrets, session, policy, stage }) {
    const own = databasePolicy(policy, stage, database);
    const names = drillNames(executionName, database, stagePolicy(policy, stage), own);
    const { primaryId } = names.scope;
    requireInScope(names, { kind: 'instance', name: primaryId, tags: (await rds.findInstance(primaryId))?.tags ?? {} });
    const put = await session({ rds, secrets }, own, primaryId, (client) => fenceInstance(client, primaryId));
    logger.info('primary of a drill fenced', { instance: primaryId, ...put });
    return put;
  },
});
export const { handler } = fenceDrill;
