import { connectionTarget } from '../../shared/aws/rds/connection-target.ts';
import { type Rds, rdsIn } from '../../shared/aws/rds/instances.ts';
import { makeSecrets } from '../../shared/aws/secrets.ts';
import { config } from '../../shared/config.ts';
import { CompareSidesInput, CompareSidesOutput } from '../../shared/contracts/dr-failback/dr-failback.ts';
import { comparisonBudget } from '../../shared/deadlines.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { type ConnectionTarget, type Session, withConnection } from '../../shared/pg/session/connect.ts';
import { compareSides as compare, SidesDifferError } from '../../shared/pg/stranded/compare-sides.ts';
import { databasePolicy, operations } from '../../shared/policy/operations.ts';

/**
 * Whether the drained replica holds what the fenced primary holds, table by table, for as long as the outage may last for it. Throws
 * SidesDifferError, and nothing is promoted then. Reads only, so a second call is harmless.
 */
export const compareSides = defineTask({
  input: CompareSidesInput,
  output: CompareSidesOutput,
  deps: () => ({
    rdsIn: rdsIn as (region: string) => Pick<Rds, 'findInstance'>,
    secrets: makeSecrets(),
    connected: <T>(target: ConnectionTarget, work: (client: Session) => Promise<T>) =>
      withConnection(
        target,
        { purpose: 'compares before a failback', readOnly: true, tablesOnly: true, statementTimeout: comparisonBudget },
        work,
      ),
    policy: operations(),
    config: config(),
    now: () => Date.now(),
  }),
  async run(
    { database, primary, replicaId },
    { rdsIn: rdsOf, secrets, connected, policy, config: { stage, region }, now },
  ) {
    const own = databasePolicy(policy, stage, database);
    const until = now() + comparisonBudget;
    const [one, other] = await Promise.all([
      connectionTarget({ rds: rdsOf(primary.region), secrets }, own, primary.instanceId),
      connectionTarget({ rds: rdsOf(region), secrets }, own, replicaId),
    ]);
    const found = await connected(one, (left) =>
      connected(other, (right) => compare(left, right, () => now() < until)),
    );
    const compared = { ...found, differing: [...found.differing] };
    logger.info('both sides compared', compared);
    if (compared.differing.length > 0)
      throw new SidesDifferError(
        `'${compared.differing.slice(0, 20).join("', '")}' differ between '${primary.instanceId}' and the drained '${replicaId}', equal rows are required`,
        {
          hints: [
            'Who writes there although the applications are kept out? Name that role in capabilities.fence.roles.',
          ],
        },
      );
    return compared;
  },
});
export const { handler } = compareSides;
