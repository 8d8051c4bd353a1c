import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../sandbox.ts';
import { workflowOf } from '../template/workflow-of.ts';
import type { Exercise } from './exercises.ts';
import { holdExecution } from './hold-execution.ts';
import { invoke } from './invoke.ts';

const event = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../events/cloudwatch/blocked-sessions.json', import.meta.url)), 'utf8'),
) as { source: string; 'detail-type': string; detail: object; resources: string[] };

/** An alarm whose cause has ended, and what is only called when it has not. */
export function exercisesOfRemediation(database: string, instanceId: string): Exercise[] {
  const found = (remedy: string, target: object, instance = instanceId) => ({
    ...{ remedy, mode: 'act', database, instanceId: instance, target, summary: 'of an exercise' },
  });
  const session = {
    ...{ kind: 'session', pid: 1, backendStart: '2026-01-01 00:00:00+00', since: '2026-01-01 00:00:00+00' },
    ...{ user: 'demo_app', application: 'exercise', queryId: null, seconds: 60, waiters: 4 },
  };
  const executionName = 'exercise';
  const appliedAt = new Date().toISOString();
  return [
    { title: 'an alarm whose cause has ended', run: deliver },
    { title: 'a remedy that a backup forbids', run: (sandbox) => claimDuringBackup(sandbox, database, found) },
    {
      title: 'a remedy of a session that is gone',
      async run(sandbox) {
        const blocker = found('end-root-blocker', session);
        const applied = await invoke(sandbox, 'applyRemedy', { executionName, found: blocker, isRetry: false });
        const after = await invoke(sandbox, 'checkAfter', { executionName, found: blocker, appliedAt });
        const isRight = applied['isApplied'] === false && after['isReached'] === true;
        return isRight ? undefined : JSON.stringify([applied, after]);
      },
    },
    { title: 'a primary whose lease is looked at', run: (sandbox) => lookAtLease(sandbox, found, instanceId) },
    { title: 'an instance that is started and grown', run: (sandbox) => startAndGrow(sandbox, found) },
    {
      title: 'a remedy that asks',
      async run(sandbox) {
        const question = found('end-root-blocker', session);
        const { answer } = await invoke(sandbox, 'askApprover', {
          ...{
            executionName,
            executionArn: 'arn:aws:states:us-east-1:123456789012:execution:remediation-dev:exercise',
          },
          ...{ token: 'of an exercise', seconds: 60, found: question },
        });
        const checked = await invoke(sandbox, 'checkAnswer', { executionName, answer: null });
        return answer === null && checked['isApproved'] === false ? undefined : JSON.stringify([answer, checked]);
      },
    },
    { title: 'a remedy that is recorded twice', run: recordTwice },
  ];
}

/** By its event, so that the rule's own role is needed. */
async function deliver(sandbox: Sandbox): Promise<string | undefined> {
  const own = new Set<string>();
  const stopListening = sandbox.states.onEvent((one) => {
    if (one.kind === 'history' && one.executionArn.includes(':execution:remediation-')) own.add(one.executionArn);
  });
  try {
    const { source, detail, resources } = event;
    await sandbox.bus.emit(sandbox.region, { source, detailType: event['detail-type'], detail, resources });
  } finally {
    stopListening();
  }
  const [arn] = own;
  if (arn === undefined) return 'the event started nothing';
  const { status, output, cause } = await sandbox.states.waitForEnd(arn);
  return status === 'SUCCEEDED' && /"outcome":"refused"/.test(output ?? '')
    ? undefined
    : `${status}: ${cause ?? output ?? ''}`;
}

type Found = (remedy: string, target: object, instance?: string) => object;

const change = (alarmName: string, kind: string, database: string) => ({
  cause: {
    ...{ account: '123456789012', region: 'us-east-1', stage: 'dev', alarmName, kind, level: 'critical' },
    ...{ bearer: { of: 'database', name: database }, databases: [database] },
  },
  state: 'ALARM',
  changedAt: new Date().toISOString(),
});

/** It is claimed, found again by the same execution, and refused while a backup runs. */
async function claimDuringBackup(sandbox: Sandbox, database: string, found: Found): Promise<string | undefined> {
  const table = { kind: 'table', oid: 1, name: 'public.t', age: 2e9 };
  const claim = {
    executionName: 'exercise',
    change: change('pg-gameday-transaction-ids-critical-x-dev', 'transaction-ids', database),
    found: found('freeze-oldest-table', table),
  };
  const held = await holdExecution(sandbox, 'backup-and-verify', `exercise-${Date.now()}`, { database });
  const test = await holdExecution(sandbox, 'restore-test', `exercise-${Date.now()}`, { database });
  const forbidden = await invoke(sandbox, 'claimBudget', claim);
  await held.release();
  await test.release();
  const drill = await holdExecution(sandbox, 'failover-drill', `exercise-${Date.now()}`, { database });
  const stopped = { kind: 'instance', instanceId: 'x', status: 'stopped', storageGb: 20, toStorageGb: 20 };
  const during = await invoke(sandbox, 'claimBudget', { ...claim, found: found('start-stopped', stopped) });
  await drill.release();
  const first = await invoke(sandbox, 'claimBudget', claim);
  const again = await invoke(sandbox, 'claimBudget', claim);
  const isRight =
    [forbidden, during].every((one) => one['isGranted'] === false) &&
    first['isGranted'] === true &&
    first['claimKey'] === again['claimKey'];
  return isRight ? undefined : JSON.stringify([forbidden, first, again]);
}

/** Its owner has not given it: the lease was looked at before, and RDS is asked for nothing. */
async function lookAtLease(sandbox: Sandbox, found: Found, instanceId: string): Promise<string | undefined> {
  const target = { kind: 'instance', instanceId, status: 'stopped', storageGb: 20, toStorageGb: 20 };
  const stopped = found('start-stopped', target);
  const { target: _, summary: __, ...candidate } = stopped as Record<string, unknown>;
  const looked = await invoke(sandbox, 'checkBefore', { executionName: 'exercise', candidates: [candidate] });
  const applied = await invoke(sandbox, 'applyRemedy', { executionName: 'exercise', found: stopped, isRetry: false });
  const isRight = [looked, applied].every((one) => /lacks the tag/.test(JSON.stringify(one)));
  return isRight ? undefined : JSON.stringify([looked, applied]);
}

async function startAndGrow(sandbox: Sandbox, found: Found): Promise<string | undefined> {
  const id = 'remedy-exercise';
  const call = (operation: string, input: object) =>
    sandbox.dispatch('rds', operation, input, {
      region: sandbox.region,
      caller: sandbox.credentials.operator.caller,
    });
  await call('CreateDBInstance', {
    DBInstanceIdentifier: id,
    Engine: 'postgres',
    DBInstanceClass: 'db.t3.micro',
    AllocatedStorage: 20,
    StorageType: 'gp3',
    MasterUsername: 'postgres',
    MasterUserPassword: 'of-an-exercise-of-remedies',
    BackupRetentionPeriod: 0,
    Tags: [{ Key: 'pg-gameday:remediation', Value: 'start-and-grow' }],
  });
  await sandbox.rds.inspect.idle();
  await call('StopDBInstance', { DBInstanceIdentifier: id });
  await sandbox.rds.inspect.idle();
  const target = { kind: 'instance', instanceId: id, status: 'stopped', storageGb: 20, toStorageGb: 24 };
  const payload = (remedy: string) => ({ executionName: 'exercise', found: found(remedy, target, id), isRetry: false });
  const started = await invoke(sandbox, 'applyRemedy', payload('start-stopped'));
  await sandbox.rds.inspect.idle();
  const grown = await invoke(sandbox, 'applyRemedy', payload('grow-storage'));
  await sandbox.rds.inspect.idle();
  await call('DeleteDBInstance', { DBInstanceIdentifier: id, SkipFinalSnapshot: true });
  await sandbox.rds.inspect.idle();
  return started['isApplied'] === true && grown['isApplied'] === true ? undefined : JSON.stringify([started, grown]);
}

/** The second call reads back what the first one has written. */
async function recordTwice(sandbox: Sandbox): Promise<string | undefined> {
  const machine = sandbox.template.stateMachines.find(({ name }) => workflowOf(name) === 'remediation');
  const facts = {
    ...{ executionName: 'exercise', executionArn: machine?.arn ?? '', startedAt: new Date().toISOString() },
    ...{ change: null, refusals: [], found: null, claim: null, answer: null, applied: null, after: null, undone: null },
    failure: { state: 'ReadAlarm', error: 'Exercise', cause: 'an exercise' },
  };
  const first = await invoke(sandbox, 'recordRemedy', facts);
  const second = await invoke(sandbox, 'recordRemedy', facts);
  const isSame = typeof first['recordKey'] === 'string' && JSON.stringify(first) === JSON.stringify(second);
  return isSame ? undefined : JSON.stringify([first, second]);
}
