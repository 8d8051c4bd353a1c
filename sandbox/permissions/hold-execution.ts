import type { Sandbox } from '../sandbox.ts';
import { workflowOf } from '../template/workflow-of.ts';

const waits = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'Hold',
  States: { Hold: { Type: 'Wait', Seconds: 99_999_999, End: true } },
});

/**
 * An execution of a workflow that does nothing and runs until it is released: for those who ask what is running. The
 * machine has its own definition again when this answers; an execution keeps the one that it began with.
 */
export async function holdExecution(
  sandbox: Sandbox,
  workflow: string,
  name: string,
  input: object,
): Promise<{ release(): Promise<void> }> {
  const call = (operation: string, request: object) =>
    sandbox.dispatch('states', operation, request, {
      region: sandbox.region,
      caller: sandbox.credentials.operator.caller,
    });
  const stateMachineArn = sandbox.template.stateMachines.find((one) => workflowOf(one.name) === workflow)?.arn;
  const { definition } = (await call('DescribeStateMachine', { stateMachineArn })) as { definition: string };
  await call('UpdateStateMachine', { stateMachineArn, definition: waits });
  try {
    const started = await call('StartExecution', { stateMachineArn, name, input: JSON.stringify(input) });
    const { executionArn } = started as { executionArn: string };
    return { release: async () => void (await call('StopExecution', { executionArn })) };
  } finally {
    await call('UpdateStateMachine', { stateMachineArn, definition });
  }
}
