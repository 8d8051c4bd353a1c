import {
  AddTagsToResourceCommand,
  RDSClient,
  RemoveTagsFromResourceCommand,
  StartDBInstanceCommand,
  StopDBInstanceCommand,
} from '@aws-sdk/client-rds';
import { type OfficeInstance, officeTags } from '../../domain/office-hours/office-hours.ts';
import { callAws } from '../call.ts';
import { describeInstance, unlessBusy } from './one-instance.ts';

/** Stops and starts instances. The caller has proven that it may. */
export type RdsStartStop = {
  find(id: string): Promise<(OfficeInstance & { readonly arn: string }) | undefined>;
  /** False when RDS refuses because of the instance's status: something else is under way. */
  stop(instance: { readonly id: string; readonly arn: string }, now: Date): Promise<boolean>;
  start(instance: { readonly id: string; readonly arn: string }): Promise<boolean>;
};

export function makeRdsStartStop(client = new RDSClient({ maxAttempts: 5 })): RdsStartStop {
  return {
    async find(id) {
      const instance = await describeInstance(client, id);
      if (instance === undefined) return undefined;
      return {
        id,
        arn: instance.DBInstanceArn ?? '',
        status: instance.DBInstanceStatus ?? 'unknown',
        engine: instance.Engine ?? 'unknown',
        isInCluster: instance.DBClusterIdentifier !== undefined,
        replicas: instance.ReadReplicaDBInstanceIdentifiers ?? [],
        replicatesFrom: instance.ReadReplicaSourceDBInstanceIdentifier,
        tags: Object.fromEntries((instance.TagList ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
      };
    },

    // The tag comes first: an instance without it would not be started again by itself.
    async stop({ id, arn }, now) {
      const Tags = [{ Key: officeTags.stoppedAt, Value: now.toISOString() }];
      await callAws(`tag instance '${id}'`, (options) =>
        client.send(new AddTagsToResourceCommand({ ResourceName: arn, Tags }), options),
      );
      return unlessBusy(
        callAws(`stop instance '${id}'`, (options) =>
          client.send(new StopDBInstanceCommand({ DBInstanceIdentifier: id }), options),
        ),
      );
    },

    // And goes last: a start that was cut off is made again.
    async start({ id, arn }) {
      const isStarted = await unlessBusy(
        callAws(`start instance '${id}'`, (options) =>
          client.send(new StartDBInstanceCommand({ DBInstanceIdentifier: id }), options),
        ),
      );
      if (isStarted) {
        await callAws(`untag instance '${id}'`, (options) =>
          client.send(
            new RemoveTagsFromResourceCommand({ ResourceName: arn, TagKeys: [officeTags.stoppedAt] }),
            options,
          ),
        );
      }
      return isStarted;
    },
  };
}
