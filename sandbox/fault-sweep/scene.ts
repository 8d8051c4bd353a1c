import type { DBSnapshot } from '@aws-sdk/client-rds';
import { ProveSnapshotInput } from '../../shared/contracts/prove-snapshot.ts';
import type { WitnessBinding } from '../../shared/contracts/stored-object.ts';
import type { Sandbox } from '../sandbox.ts';
import { workflowOf } from '../template/workflow-of.ts';
import { asOperator, runAndInspect } from './run-facts.ts';

/** Where a sweep runs: a source, a verified backup of it, and what nobody may touch. */
export type Scene = {
  readonly sandbox: Sandbox;
  readonly database: string;
  readonly sourceInstanceId: string;
  /** The backup that was verified before the first fault. */
  readonly verified: { readonly snapshotId: string; readonly witnessKey: string; readonly witness: WitnessBinding };
  /** Instances and snapshots that must outlive every run. */
  readonly bystanders: { readonly instances: readonly string[]; readonly snapshots: readonly string[] };
};

export const tag = (name: string, value: string) => ({ Key: `pg-gameday:${name}`, Value: value });
const madeBy = tag('made-by', 'pg-gameday');
const day = 86_400_000;

/** Old enough for retention, and in the middle of a month: none ends between such snapshots. */
export function twoMonthsAgo(number = 0): Date {
  const today = new Date();
  return new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 2, 10) + number * 60_000);
}

export const copyTags = (database: string, execution: string, expiresAt: Date) => [
  madeBy,
  tag('purpose', 'throw-away copy'),
  tag('database', database),
  tag('execution', execution),
  tag('expires-at', expiresAt.toISOString()),
];

export const backupTags = (database: string) => [madeBy, tag('purpose', 'backup'), tag('database', database)];

export async function makeCopy(sandbox: Sandbox, name: string, Tags: readonly object[]): Promise<void> {
  await asOperator(sandbox)('rds', 'CreateDBInstance', {
    DBInstanceIdentifier: name,
    Engine: 'postgres',
    DBInstanceClass: 'db.t3.micro',
    AllocatedStorage: 20,
    MasterUsername: 'postgres',
    MasterUserPassword: 'of-a-copy-in-a-sweep',
    BackupRetentionPeriod: 0,
    Tags,
  });
}

export async function makeOldSnapshot(
  sandbox: Sandbox,
  instance: string,
  name: string,
  Tags: readonly object[],
): Promise<void> {
  await asOperator(sandbox)('rds', 'CreateDBSnapshot', {
    DBSnapshotIdentifier: name,
    DBInstanceIdentifier: instance,
    Tags,
  });
  await sandbox.rds.inspect.idle();
  sandbox.rds.inspect.ageSnapshot(sandbox.region, name, twoMonthsAgo());
}

/** The source is there; one good run, two months ago and named `preparation`, has left its snapshot. */
export async function prepareScene(
  sandbox: Sandbox,
  database: string,
  sourceInstanceId: string,
  preparation = 'sweep-scene',
): Promise<Scene> {
  const call = asOperator(sandbox);
  const machine = sandbox.template.stateMachines.find(({ name }) => workflowOf(name) === 'backup-and-verify');
  const { executions, children } = await runAndInspect(sandbox, 'backup-and-verify', {
    start: () =>
      call('states', 'StartExecution', {
        stateMachineArn: machine?.arn,
        name: preparation,
        input: JSON.stringify({ database }),
      }),
    bound: 300_000,
    log: () => '',
  });
  const [run] = executions;
  if (run?.status !== 'SUCCEEDED') {
    throw new Error(`the first backup-and-verify is ${run?.status}: ${run?.error ?? ''} ${run?.cause ?? ''}`.trim());
  }
  // What the proof was given: nobody else may say which witness is the snapshot's.
  const order = children.find(({ workflow }) => workflow === 'prove-snapshot')?.input;
  const { witnessKey, witness } = ProveSnapshotInput.parse(order);
  const snapshot = (await snapshotsIn(sandbox)).find(({ TagList = [] }) =>
    TagList.some(({ Key, Value }) => Key === 'pg-gameday:execution' && Value === preparation),
  );
  const { DBSnapshotIdentifier: snapshotId = '', DBSnapshotArn } = snapshot ?? {};
  await call('rds', 'AddTagsToResource', { ResourceName: DBSnapshotArn, Tags: [tag('verdict', 'exact')] });

  // With a name, tags or an expiry that say: not this one.
  const running = `gd-copy-${database}-${preparation}-running-1`;
  await makeCopy(sandbox, running, copyTags(database, 'running', new Date(Date.now() + 30 * day)));
  const old = [
    [`before-${preparation}`, backupTags(database)],
    [`gd-backup-by-hand-${preparation}`, []],
    [`gd-backup-${database}-${preparation}-held-1`, [...backupTags(database), tag('hold', 'an audit')]],
  ] as const;
  for (const [name, Tags] of old) await makeOldSnapshot(sandbox, sourceInstanceId, name, Tags);
  sandbox.rds.inspect.ageSnapshot(sandbox.region, snapshotId, twoMonthsAgo(1));
  return {
    sandbox,
    database,
    sourceInstanceId,
    verified: { snapshotId, witnessKey, witness },
    bystanders: { instances: [running, sourceInstanceId], snapshots: old.map(([name]) => name) },
  };
}

/** Those that can be restored, oldest first. */
export async function snapshotsIn(sandbox: Sandbox): Promise<DBSnapshot[]> {
  const { DBSnapshots = [] } = await asOperator(sandbox)<{ DBSnapshots?: DBSnapshot[] }>('rds', 'DescribeDBSnapshots', {
    SnapshotType: 'manual',
  });
  return DBSnapshots.filter(({ Status }) => Status === 'available').sort(
    (one, other) => Number(one.SnapshotCreateTime) - Number(other.SnapshotCreateTime),
  );
}
