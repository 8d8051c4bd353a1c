import { RDSClient, RebootDBInstanceCommand } from '@aws-sdk/client-rds';
import { callAws } from '../../call.ts';
import { tagsOf } from '../../tag-list.ts';
import { describeInstance, unlessBusy } from '../one-instance.ts';

export type FailoverInstance = {
  readonly id: string;
  readonly status: string;
  readonly isMultiAz: boolean;
  readonly zone: string | null;
  /** It has an endpoint. */
  readonly listens: boolean;
  readonly tags: Readonly<Record<string, string>>;
};

export type RdsFailover = {
  find(id: string): Promise<FailoverInstance | undefined>;
  /** False when RDS refuses because of the instance's status: nothing was begun. */
  failOver(id: string): Promise<boolean>;
};

// Sent once: a second fail-over would be another outage.
export function makeRdsFailover(
  client = new RDSClient({ maxAttempts: 5 }),
  once = new RDSClient({ maxAttempts: 1 }),
): RdsFailover {
  return {
    async find(id) {
      const instance = await describeInstance(client, id);
      if (instance === undefined) return undefined;
      return {
        ...{ id, status: instance.DBInstanceStatus ?? 'unknown', isMultiAz: instance.MultiAZ ?? false },
        ...{ zone: instance.AvailabilityZone ?? null, tags: tagsOf(instance.TagList) },
        listens: instance.Endpoint?.Address !== undefined,
      };
    },
    failOver: (id) =>
      unlessBusy(
        callAws(`fail over '${id}'`, (options) =>
          once.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: id, ForceFailover: true }), options),
        ),
      ),
  };
}
