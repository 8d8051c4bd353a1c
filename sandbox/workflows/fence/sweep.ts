import type { SweptWorkflow } from '../../fault-sweep/swept-workflow.ts';

/** Put up again in each run: whatever strikes it, an execution that succeeded keeps the applications out. */
export const workflow: SweptWorkflow = {
  input: ({ database }) => ({ database, action: 'put up' }),
  violations: ({ executions }) =>
    executions
      .filter(
        ({ status, output }) => status === 'SUCCEEDED' && (output as { keptOut?: unknown[] })?.keptOut?.length !== 1,
      )
      .map(({ output }) => `succeeded and keeps out ${JSON.stringify(output)}`),
};
