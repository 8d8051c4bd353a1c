import type { DBSnapshot } from '@aws-sdk/client-rds';
import type { Sandbox } from '../sandbox.ts';
import { workflowOf } from '../template/workflow-of.ts';
import { asOperator, type RunFacts } from './run-facts.ts';
import { type Scene, snapshotsIn, tag, twoMonthsAgo } from './scene.ts';

/**
 * Lets the system's own housekeeping pass over what a run has left, as if half a day had gone by for its copies and two
 * months for all backups before it. Answers what housekeeping should have removed and did not, and the reverse.
 */
export async function aftermath(scene: Scene, facts: RunFacts, goodSnapshots: readonly string[]): Promise<string[]> {
  const { sandbox, bystanders } = scene;
  const refusedBefore = sandbox.iam.denials().length;
  const verified = await ageBackups(scene, facts);
  await expireCopies(scene);
  await housekeeping(sandbox, 'sweep-leftovers');
  await housekeeping(sandbox, 'retention');
  await sandbox.rds.inspect.idle();
  await forgetCopiesElsewhere(sandbox);

  const instances = sandbox.rds.inspect.instances(sandbox.region).map(({ identifier }) => identifier);
  const snapshots = (await snapshotsIn(sandbox)).map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier);
  return [
    ...copiesIn(scene).map((name) => `copy ${name} is left although the sweeper ran`),
    ...bystanders.instances.filter((name) => !instances.includes(name)).map((name) => `instance ${name} is gone`),
    ...bystanders.snapshots.filter((name) => !snapshots.includes(name)).map((name) => `snapshot ${name} is gone`),
    ...[...new Set([...verified, ...goodSnapshots])]
      .filter((name) => !snapshots.includes(name))
      .map((name) => `verified snapshot ${name} is not available`),
    ...sandbox.iam
      .denials()
      .slice(refusedBefore)
      .map(({ action, resource }) => `housekeeping is refused ${action} on ${resource}`),
  ];
}

/** The same in the second region, where nothing but the sweeper passes. */
export async function aftermathElsewhere(scene: Scene): Promise<string[]> {
  const refusedBefore = scene.sandbox.iam.denials().length;
  await expireCopies(scene);
  await housekeeping(scene.sandbox, 'sweep-leftovers');
  await scene.sandbox.rds.inspect.idle();
  return [
    ...copiesIn(scene).map((name) => `copy ${name} is left although the sweeper ran`),
    ...scene.sandbox.iam
      .denials()
      .slice(refusedBefore)
      .map(({ action, resource }) => `housekeeping is refused ${action} on ${resource}`),
  ];
}

/** Throw-away copies, but for the one of an execution that still runs. */
export const copiesIn = ({ sandbox, bystanders }: Pick<Scene, 'sandbox' | 'bystanders'>): string[] =>
  sandbox.rds.inspect
    .instances()
    .map(({ identifier }) => identifier)
    .filter((name) => name.startsWith('gd-copy-') && !bystanders.instances.includes(name));

/** Answers the newest backup with a verdict, which must outlive retention. */
async function ageBackups({ sandbox, bystanders }: Scene, { executions }: RunFacts): Promise<string[]> {
  const names = executions.map(({ name }) => name);
  const tagOf = ({ TagList = [] }: DBSnapshot, key: string) =>
    TagList.find(({ Key }) => Key === `pg-gameday:${key}`)?.Value ?? '';
  const backups = (await snapshotsIn(sandbox)).filter(
    ({ DBSnapshotIdentifier: name = '' }) => name.startsWith('gd-backup-') && !bystanders.snapshots.includes(name),
  );
  for (const [number, backup] of backups.entries()) {
    if (names.includes(tagOf(backup, 'execution'))) continue;
    sandbox.rds.inspect.ageSnapshot(sandbox.region, backup.DBSnapshotIdentifier ?? '', twoMonthsAgo(number + 1));
  }
  const newest = backups.findLast((backup) => /^(exact|bounded)$/.test(tagOf(backup, 'verdict')));
  return newest?.DBSnapshotIdentifier === undefined ? [] : [newest.DBSnapshotIdentifier];
}

/** A sweep has more runs than a region may have snapshots. */
async function forgetCopiesElsewhere(sandbox: Sandbox): Promise<void> {
  const { caller } = sandbox.credentials.operator;
  for (const { region, identifier } of sandbox.rds.inspect.snapshots()) {
    if (region === sandbox.region || !identifier.startsWith('gd-backup-')) continue;
    await sandbox.dispatch('rds', 'DeleteDBSnapshot', { DBSnapshotIdentifier: identifier }, { region, caller });
  }
}

async function expireCopies(scene: Scene): Promise<void> {
  const { sandbox } = scene;
  const { account } = sandbox.credentials;
  for (const name of copiesIn(scene)) {
    await asOperator(sandbox)('rds', 'AddTagsToResource', {
      ResourceName: `arn:aws:rds:${sandbox.region}:${account}:db:${name}`,
      Tags: [tag('expires-at', new Date(Date.now() - 60_000).toISOString())],
    });
  }
}

/** Whether it says that all is well is its own affair: what it did is looked at. */
async function housekeeping(sandbox: Sandbox, workflow: string): Promise<void> {
  const machine = sandbox.template.stateMachines.find(({ name }) => workflowOf(name) === workflow);
  const { executionArn } = await asOperator(sandbox)<{ executionArn: string }>('states', 'StartExecution', {
    stateMachineArn: machine?.arn,
    input: '{}',
  });
  await sandbox.states.waitForEnd(executionArn);
}
