import type { Sandbox } from '../sandbox.ts';
import { workflowOf } from '../template/workflow-of.ts';

/**
 * Fires the rule of a workflow, so that the schedule's own role is needed, and waits for the execution that it starts.
 * Answers what went wrong, or undefined. Without a stack it is that of the first region.
 */
export async function runSchedule(
  sandbox: Sandbox,
  workflow: string,
  stack = sandbox.template,
): Promise<string | undefined> {
  const rule = stack.rules.find(({ name }) => workflowOf(name) === workflow);
  if (rule === undefined) throw new Error(`the template has no rule '${workflow}-…'`);
  const started: string[] = [];
  const stopListening = sandbox.states.onEvent((event) => {
    if (event.kind === 'history') started.push(event.executionArn);
  });
  try {
    await sandbox.bus.fire(stack.region, rule.name);
  } catch (error) {
    return `the schedule started nothing: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    stopListening();
  }
  const [executionArn] = started;
  if (executionArn === undefined) return 'the schedule started nothing';
  const { status, error, cause } = await sandbox.states.waitForEnd(executionArn);
  return status === 'SUCCEEDED' ? undefined : `${status}: ${error ?? ''} ${cause ?? ''}`.trim();
}
