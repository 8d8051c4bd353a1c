import type { PromotionRequest, Refusal } from '../../contracts/dr-promotion/dr-promotion.ts';
import type { Replay } from '../../contracts/dr-promotion/replay.ts';
import { isBadTerminalStatus } from '../resource/instance-states.ts';
import { tagKeys } from '../resource/throw-away.ts';

export type ReplicaFacts = {
  readonly instanceId: string;
  readonly status: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly replay: Replay | null;
};

export type PromotionFacts = {
  /** Where the execution runs, and where the stage's second region is. */
  readonly here: string;
  readonly second: string | undefined;
  readonly database: string;
  readonly primary: { readonly instanceId: string; readonly status: string | null };
  /** Why its fence would leak; none when nobody could look. */
  readonly fenceFaults: readonly string[];
  /** Every read replica of the primary in this region. */
  readonly replicas: readonly ReplicaFacts[];
  /** operations.yml names the roles of the applications and who may fence them. */
  readonly canFence: boolean;
  /** What to do where no replica can be promoted. */
  readonly otherWay: string;
  /** How many must say yes, and how many may; null where nobody is asked. */
  readonly approval: { readonly needed: number; readonly approvers: number } | null;
  /** Who holds it, and who may; null where the database has none. */
  readonly lease: {
    readonly holder: string | null;
    readonly allowed: readonly string[];
    readonly silent: readonly string[];
  } | null;
};

/** Why a promotion would not be begun; none when it would. Each is looked at, so that a person mends all of them at once. */
export function refusalsOf(facts: PromotionFacts, request: PromotionRequest): Refusal[] {
  const { here, second, database, primary, fenceFaults, replicas, canFence, approval, otherWay, lease } = facts;
  const refusals: Refusal[] = [];
  const refuse = (reason: string, remedy: string) => refusals.push({ reason, remedy });
  if (second !== here)
    refuse(
      `this is ${here}, and the second region of the stage is ${second ?? 'not set'}`,
      'Start the machine of the second region: a promotion needs nothing of the first one.',
    );
  if (request.mode === 'promote' && request.reason === undefined)
    refuse('the order gives no reason', 'Say in "reason" why the database is promoted; it stands in the record.');
  const [replica, ...others] = replicas;
  if (replica === undefined) refuse(`'${primary.instanceId}' has no read replica in ${here}`, otherWay);
  else if (others.length > 0)
    refuse(
      `'${primary.instanceId}' has ${replicas.length} read replicas in ${here}: '${replicas.map(({ instanceId }) => instanceId).join("', '")}'`,
      `Leave the tag ${tagKeys.replicaOf} on the one that is to be promoted.`,
    );
  else {
    if (replica.tags[tagKeys.replicaOf] !== database)
      refuse(
        `'${replica.instanceId}' does not bear the tag ${tagKeys.replicaOf}=${database}`,
        'Tag the replica that may be promoted; without the tag the role of the function is not allowed to.',
      );
    if (replica.status !== 'available')
      refuse(
        `'${replica.instanceId}' is '${replica.status}', and RDS promotes an available replica only`,
        isBadTerminalStatus(replica.status)
          ? `It does not come back by itself. ${otherWay}`
          : 'Wait until it is available. A backup of the replica ends by itself.',
      );
    if (replica.replay === null)
      refuse(
        `'${replica.instanceId}' does not answer`,
        'Look at its security group, and whether the secret of the database has a replica in this region.',
      );
  }
  if (!canFence && request.primaryIsDown === undefined)
    refuse(
      `nobody can keep the applications out of '${primary.instanceId}': capabilities.fence is not set in operations.yml`,
      'Set it and run npm run bootstrap-database, or say in "primaryIsDown" how you know that nobody writes there.',
    );
  if (approval !== null && approval.approvers < approval.needed)
    refuse(
      `${approval.needed} people have to say yes, and ${approval.approvers} may`,
      `Name them in promotion.approvers of '${database}' in operations.yml and deploy; or say in promotion.aloneBecause why one person is enough.`,
    );
  if (fenceFaults.length > 0)
    refuse(
      `the fence of '${primary.instanceId}' would leak: ${fenceFaults.join('; ')}`,
      'GRANT the role TO the master user WITH ADMIN OPTION, or name every role that writes in capabilities.fence.roles; then run npm run bootstrap-database.',
    );
  if (lease !== null && lease.silent.length > 1)
    refuse(
      `the registers of the lease in '${lease.silent.join("', '")}' do not answer`,
      'Two of three regions must answer: without them nobody can take the lease of the primary.',
    );
  if (lease !== null && lease.holder !== null && !lease.allowed.includes(lease.holder))
    refuse(
      `the lease of '${database}' is '${lease.holder}'s, and not '${lease.allowed[0]}'s`,
      'That is the primary now: name it and its region in operations.yml and deploy.',
    );
  return refusals;
}

/** Those that may be meant: the tagged ones where there are several. */
export function meantReplicas<T extends { readonly tags: Readonly<Record<string, string>> }>(
  replicas: readonly T[],
  database: string,
): readonly T[] {
  const tagged = replicas.filter(({ tags }) => tags[tagKeys.replicaOf] === database);
  return tagged.length > 0 ? tagged : replicas;
}
