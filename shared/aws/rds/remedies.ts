import { ModifyDBInstanceCommand, RDSClient, StartDBInstanceCommand } from '@aws-sdk/client-rds';
import type { InstanceReading } from '../../domain/remediation/instances.ts';
import { callAws } from '../call.ts';
import { tagsOf } from '../tag-list.ts';
import { describeInstance, unlessBusy } from './one-instance.ts';

/** What remedies ask of RDS. The caller has proven that it may. */
export type RdsRemedies = {
  find(id: string): Promise<InstanceReading | undefined>;
  /** False when RDS refuses because of the instance's status: something else is under way. */
  start(id: string): Promise<boolean>;
  grow(id: string, storageGb: number): Promise<boolean>;
};

export function makeRdsRemedies(client = new RDSClient({ maxAttempts: 5 })): RdsRemedies {
  return {
    async find(id) {
      const instance = await describeInstance(client, id);
      if (instance === undefined) return undefined;
      return {
        id,
        status: instance.DBInstanceStatus ?? 'unknown',
        storageGb: instance.AllocatedStorage ?? 0,
        storageType: instance.StorageType ?? 'unknown',
        isMultiZone: instance.MultiAZ ?? false,
        growsByItself: instance.MaxAllocatedStorage !== undefined,
        pendingStorageGb: instance.PendingModifiedValues?.AllocatedStorage,
        tags: tagsOf(instance.TagList),
      };
    },
    start: (id) =>
      unlessBusy(
        callAws(`start instance '${id}'`, (options) =>
          client.send(new StartDBInstanceCommand({ DBInstanceIdentifier: id }), options),
        ),
      ),
    grow: (id, storageGb) =>
      unlessBusy(
        callAws(`grow instance '${id}'`, (options) =>
          client.send(
            new ModifyDBInstanceCommand({
              DBInstanceIdentifier: id,
              AllocatedStorage: storageGb,
              ApplyImmediately: true,
            }),
            options,
          ),
        ),
      ),
  };
}
