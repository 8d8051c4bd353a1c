import type { FailbackRequest } from '../../contracts/dr-failback/dr-failback.ts';
import type { Refusal } from '../../contracts/dr-promotion/dr-promotion.ts';
import { isBadTerminalStatus } from '../resource/instance-states.ts';
import { tagKeys } from '../resource/throw-away.ts';
import type { Sides } from './failback-sides.ts';

export type FailbackFacts = Sides & {
  /** Where the execution runs, and where the stage's first region is. */
  readonly here: string;
  readonly first: string;
  readonly second: string | undefined;
  readonly database: string;
  /** As operations.yml names it. */
  readonly instance: string;
  readonly canFence: boolean;
  /** Why the fence of the primary of today would leak. */
  readonly fenceFaults: readonly string[];
  /** Null where the database has none. */
  readonly lease: { readonly holder: string | null; readonly silent: readonly string[] } | null;
};

/** Why no failback would be begun; none when it would. Each is looked at, so that a person mends all of them at once. */
export function failbackRefusals(facts: FailbackFacts, request: FailbackRequest): Refusal[] {
  const { here, first, second, database, instance, current, old, replica, stranger, lease } = facts;
  const refusals: Refusal[] = [];
  const refuse = (reason: string, remedy: string) => refusals.push({ reason, remedy });
  if (here !== first)
    refuse(
      `this is ${here}, and the first region of the stage is ${first}`,
      'Start the machine of the first region: what is rebuilt is there.',
    );
  if (request.mode !== 'plan' && request.reason === undefined)
    refuse('the order gives no reason', 'Say in "reason" why the database comes home now; it stands in the record.');
  if (lease !== null && lease.silent.length > 1)
    refuse(
      `the registers of the lease in '${lease.silent.join("', '")}' do not answer`,
      'Two of three regions must answer: without them nobody can take the lease of the primary.',
    );
  if (!facts.canFence)
    refuse(
      `nobody can keep the applications out of the primary: capabilities.fence is not set in operations.yml`,
      'Set it and run npm run bootstrap-database: a switch without a fence loses what is written meanwhile.',
    );
  if (current === undefined) {
    refuse(
      lease === null
        ? `${second ?? 'no second region'} has no instance that was promoted for '${database}'`
        : `the lease of '${database}' is '${lease.holder ?? 'nobody'}'s, an instance of ${second ?? 'a second region'} is required`,
      'There is nothing to come home from: look which instance the applications write to.',
    );
    return refusals;
  }
  if (current.status !== 'available')
    refuse(
      `'${current.id}' is '${current.status}', 'available' is required`,
      'Wait until it is; a backup ends by itself.',
    );
  if (current.backupRetentionDays === 0)
    refuse(
      `'${current.id}' has no automated backups, and RDS makes replicas only of what has`,
      'Set its backup retention to 7 days, as the promotion was to do.',
    );
  if (facts.fenceFaults.length > 0)
    refuse(
      `the fence of '${current.id}' would leak: ${facts.fenceFaults.join('; ')}`,
      'GRANT the role TO the master user WITH ADMIN OPTION, or name every role that writes in capabilities.fence.roles; then run npm run bootstrap-database.',
    );
  if (stranger !== undefined)
    refuse(
      `'${stranger.id}' is ${stranger.sourceId === undefined ? 'another instance' : `a replica of '${stranger.sourceId}'`}, and neither the old primary nor a replica of '${current.id}'`,
      'Rename it: the instance that comes home has the name that operations.yml and the DNS record have.',
    );
  if (replica !== undefined && replica.tags[tagKeys.replicaOf] !== database)
    refuse(
      `'${replica.id}' does not bear the tag ${tagKeys.replicaOf}=${database}`,
      'Tag the replica that may be promoted; without the tag the role of the function is not allowed to.',
    );
  if (replica !== undefined && isBadTerminalStatus(replica.status))
    refuse(
      `'${replica.id}' is '${replica.status}', and does not come back by itself`,
      'Look at its events, delete it, and start this again: the old primary is set aside and stays.',
    );
  if (replica === undefined && stranger === undefined && old === undefined)
    refuse(
      `'${instance}' is gone, and nobody knows which class, network, key and parameters it had`,
      `Make a read replica of '${current.arn}' named '${instance}' with the tag ${tagKeys.replicaOf}=${database}, and start this again.`,
    );
  if (
    replica === undefined &&
    old !== undefined &&
    !['available', 'backing-up'].includes(old.status) &&
    !isAside(facts)
  )
    refuse(
      `the old primary '${old.id}' is '${old.status}', and RDS renames an available instance only`,
      'Start it, or wait for it; its lease or its fence keeps the applications out.',
    );
  return refusals;
}

const isAside = ({ old, asideId }: FailbackFacts): boolean => old !== undefined && old.id === asideId;
