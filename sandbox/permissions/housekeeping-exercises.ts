import type { Sandbox } from '../sandbox.ts';
import { devStage } from '../stage-policy.ts';
import type { Exercise } from './exercises.ts';
import { runSchedule } from './run-schedule.ts';

const day = 86_400_000;
const madeBy = { Key: 'pg-gameday:made-by', Value: 'pg-gameday' };

/** Retention with a snapshot to delete, and the sweep with a left-over copy. */
export function exercisesOfHousekeeping(database: string, sourceInstanceId: string): Exercise[] {
  return [
    {
      title: 'the schedule of retention',
      async run(sandbox) {
        await makeOldSnapshots(sandbox, database, sourceInstanceId);
        return runSchedule(sandbox, 'retention');
      },
    },
    {
      title: 'the schedule of the sweep',
      async run(sandbox) {
        await makeExpiredCopy(sandbox, database);
        return runSchedule(sandbox, 'sweep-leftovers');
      },
    },
  ];
}

/** Two of one month, the newer of them verified: the older one is to go, and its copy in the second region, too. */
async function makeOldSnapshots(sandbox: Sandbox, database: string, instance: string): Promise<void> {
  const today = new Date();
  const middleOfMonth = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 2, 15));
  const { dr } = devStage();
  for (const [number, verdict] of ['none', 'exact'].entries()) {
    const name = `gd-backup-${database}-exercise${Date.now().toString(36)}-${number + 1}`;
    const takenAt = new Date(middleOfMonth.getTime() + number * day);
    const tags = [
      madeBy,
      { Key: 'pg-gameday:purpose', Value: 'backup' },
      { Key: 'pg-gameday:database', Value: database },
    ];
    const { DBSnapshot } = (await call(sandbox, 'CreateDBSnapshot', {
      DBSnapshotIdentifier: name,
      DBInstanceIdentifier: instance,
      Tags: [...tags, { Key: 'pg-gameday:verdict', Value: verdict }],
    })) as { DBSnapshot: { DBSnapshotArn: string } };
    await sandbox.rds.inspect.idle();
    sandbox.rds.inspect.ageSnapshot(sandbox.region, name, takenAt);
    if (dr === undefined) continue;
    const asOperator = { region: dr.region, caller: sandbox.credentials.operator.caller };
    const copy = {
      SourceDBSnapshotIdentifier: DBSnapshot.DBSnapshotArn,
      TargetDBSnapshotIdentifier: name,
      KmsKeyId: dr.kmsKeyId,
      Tags: [...tags, { Key: 'pg-gameday:origin-verdict', Value: verdict }],
    };
    await sandbox.dispatch('rds', 'CopyDBSnapshot', copy, asOperator);
    await sandbox.rds.inspect.idle();
    sandbox.rds.inspect.ageSnapshot(dr.region, name, takenAt);
  }
}

async function makeExpiredCopy(sandbox: Sandbox, database: string): Promise<void> {
  await call(sandbox, 'CreateDBInstance', {
    DBInstanceIdentifier: `gd-copy-${database}-exercise${Date.now().toString(36)}-1`,
    Engine: 'postgres',
    DBInstanceClass: 'db.t3.micro',
    AllocatedStorage: 20,
    MasterUsername: 'postgres',
    MasterUserPassword: 'an-exercise-of-the-sweep',
    BackupRetentionPeriod: 0,
    Tags: [
      madeBy,
      { Key: 'pg-gameday:purpose', Value: 'throw-away copy' },
      { Key: 'pg-gameday:database', Value: database },
      { Key: 'pg-gameday:execution', Value: 'exercise' },
      { Key: 'pg-gameday:expires-at', Value: new Date(Date.now() - day).toISOString() },
    ],
  });
  await sandbox.rds.inspect.idle();
}

const call = (sandbox: Sandbox, operation: string, input: object) =>
  sandbox.dispatch('rds', operation, input, {
    region: sandbox.region,
    caller: sandbox.credentials.operator.caller,
  });
