import type { Sandbox } from '../sandbox.ts';
import { devStage } from '../stage-policy.ts';
import { workflowOf } from '../template/workflow-of.ts';
import type { Exercise } from './exercises.ts';
import { invoke } from './invoke.ts';
import { noWitness } from './no-witness.ts';
import { lastOrder, stopProof } from './proof-exercises.ts';
import { runSchedule } from './run-schedule.ts';

/** A restore test by its schedule, one after it, what is refused and recorded twice, and the watch that reads of them. */
export function exercisesOfRestoreTest(database: string, instance: string): Exercise[] {
  return [
    { title: 'the schedule of the restore test', run: (sandbox) => testBySchedule(sandbox, instance) },
    { title: 'a restore test after another one', run: (sandbox) => testNothing(sandbox, database) },
    { title: 'the watch over restore tests', run: (sandbox) => runSchedule(sandbox, 'watch-backups') },
    {
      title: 'the watch over replicated backups',
      run: (sandbox) => runSchedule(sandbox, 'watch-backups', sandbox.stacks.at(-1)),
    },
    {
      title: 'a restore test whose proof somebody stops',
      run: (sandbox) => stopProof(sandbox, { database, paths: ['snapshot'] }, 'restore-test'),
    },
    { title: 'a moment that cannot be restored', run: (sandbox) => refuseMoments(sandbox, database) },
    { title: 'a restore test that is recorded twice', run: recordTwice },
    { title: 'a restore test without rungs', run: (sandbox) => withoutRungs(sandbox, database, instance) },
  ];
}

type Ended = { readonly name: string; readonly error: string | null; readonly cause: string | null };

/** At this speed a bracket may have no whole second in it, and the second region no backup yet: then their moments are not tried. */
async function testBySchedule(sandbox: Sandbox, instance: string): Promise<string | undefined> {
  const { dr } = devStage();
  const { caller } = sandbox.credentials.operator;
  if (dr !== undefined)
    await sandbox.dispatch(
      'rds',
      'StartDBInstanceAutomatedBackupsReplication',
      { SourceDBInstanceArn: `arn:aws:rds:${sandbox.region}:123456789012:db:${instance}`, KmsKeyId: dr.kmsKeyId },
      { region: dr.region, caller },
    );
  const failed = await runSchedule(sandbox, 'restore-test');
  const [, tried] = /(\d+) of \1 paths that were tried are proven/.exec(failed ?? '') ?? [];
  return failed === undefined || Number(tried) >= (dr === undefined ? 1 : 2) ? undefined : failed;
}

async function run(sandbox: Sandbox, workflow: string, input: object, region = sandbox.region): Promise<Ended> {
  const stack = sandbox.stacks.find((one) => one.region === region);
  const machine = stack?.stateMachines.find((one) => workflowOf(one.name) === workflow);
  const { executionArn } = (await sandbox.dispatch(
    'states',
    'StartExecution',
    { stateMachineArn: machine?.arn, input: JSON.stringify(input) },
    { region, caller: sandbox.credentials.operator.caller },
  )) as { executionArn: string };
  const { error, cause, output } = await sandbox.states.waitForEnd(executionArn);
  return { name: executionArn.split(':').at(-1) ?? '', error, cause: cause ?? output ?? null };
}

/** It looks up what the test before it has found, and tries nothing. */
async function testNothing(sandbox: Sandbox, database: string): Promise<string | undefined> {
  const { error, cause } = await run(sandbox, 'restore-test', { database, paths: ['dump'] });
  return error === 'RestorePathNotProven' && cause?.startsWith('no path was tried') ? undefined : `${error}: ${cause}`;
}

/** Each region says which moments can be had instead. */
async function refuseMoments(sandbox: Sandbox, database: string): Promise<string | undefined> {
  for (const { region, stateMachines } of sandbox.stacks) {
    const asOperator = { region, caller: sandbox.credentials.operator.caller };
    const call = (operation: string, input: object) => sandbox.dispatch('states', operation, input, asOperator);
    const machine = stateMachines.find((one) => workflowOf(one.name) === 'prove-snapshot');
    const order = await lastOrder(call, machine?.arn, database);
    if (order === undefined) return `no proof of '${database}' has run in ${region}`;
    const time = '2999-01-01T00:00:00Z';
    const automatedBackupArn = `arn:aws:rds:${region}:123456789012:auto-backup:ab-none`;
    const backup =
      region === sandbox.region ? { kind: 'moment', time } : { kind: 'replicated-moment', time, automatedBackupArn };
    const evidencePrefix = `restore-test/${database}/exercise`;
    const { cause } = await run(sandbox, 'prove-snapshot', { ...order, backup, evidencePrefix }, region);
    if (!cause?.includes('restorable is ')) return `${region}: ${cause}`;
  }
  return undefined;
}

const unplanned = {
  executionName: 'exercise',
  executionArn: 'arn:aws:states:us-east-1:123456789012:execution:exercise:exercise',
  startedAt: new Date().toISOString(),
  request: {},
  plan: null,
  results: [],
  failure: { error: 'Exercise', cause: 'an exercise', state: 'PlanRestoreTest' },
};

/** The second call reads back what the first one has written. */
async function recordTwice(sandbox: Sandbox): Promise<string | undefined> {
  const first = await invoke(sandbox, 'recordRestoreTest', unplanned);
  const second = await invoke(sandbox, 'recordRestoreTest', unplanned);
  const isSame = typeof first['evidenceKey'] === 'string' && first['evidenceKey'] === second['evidenceKey'];
  return isSame ? undefined : `answered ${JSON.stringify([first, second])}`;
}

/** Keys that are not there must be reported as missing, not as forbidden: of a proof's rungs, and of its progress. */
async function withoutRungs(sandbox: Sandbox, database: string, instanceId: string): Promise<string | undefined> {
  const none = '0'.repeat(64);
  const prefix = `restore-test/${database}/exercise/snapshot`;
  const backup = { kind: 'snapshot', snapshotId: 'none' };
  for (const [key, task, more] of [
    ['verifyTables', 'verify-tables', { backup }],
    ['verifyStructure', 'verify-structure', {}],
  ] as const) {
    const progress = `${prefix}/rungs/${task}-of-${instanceId}.part-1.${none.slice(0, 16)}.json.gz`;
    const { errorType, errorMessage } = await invoke(sandbox, key, {
      database,
      instanceId,
      witnessKey: `backup-and-verify/${database}/exercise/witness-1.json.gz`,
      witness: noWitness,
      evidencePrefix: prefix,
      part: 2,
      digests: { [progress]: none },
      ...more,
    });
    if (errorType !== 'ProgressMissingError') return `${key} answered ${String(errorType)}: ${String(errorMessage)}`;
  }
  return undefined;
}
