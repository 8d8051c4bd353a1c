import type { DBSnapshot } from '@aws-sdk/client-rds';
import type { Sandbox } from '../sandbox.ts';
import { devStage } from '../stage-policy.ts';

/** Milliseconds within which a snapshot of a small instance, and its copy, are there. */
const patience = 120_000;

/**
 * A backup of an instance in the second region, with the tags that backup-and-verify gives a copy whose original it has proven: for
 * where the proof itself is of no interest.
 */
export async function makeProvenCopy(sandbox: Sandbox, instance: string, database: string): Promise<string> {
  const { dr } = devStage();
  if (dr === undefined) throw new Error("stage 'dev' has no second region");
  const { caller } = sandbox.credentials.operator;
  const call = (operation: string, input: object, region: string) =>
    sandbox.dispatch('rds', operation, input, { region, caller });
  const available = async (id: string, region: string) => {
    const until = Date.now() + patience;
    for (;;) {
      const { DBSnapshots = [] } = (await call('DescribeDBSnapshots', { DBSnapshotIdentifier: id }, region)) as {
        DBSnapshots?: DBSnapshot[];
      };
      if (DBSnapshots[0]?.Status === 'available') return;
      if (Date.now() > until) throw new Error(`snapshot '${id}' is '${DBSnapshots[0]?.Status}' in ${region}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const id = `gd-backup-${database}-proven-1`;
  const tags = {
    ...{ 'made-by': 'pg-gameday', purpose: 'backup', database, execution: 'proven', 'origin-verdict': 'exact' },
    ...{ 'instance-class': 'db.t3.micro', 'parameter-group': `${instance}-parameters` },
  };
  const Tags = Object.entries(tags).map(([key, Value]) => ({ Key: `pg-gameday:${key}`, Value }));
  await call('CreateDBSnapshot', { DBSnapshotIdentifier: id, DBInstanceIdentifier: instance, Tags }, sandbox.region);
  await available(id, sandbox.region);
  const source = `arn:aws:rds:${sandbox.region}:${sandbox.credentials.account}:snapshot:${id}`;
  await call(
    'CopyDBSnapshot',
    { SourceDBSnapshotIdentifier: source, TargetDBSnapshotIdentifier: id, KmsKeyId: dr.kmsKeyId, CopyTags: true },
    dr.region,
  );
  await available(id, dr.region);
  return id;
}
