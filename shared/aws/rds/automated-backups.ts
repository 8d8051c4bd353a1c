import { DescribeDBInstanceAutomatedBackupsCommand, RDSClient } from '@aws-sdk/client-rds';
import type { RestoreWindow } from '../../domain/restore/moment.ts';
import { callAws, undefinedWhen } from '../call.ts';

export type KeptBackups = RestoreWindow & { readonly arn: string };

/** The automated backups that one region keeps, of its own instances or replicated from another region. */
export type AutomatedBackups = {
  /** Undefined where none are kept of the instance. Those of a deleted instance of that name do not count. */
  find(instanceId: string): Promise<KeptBackups | undefined>;
};

/** Of an instance that is there: backed up here, or replicated from its region. */
const kept = ['active', 'replicating', 'creating'];

export function makeAutomatedBackups(client = new RDSClient({ maxAttempts: 5 })): AutomatedBackups {
  return {
    async find(instanceId) {
      const answer = await callAws(`describe the automated backups of '${instanceId}'`, (options) =>
        client.send(new DescribeDBInstanceAutomatedBackupsCommand({ DBInstanceIdentifier: instanceId }), options),
      ).catch(undefinedWhen('DBInstanceAutomatedBackupNotFoundFault', 'DBInstanceAutomatedBackupNotFound'));
      const found = answer?.DBInstanceAutomatedBackups?.find(({ Status }) => kept.includes(Status ?? ''));
      if (found === undefined) return undefined;
      return {
        arn: found.DBInstanceAutomatedBackupsArn ?? '',
        earliest: found.RestoreWindow?.EarliestTime,
        latest: found.RestoreWindow?.LatestTime,
      };
    },
  };
}

export const automatedBackupsIn = (region: string): AutomatedBackups =>
  makeAutomatedBackups(new RDSClient({ region, maxAttempts: 5 }));
