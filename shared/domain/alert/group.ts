import type { AlertCause, Incident } from '../../contracts/alert/alert.ts';
import type { IncidentGroup } from '../../contracts/alert/group.ts';
import { timeOf } from './moment.ts';

/** What has one subject that people think of as one: databases and instances. Workflows, services and the stage have parts that fail apart. */
export const groupKeyOf = ({ account, region, stage, subject }: AlertCause): string | null =>
  subject === 'stage' || /^(workflow|service)\//.test(subject) ? null : [account, region, stage, subject].join('/');

const mostLeaders = 10;

export type Routed = {
  /** Of the incident that hears of the cause. */
  readonly key: string;
  /** Undefined where the group stays as it is. */
  readonly group?: IncidentGroup;
};

/**
 * Which incident hears of a cause: its own while that is open; one that has it as a member; and for a new problem, the one of the same
 * subject that began a moment ago, so that one page is for all alarms of it. Whoever is first leads: that is written down before the
 * incident is opened, so that two who come at once do not both ask.
 */
export function routeCause(
  group: IncidentGroup | undefined,
  cause: AlertCause,
  newestOf: (key: string) => Incident | undefined,
  windowSeconds: number,
): Routed {
  const own = newestOf(cause.key);
  if (own !== undefined && own.state !== 'resolved') return { key: cause.key };
  const leaders = [...(group?.leaders ?? [])].reverse();
  const member = leaders.find(({ key }) => isOpen(newestOf(key)) && newestOf(key)?.members[cause.member] !== undefined);
  if (member !== undefined) return { key: member.key };
  if (cause.state !== 'problem' || isKnown(own, cause)) return { key: cause.key };
  const near = leaders.find(
    ({ key, at }) => Math.abs(timeOf(cause.at) - timeOf(at)) <= windowSeconds * 1000 && mayLead(newestOf(key), at),
  );
  if (near !== undefined) return { key: near.key };
  const kept = (group?.leaders ?? []).filter(({ key }) => key !== cause.key && isOpen(newestOf(key)));
  return {
    key: cause.key,
    group: { schemaVersion: 1, leaders: [...kept, { key: cause.key, at: cause.at }].slice(-mostLeaders) },
  };
}

const isOpen = (incident: Incident | undefined): boolean => incident !== undefined && incident.state !== 'resolved';

/** It is open, or about to be: what its key has is older than it. One that is over leads nobody. */
const mayLead = (incident: Incident | undefined, at: string): boolean =>
  incident === undefined || incident.state !== 'resolved' || incident.openedAt < at;

/** It was heard before, and is delivered again or late. */
const isKnown = (own: Incident | undefined, { member, at }: AlertCause): boolean =>
  (own?.members[member]?.problemAt ?? '') >= at;
