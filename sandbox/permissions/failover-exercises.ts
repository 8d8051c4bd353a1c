import { readyToFailOver } from '../demo/ready-to-fail-over.ts';
import type { Sandbox } from '../sandbox.ts';
import { devStage } from '../stage-policy.ts';
import { workflowOf } from '../template/workflow-of.ts';
import { holdExecution } from './hold-execution.ts';
import { invoke } from './invoke.ts';
import { byHand } from './run-names.ts';
import { runSchedule } from './run-schedule.ts';

const requestOf = (database: string) => ({ database, mode: 'rehearse', reason: 'an exercise' });

/** Its machine as a person starts it, on an instance whose owner has allowed it. */
export async function failOver(sandbox: Sandbox, database: string): Promise<string | undefined> {
  const instance = devStage().databases[database]?.instance;
  if (instance === undefined) return `no instance of '${database}'`;
  await readyToFailOver({ sandbox, source: { instance } });
  const wrong = await runSchedule(sandbox, 'keep-lease');
  if (wrong !== undefined) return wrong;
  const machine = sandbox.template.stateMachines.find(({ name }) => workflowOf(name) === 'failover-drill');
  const { executionArn } = (await sandbox.dispatch(
    'states',
    'StartExecution',
    { stateMachineArn: machine?.arn, input: JSON.stringify(requestOf(database)) },
    { region: sandbox.region, caller: sandbox.credentials.operator.caller },
  )) as { executionArn: string };
  const { status, cause } = await sandbox.states.waitForEnd(executionArn);
  return status === 'SUCCEEDED' ? undefined : `${status}: ${cause ?? ''}`;
}

/** What only a backup that runs, and a second call, ask for. */
export async function refuseFailover(sandbox: Sandbox, database: string): Promise<string | undefined> {
  const payload = { executionName: byHand, request: requestOf(database) };
  const held = await holdExecution(sandbox, 'backup-and-verify', `exercise-${Date.now()}`, { database });
  const { plan } = await invoke(sandbox, 'planFailover', payload);
  const rehearsed = await invoke(sandbox, 'rehearseFailover', payload);
  await held.release();
  const record = {
    ...{ executionName: byHand, executionArn: 'arn', startedAt: new Date().toISOString(), request: payload.request },
    ...{ plan, rehearsal: null, check: null, failure: null, phases: [] },
  };
  const first = await invoke(sandbox, 'recordFailover', record);
  const again = await invoke(sandbox, 'recordFailover', record);
  const isRight = first['result'] === 'refused' && JSON.stringify(first) === JSON.stringify(again);
  return isRight && rehearsed['errorType'] === 'FailoverRefusedError'
    ? undefined
    : JSON.stringify([plan, rehearsed, first, again]);
}
