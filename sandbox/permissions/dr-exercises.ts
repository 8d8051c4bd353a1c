import { readyToFailOver } from '../demo/ready-to-fail-over.ts';
import type { Sandbox } from '../sandbox.ts';
import { workflowOf } from '../template/workflow-of.ts';
import type { Exercise } from './exercises.ts';
import { invoke } from './invoke.ts';
import { byHand } from './run-names.ts';
import { runSchedule } from './run-schedule.ts';

/** The lease of a primary, a fence by hand, and readiness in both regions. */
export const exercisesOfDisasterRecovery = (database: string): Exercise[] => [
  { title: 'the schedule of the lease', run: (sandbox) => runSchedule(sandbox, 'keep-lease') },
  {
    title: 'the schedule of readiness in each region',
    async run(sandbox) {
      for (const stack of sandbox.stacks) {
        const wrong = await runSchedule(sandbox, 'dr-readiness', stack);
        if (wrong !== undefined) return `${stack.region}: ${wrong}`;
      }
      return undefined;
    },
  },
  { title: 'a fail-over that a client watches', run: (sandbox) => failOver(sandbox, database) },
  { title: 'a fence that is put up and lifted', run: (sandbox) => fenceAndLift(sandbox, database) },
];

async function fenceAndLift(sandbox: Sandbox, database: string): Promise<string | undefined> {
  const put = await invoke(sandbox, 'changeFence', { executionName: byHand, request: { database, action: 'put up' } });
  const request = { database, action: 'lift', epoch: put['epoch'] };
  const lifted = await invoke(sandbox, 'changeFence', { executionName: byHand, request });
  return Array.isArray(put['roles']) && Array.isArray(lifted['roles'])
    ? undefined
    : `answered ${JSON.stringify([put, lifted])}`;
}

/** Its machine as a person starts it, on an instance whose owner has allowed it. */
async function failOver(sandbox: Sandbox, database: string): Promise<string | undefined> {
  const [source] = sandbox.rds.inspect.instances().filter(({ identifier }) => identifier.startsWith(`${database}-`));
  if (source === undefined) return `no instance of '${database}'`;
  await readyToFailOver({ sandbox, source: { instance: source.identifier } });
  const wrong = await runSchedule(sandbox, 'keep-lease');
  if (wrong !== undefined) return wrong;
  const machine = sandbox.template.stateMachines.find(({ name }) => workflowOf(name) === 'failover-drill');
  const { executionArn } = (await sandbox.dispatch(
    'states',
    'StartExecution',
    { stateMachineArn: machine?.arn, input: JSON.stringify({ database, mode: 'rehearse', reason: 'an exercise' }) },
    { region: sandbox.region, caller: sandbox.credentials.operator.caller },
  )) as { executionArn: string };
  const { status, cause } = await sandbox.states.waitForEnd(executionArn);
  return status === 'SUCCEEDED' ? undefined : `${status}: ${cause ?? ''}`;
}
