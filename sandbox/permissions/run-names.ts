import { RestorePath } from '../../shared/contracts/restore-test.ts';
import type { Sandbox } from '../sandbox.ts';
import { devStage } from '../stage-policy.ts';
import type { RunNames } from './shape.ts';

/** As executions are called whose functions are invoked by hand. */
export const byHand = 'exercise';

/** The place of a database in the keys of a run that could not be planned. */
const unplanned = '_unplanned';

/** The databases and instances of the stage, the paths of a restore test, and the executions of every machine so far. */
export async function runNames(sandbox: Sandbox): Promise<RunNames> {
  const { databases, officeHours } = devStage();
  const executions = [byHand];
  for (const { region, stateMachines } of sandbox.stacks) {
    const asOperator = { region, caller: sandbox.credentials.operator.caller };
    for (const { arn } of stateMachines) executions.push(...(await namesOf(sandbox, arn, asOperator)));
  }
  const named = Object.entries(databases).flatMap(([name, { instance }]) => [name, instance]);
  return {
    names: [...named, unplanned, ...(officeHours?.instances ?? []), ...RestorePath.options],
    executions,
  };
}

async function namesOf(
  sandbox: Sandbox,
  stateMachineArn: string,
  asOperator: Parameters<Sandbox['dispatch']>[3],
): Promise<string[]> {
  const names: string[] = [];
  let nextToken: string | undefined;
  do {
    const input = { stateMachineArn, ...(nextToken === undefined ? {} : { nextToken }) };
    const page = (await sandbox.dispatch('states', 'ListExecutions', input, asOperator)) as {
      executions?: { name?: string }[];
      nextToken?: string;
    };
    names.push(...(page.executions ?? []).map(({ name = '' }) => name));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return names;
}
