import {
  DescribeDBInstancesCommand,
  DescribePendingMaintenanceActionsCommand,
  type PendingMaintenanceAction,
  RDSClient,
} from '@aws-sdk/client-rds';
import type { UpkeepReading } from '../../domain/health/upkeep.ts';
import { InstanceNotFoundError } from '../../errors.ts';
import { callAws, undefinedWhen } from '../call.ts';
import { readMetrics } from '../cloudwatch.ts';

/** Reads what RDS and CloudWatch say of an instance. Throws InstanceNotFoundError when there is none. */
export type ReadUpkeep = (instanceId: string, now: number) => Promise<UpkeepReading>;

const GIGABYTE = 1024 ** 3;
const HOUR = 3_600_000;
const week = 7 * 24 * HOUR;

export function makeReadUpkeep(region: string, client = new RDSClient({ maxAttempts: 5 })): ReadUpkeep {
  return async (instanceId, now) => {
    const found = await callAws(`describe instance '${instanceId}'`, (options) =>
      client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: instanceId }), options),
    ).catch(undefinedWhen('DBInstanceNotFoundFault', 'DBInstanceNotFound'));
    const instance = found?.DBInstances?.[0];
    if (instance === undefined) {
      throw new InstanceNotFoundError(`instance '${instanceId}' does not exist in this region`, {
        hints: ["Correct 'instance' or 'replicas' of the database in operations.yml and deploy."],
      });
    }
    const { DBInstanceArn, AllocatedStorage = 0, MaxAllocatedStorage = 0, CertificateDetails } = instance;
    const pending = await callAws(`look for maintenance of '${instanceId}'`, (options) =>
      client.send(new DescribePendingMaintenanceActionsCommand({ ResourceIdentifier: DBInstanceArn }), options),
    );
    const actions = (pending.PendingMaintenanceActions ?? []).flatMap(
      ({ PendingMaintenanceActionDetails = [] }) => PendingMaintenanceActionDetails,
    );
    const question = {
      namespace: 'AWS/RDS',
      name: 'FreeStorageSpace',
      dimensions: { DBInstanceIdentifier: instanceId },
      statistic: 'Minimum',
    } as const;
    // The hour that has just begun is one of them.
    const to = new Date(Math.ceil(now / HOUR) * HOUR);
    const window = { from: new Date(to.getTime() - week), to, period: 3600 };
    const [free = []] = await readMetrics(region, [question], window);
    return {
      certificateUntil: CertificateDetails?.ValidTill?.getTime(),
      forcedAt: forcedAt(actions),
      allocatedBytes: AllocatedStorage * GIGABYTE,
      mostBytes: MaxAllocatedStorage * GIGABYTE,
      free: free.map(({ at, value }) => ({ at: at.getTime(), bytes: value })),
    };
  };
}

/**
 * ForcedApplyDate: applied whatever anybody has said. CurrentApplyDate alone is a moment that somebody has chosen, and AutoAppliedAfterDate
 * one from which the next window counts: both are RDS's own doing unless somebody chose, too.
 */
function forcedAt(actions: readonly PendingMaintenanceAction[]): number | undefined {
  const moments = actions.flatMap(({ ForcedApplyDate, AutoAppliedAfterDate, OptInStatus }) => {
    if (ForcedApplyDate !== undefined) return [ForcedApplyDate.getTime()];
    return AutoAppliedAfterDate !== undefined && OptInStatus === undefined ? [AutoAppliedAfterDate.getTime()] : [];
  });
  return moments.length === 0 ? undefined : Math.min(...moments);
}
