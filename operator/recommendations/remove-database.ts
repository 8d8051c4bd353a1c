import {
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { callAws, isAwsError, undefinedWhen } from '../../shared/aws/call.ts';
import { listDatabases } from '../../shared/aws/rds/databases.ts';
import { scansOfDatabases } from '../../shared/aws/waste/databases.ts';
import type { WasteFinding } from '../../shared/contracts/waste.ts';
import { shortHash } from '../../shared/domain/resource/throw-away.ts';
import { SnapshotFailedError } from '../../shared/errors.ts';
import { assessedNow } from './assessed-now.ts';
import { FindingChangedError } from './errors.ts';
import type { Removal } from './removal.ts';
import type { RemovalSetting } from './removal-setting.ts';

/** The same in every run of one entry, and another one for a database that bears the name later. */
export const finalSnapshotId = (instanceId: string, entryId: string): string =>
  `final-${instanceId}-${shortHash(entryId)}`;

export function removeDatabase(finding: WasteFinding, entryId: string, { waste, now, pause }: RemovalSetting): Removal {
  const { region, resource: id } = finding;
  const client = new RDSClient({ region, maxAttempts: 5 });
  const snapshotId = finalSnapshotId(id, entryId);
  const describe = () =>
    callAws(`describe instance '${id}'`, (options) =>
      client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }), options),
    )
      .then(({ DBInstances = [] }) => DBInstances[0])
      .catch(undefinedWhen('DBInstanceNotFoundFault', 'DBInstanceNotFound'));
  const describeSnapshot = () =>
    callAws(`describe snapshot '${snapshotId}'`, (options) =>
      client.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: snapshotId }), options),
    )
      .then(({ DBSnapshots = [] }) => DBSnapshots[0])
      .catch(undefinedWhen('DBSnapshotNotFoundFault', 'DBSnapshotNotFound'));
  return {
    steps: [
      `delete instance ${id} with the final snapshot ${snapshotId}; its automated backups stay until they expire`,
      'wait until the instance is gone and the snapshot is available',
    ],
    keep: undefined,
    finalSnapshot: snapshotId,

    async look() {
      const database = (await listDatabases(region, client)).find((one) => one.id === id);
      const described = await describe();
      if (database === undefined || described === undefined) return undefined;
      const { tags, createdAt, status, relatives } = database;
      return {
        tags,
        createdAt,
        isGoing: status === 'deleting',
        locked: whyLocked(described.DeletionProtection ?? false, relatives),
        verdict: await assessedNow(finding, scansOfDatabases(waste, now())),
        state: `status '${status}', or somebody has connected in 14 days, or it was not measured all the time`,
        described: { ...described },
      };
    },

    async remove() {
      try {
        await callAws(`delete instance '${id}'`, (options) =>
          client.send(
            new DeleteDBInstanceCommand({
              DBInstanceIdentifier: id,
              FinalDBSnapshotIdentifier: snapshotId,
              DeleteAutomatedBackups: false,
            }),
            options,
          ),
        );
      } catch (error) {
        if (isAwsError(error, 'DBInstanceNotFoundFault', 'DBInstanceNotFound')) return;
        if (!isAwsError(error, 'InvalidDBInstanceStateFault', 'InvalidDBInstanceState')) throw error;
        throw new FindingChangedError(`instance '${id}' is busy and was not deleted`, {
          hints: ['Start the command again when its status is available.'],
          cause: error,
        });
      }
    },

    async confirm(say) {
      for (let found = await describe(); found !== undefined; found = await describe()) {
        say(`instance ${id}: ${found.DBInstanceStatus ?? 'unknown'}`);
        await pause();
      }
      for (;;) {
        const snapshot = await describeSnapshot();
        if (snapshot?.Status === 'available') return;
        if (snapshot?.Status !== 'creating') {
          throw new SnapshotFailedError(
            `instance '${id}' is gone, and its final snapshot '${snapshotId}' is '${snapshot?.Status ?? 'not there'}'`,
            { hints: ['Did somebody else delete it? Its automated backups may still be there: restore it from them.'] },
          );
        }
        say(`snapshot ${snapshotId}: ${snapshot.PercentProgress ?? 0} %`);
        await pause();
      }
    },
  };

  function whyLocked(isProtected: boolean, relatives: readonly string[]) {
    if (relatives.length > 0) {
      return {
        text: `has replicas or is one: '${relatives.join("', '")}'`,
        hint: 'They belong together: decide about all of them, by hand.',
      };
    }
    if (!isProtected) return undefined;
    const lift = `aws rds modify-db-instance --region ${region} --db-instance-identifier ${id} --no-deletion-protection --apply-immediately`;
    return { text: 'is under deletion protection', hint: `Lift it, if it may go: ${lift}.` };
  }
}
