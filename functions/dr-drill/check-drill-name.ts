import { config } from '../../shared/config.ts';
import { CheckDrillNameInput, CheckDrillNameOutput } from '../../shared/contracts/dr-drill/dr-drill.ts';
import { NameUnresolvedError, type Resolve, resolve } from '../../shared/dns/resolve.ts';
import { defineTask, logger } from '../../shared/lambda/define-task.ts';
import { databasePolicy, operations, stagePolicy } from '../../shared/policy/operations.ts';
import { drillNames } from '../../shared/rules/drill-names.ts';

/** Where the name of the drill's scope leads as a resolver of its network sees it. Reads only, so a second call is harmless. */
export const checkDrillName = defineTask({
  input: CheckDrillNameInput,
  output: CheckDrillNameOutput,
  deps: () => ({ resolve: resolve as Pick<Resolve, 'target'>, policy: operations(), stage: config().stage }),
  async run({ executionName, database, to }, { resolve: resolver, policy, stage }) {
    const { name, host } = drillNames(
      executionName,
      database,
      stagePolicy(policy, stage),
      databasePolicy(policy, stage, database),
    );
    const target = await resolver.target(name).catch((thrown: unknown) => {
      if (thrown instanceof NameUnresolvedError) return null;
      throw thrown;
    });
    const looked = { name, target, isThere: target === host[to] };
    logger.info('name of a drill looked up', looked);
    return looked;
  },
});
export const { handler } = checkDrillName;
