import type { Sandbox } from '../sandbox.ts';
import { workflowOf } from '../template/workflow-of.ts';
import type { Definition, DeliberateBug } from './deliberate-bugs.ts';
import { asOperator } from './run-facts.ts';

/** Deploys a changed state machine, for as long as `run` lasts. */
export async function withChangedMachine<T>(
  sandbox: Sandbox,
  { workflow, change }: NonNullable<DeliberateBug['machine']>,
  run: () => Promise<T>,
): Promise<T> {
  const machine = sandbox.template.stateMachines.find(({ name }) => workflowOf(name) === workflow);
  if (machine === undefined) throw new Error(`the template has no state machine of workflow '${workflow}'`);
  const { arn: stateMachineArn, definition } = machine;
  const changed = JSON.parse(definition) as Definition;
  change(changed);
  if (JSON.stringify(changed) === JSON.stringify(JSON.parse(definition))) {
    throw new Error(`the change leaves the state machine of '${workflow}' as it is`);
  }
  const call = asOperator(sandbox);
  await call('states', 'UpdateStateMachine', { stateMachineArn, definition: JSON.stringify(changed) });
  try {
    return await run();
  } finally {
    await call('states', 'UpdateStateMachine', { stateMachineArn, definition });
  }
}
