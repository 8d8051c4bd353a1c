import type { Sandbox } from '../sandbox.ts';
import { workflowOf } from '../template/workflow-of.ts';
import type { Definition, DeliberateBug } from './deliberate-bug.ts';

/** Deploys a changed state machine in each region that has it, for as long as `run` lasts. */
export async function withChangedMachine<T>(
  sandbox: Sandbox,
  { workflow, change }: NonNullable<DeliberateBug['machine']>,
  run: () => Promise<T>,
): Promise<T> {
  const machines = sandbox.stacks.flatMap(({ region, stateMachines }) =>
    stateMachines.filter(({ name }) => workflowOf(name) === workflow).map((machine) => ({ ...machine, region })),
  );
  if (machines.length === 0) throw new Error(`the template has no state machine of workflow '${workflow}'`);
  const deploy = async (definitionOf: (definition: string) => string) => {
    for (const { region, arn: stateMachineArn, definition } of machines) {
      const asked = { region, caller: sandbox.credentials.operator.caller };
      await sandbox.dispatch(
        'states',
        'UpdateStateMachine',
        { stateMachineArn, definition: definitionOf(definition) },
        asked,
      );
    }
  };
  await deploy((definition) => {
    const changed = JSON.parse(definition) as Definition;
    change(changed);
    if (JSON.stringify(changed) === JSON.stringify(JSON.parse(definition)))
      throw new Error(`the change leaves the state machine of '${workflow}' as it is`);
    return JSON.stringify(changed);
  });
  try {
    return await run();
  } finally {
    await deploy((definition) => definition);
  }
}
