import { ProveSnapshotInput, type ProveSnapshotOutput } from '../../shared/contracts/prove-snapshot.ts';
import type { Sandbox } from '../sandbox.ts';
import { workflowOf } from '../template/workflow-of.ts';
import { invoke } from './invoke.ts';
import { noWitness } from './no-witness.ts';

/** The proof cannot remove its copy any more: the run does it, and reports who stopped the proof. */
export async function stopProof(
  sandbox: Sandbox,
  request: object,
  workflow = 'backup-and-verify',
): Promise<string | undefined> {
  const asOperator = { region: sandbox.region, caller: sandbox.credentials.operator.caller };
  const name = `exercise-stop-${Date.now().toString(36)}`;
  const stopListening = sandbox.states.onEvent((event) => {
    if (event.kind !== 'history' || !event.executionArn.includes(`:prove-snapshot-dev:${name}`)) return;
    if (event.event.stateEnteredEventDetails?.name !== 'CheckRestore') return;
    stopListening();
    const input = { executionArn: event.executionArn, error: 'Exercise', cause: 'the proof is stopped on purpose' };
    const region = event.executionArn.split(':')[3] ?? '';
    void sandbox.dispatch('states', 'StopExecution', input, { ...asOperator, region });
  });
  try {
    const machine = sandbox.template.stateMachines.find((one) => workflowOf(one.name) === workflow);
    const input = { stateMachineArn: machine?.arn, name, input: JSON.stringify(request) };
    const { executionArn } = (await sandbox.dispatch('states', 'StartExecution', input, asOperator)) as {
      executionArn: string;
    };
    const { status, error, cause } = await sandbox.states.waitForEnd(executionArn);
    if (![error, ...(cause ?? '').split(/\W+/)].includes('ProofStopped'))
      return `${status}: ${error ?? ''} ${cause ?? ''}`.trim();
    const left = sandbox.rds.inspect.instances().filter(({ identifier }) => identifier.startsWith('gd-copy-'));
    return left.length === 0 ? undefined : `${left.map(({ identifier }) => identifier).join()} is left`;
  } finally {
    stopListening();
  }
}

/** What the first region's functions do in the second one, and what a proof needs there. */
export async function proveCopy(sandbox: Sandbox, database: string): Promise<string | undefined> {
  const machine = sandbox.template.stateMachines.find((one) => workflowOf(one.name) === 'backup-and-verify');
  const { executionArn } = (await sandbox.dispatch(
    'states',
    'StartExecution',
    { stateMachineArn: machine?.arn, input: JSON.stringify({ database, prove: 'copy' }) },
    { region: sandbox.region, caller: sandbox.credentials.operator.caller },
  )) as { executionArn: string };
  const { status, error, cause } = await sandbox.states.waitForEnd(executionArn);
  return status === 'SUCCEEDED' ? undefined : `${status}: ${error ?? ''} ${cause ?? ''}`.trim();
}

/** The second call must find the first one's execution, although it has ended: of a snapshot that is not there. */
export async function startProofTwice(sandbox: Sandbox, database: string, region: string): Promise<string | undefined> {
  const executionName = `exercise-${Date.now().toString(36)}`;
  const order = {
    executionName,
    database,
    backup: { kind: 'snapshot', snapshotId: `gd-backup-${executionName}` },
    witnessKey: 'none',
    witness: noWitness,
    evidencePrefix: `backup-and-verify/${database}/exercise`,
    attempt: 1,
    isLastAttempt: true,
    region,
  };
  const first = await invoke(sandbox, 'startProof', order);
  const { executionArn } = first as { executionArn?: string };
  if (executionArn === undefined) return `the first call answered ${JSON.stringify(first)}`;
  const { status } = await sandbox.states.waitForEnd(executionArn);
  if (status !== 'SUCCEEDED') return `the proof ended as ${status}`;
  const second = await invoke(sandbox, 'startProof', order);
  return second['executionArn'] === executionArn ? undefined : `the second call answered ${JSON.stringify(second)}`;
}

/** The latest moment, held against the witness of a night before: restored, found outside its bracket or in it, and removed. */
export async function proveMoment(sandbox: Sandbox, database: string): Promise<string | undefined> {
  const asOperator = { region: sandbox.region, caller: sandbox.credentials.operator.caller };
  const call = (operation: string, input: object) => sandbox.dispatch('states', operation, input, asOperator);
  const machine = sandbox.template.stateMachines.find((one) => workflowOf(one.name) === 'prove-snapshot');
  const before = await lastOrder(call, machine?.arn, database);
  if (before === undefined) return `no proof of '${database}' has run before`;
  const order = { ...before, backup: { kind: 'moment', time: 'latest' }, attempt: 1, isLastAttempt: true };
  const { executionArn } = (await call('StartExecution', {
    stateMachineArn: machine?.arn,
    input: JSON.stringify({ ...order, evidencePrefix: `backup-and-verify/${database}/exercise` }),
  })) as { executionArn: string };
  const { output } = await sandbox.states.waitForEnd(executionArn);
  const { failure, cleanUpFailure, bracket } = JSON.parse(output ?? '{}') as Partial<ProveSnapshotOutput>;
  return failure === null && cleanUpFailure === null && bracket !== null
    ? undefined
    : `the proof answered ${output ?? 'nothing'}`;
}

/** Of the newest proof of the database by a machine that was given a witness. */
export async function lastOrder(
  call: (operation: string, input: object) => Promise<unknown>,
  stateMachineArn: string | undefined,
  database: string,
): Promise<ProveSnapshotInput | undefined> {
  const { executions } = (await call('ListExecutions', { stateMachineArn, statusFilter: 'SUCCEEDED' })) as {
    executions: { executionArn: string }[];
  };
  for (const { executionArn } of executions) {
    const { input } = (await call('DescribeExecution', { executionArn })) as { input: string };
    const { success, data } = ProveSnapshotInput.safeParse(JSON.parse(input));
    if (success && data.database === database && data.witness.tables > 0) return data;
  }
  return undefined;
}
