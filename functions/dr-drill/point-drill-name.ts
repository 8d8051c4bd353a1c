import { makeNames, type Names } from '../../shared/aws/route53/names.ts';
import { config } from '../../shared/config.ts';
import { PointDrillNameInput, PointDrillNameOutput } from '../../shared/contracts/dr-drill/dr-drill.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';
import { drillNames, requireInScope } from '../../shared/rules/drill-names.ts';

/** Lets the name of the drill's scope lead to its primary, or to its replica. A second call is harmless: it says the same. */
export const pointDrillName = defineTask({
  input: PointDrillNameInput,
  output: PointDrillNameOutput,
  deps: () => ({ names: makeNames() as Pick<Names, 'point'>, policy: operations(), stage: config().stage }),
  async run({ executionName, database, to }, { names, policy, stage }) {
    const own = drillNames(
      executionName,
      database,
      stagePolicy(policy, stage),
      databasePolicy(policy, stage, database),
    );
    const { name, zone, ttlSeconds } = own;
    const target = own.host[to];
    requireInScope(own, { kind: 'record', name, zone });
    await names.point(zone, name, target, ttlSeconds);
    logger.info('name of a drill pointed', { name, target });
    return { name, target };
  },
});
export const { handler } = pointDrillName;
