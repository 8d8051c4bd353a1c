import type { DBSnapshot, DescribeDBSnapshotsCommandOutput } from '@aws-sdk/client-rds';
import { answerQuestions } from '../demo/answer-restore.ts';
import type { Sandbox } from '../sandbox.ts';
import { workflowOf } from '../template/workflow-of.ts';
import type { Exercise } from './exercises.ts';
import { invoke } from './invoke.ts';

/** Restores of a snapshot that has a witness and of a moment, one taken over and one given up; and what is recorded twice. */
export function exercisesOfRestore(database: string, instance: string): Exercise[] {
  return [
    { title: 'a restore that is taken over', run: (sandbox) => takeOver(sandbox, database, instance) },
    {
      title: 'a restore that is given up',
      async run(sandbox) {
        const { cause, record } = await restore(sandbox, { database, from: { at: 'latest' } }, 'give-up');
        return record['result'] === 'given up' ? undefined : cause;
      },
    },
    {
      title: 'a restore that is recorded twice',
      async run(sandbox) {
        const [one, other] = [
          await invoke(sandbox, 'recordRestore', unplanned),
          await invoke(sandbox, 'recordRestore', unplanned),
        ];
        const isSame = one['recordKey'] !== undefined && one['recordKey'] === other['recordKey'];
        return isSame ? undefined : JSON.stringify([one, other]);
      },
    },
  ];
}

const unplanned = {
  ...{ executionName: 'exercise', executionArn: 'arn:aws:states:us-east-1:123456789012:execution:exercise:exercise' },
  ...{ startedAt: new Date().toISOString(), request: {}, plan: null, isStarted: false, isDeleted: false },
  ...{ differences: [], endpoint: null, newestHeartbeatAt: null, usableAt: null, rungsKeys: [], digests: {} },
  ...{ answers: [], isHandedOver: false, merge: null, deleteFailure: null, phases: [] },
  failure: { error: 'Exercise', cause: 'an exercise', state: 'PlanRestore' },
};

/** The source is protected and has a window of its own: what its copy must get. */
async function takeOver(sandbox: Sandbox, database: string, instance: string): Promise<string | undefined> {
  const rds = (operation: string, input: object) =>
    sandbox.dispatch('rds', operation, input, {
      region: sandbox.region,
      caller: sandbox.credentials.operator.caller,
    });
  const change = async (members: object) => {
    await rds('ModifyDBInstance', { DBInstanceIdentifier: instance, ApplyImmediately: true, ...members });
    await sandbox.rds.inspect.idle();
  };
  await sandbox.rds.inspect.idle();
  await change({ DeletionProtection: true, PreferredMaintenanceWindow: 'tue:05:00-tue:05:30' });
  const snapshot = await newestProven(rds);
  if (snapshot === undefined) return 'no snapshot was proven';
  const { cause, record } = await restore(sandbox, { database, from: { snapshot } }, 'go-on');
  await change({ DeletionProtection: false });
  const restored = sandbox.rds.inspect
    .instances(sandbox.region)
    .find(({ tags }) => tags.some(({ Key }) => Key === 'pg-gameday:restored-by'));
  if (restored !== undefined) {
    const DBInstanceIdentifier = restored.identifier;
    await rds('ModifyDBInstance', { DBInstanceIdentifier, DeletionProtection: false });
    await rds('DeleteDBInstance', { DBInstanceIdentifier, SkipFinalSnapshot: true });
    await sandbox.rds.inspect.idle();
  }
  return record['result'] === 'handed over' ? undefined : cause;
}

/** Not the newest one that there is: a run that somebody has stopped may have left that without a witness. */
async function newestProven(rds: (operation: string, input: object) => Promise<unknown>): Promise<string | undefined> {
  const { DBSnapshots = [] } = (await rds('DescribeDBSnapshots', {
    SnapshotType: 'manual',
  })) as Partial<DescribeDBSnapshotsCommandOutput>;
  const isProven = ({ TagList = [] }: DBSnapshot) =>
    TagList.some(({ Key, Value = '' }) => Key === 'pg-gameday:verdict' && /^(exact|bounded)$/.test(Value));
  return DBSnapshots.filter(isProven)
    .toSorted((one, other) => Number(other.SnapshotCreateTime) - Number(one.SnapshotCreateTime))
    .at(0)?.DBSnapshotIdentifier;
}

async function restore(sandbox: Sandbox, order: object, decision: 'go-on' | 'give-up') {
  const machine = sandbox.template.stateMachines.find(({ name }) => workflowOf(name) === 'restore');
  const name = `exercise-${Date.now()}`;
  const answers = answerQuestions(sandbox, name, () => ({ decision }));
  await using ends = new AsyncDisposableStack();
  ends.defer(answers.stop);
  const { executionArn } = (await sandbox.dispatch(
    'states',
    'StartExecution',
    {
      stateMachineArn: machine?.arn,
      name,
      input: JSON.stringify({ ...order, mode: 'restore', reason: 'an exercise' }),
    },
    { region: sandbox.region, caller: sandbox.credentials.operator.caller },
  )) as { executionArn: string };
  const { cause, output } = await sandbox.states.waitForEnd(executionArn);
  const record = JSON.parse(output ?? '{}') as Record<string, unknown>;
  return { cause: cause ?? output ?? 'no cause is given', record };
}
