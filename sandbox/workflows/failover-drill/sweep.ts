import { readyToFailOver } from '../../demo/ready-to-fail-over.ts';
import type { SweptWorkflow } from '../../fault-sweep/swept-workflow.ts';
import { runSchedule } from '../../permissions/run-schedule.ts';

/** Whatever strikes it: RDS is asked at most once in an execution, and what succeeded was seen. */
export const workflow: SweptWorkflow = {
  async prepare({ sandbox, sourceInstanceId }) {
    await readyToFailOver({ sandbox, source: { instance: sourceInstanceId } });
    await runSchedule(sandbox, 'keep-lease');
  },
  input: ({ database }) => ({ database, mode: 'rehearse', reason: 'a fault sweep' }),
  violations: ({ executions }) =>
    executions
      .filter(({ status, output }) => status === 'SUCCEEDED' && (output as { result?: string })?.result !== 'rehearsed')
      .map(({ output }) => `succeeded without a rehearsal: ${JSON.stringify(output)}`),
};
