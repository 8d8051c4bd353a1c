import type { AlertCause, Incident } from '../../contracts/alert/alert.ts';
import { ownSource } from '../../contracts/alert/own-events.ts';
import type { AlarmPlace } from '../alarm/cause.ts';
import { isOpenMember } from './incident.ts';
import { later, timeOf } from './moment.ts';

/** As DescribeEvents reports it: the same as EventBridge delivers, but for its id. */
export type InstanceEvent = {
  readonly SourceIdentifier: string;
  readonly EventCategories: readonly string[];
  readonly Message: string;
  readonly Date: string;
};

/** As DescribeAlarms reports it: what the event of its newest change says, but for whether it is muted. */
export type AlarmChange = {
  readonly alarmName: string;
  readonly description: string;
  readonly value: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  readonly reason: string;
  readonly reasonData?: string;
  readonly at: string;
  readonly metric: {
    readonly namespace?: string;
    readonly name: string;
    readonly dimensions: Readonly<Record<string, string>>;
  };
};

const HOUR = 3600;
const DAY = 24 * HOUR;
/** RDS may report an event later than it happened. */
const overlapSeconds = HOUR;
/** RDS keeps them for 14 days, and refuses to be asked for more. */
const keptSeconds = 14 * DAY - HOUR;

/**
 * What is looked at now, to this moment: what is still on its way comes twice, and is one incident. Whoever looks for the first time asks
 * nobody about what was over before.
 */
export function windowOf(readUntil: string | undefined, now: string): { readonly from: string; readonly to: string } {
  const to = now;
  const wanted = later(readUntil === undefined || readUntil > to ? to : readUntil, -overlapSeconds);
  const oldest = later(now, -keptSeconds);
  return { from: wanted > oldest ? wanted : oldest, to };
}

/** Both ways say the same moment; a difference in how it is written is none. */
const sameSeconds = 60;

/**
 * Nobody has heard of it. Of a problem: its incident does not know it, nor anything of the kind that came after it. Of an end: the incident
 * still waits for it.
 */
export function isMissed(incident: Incident | undefined, { member, at, state }: AlertCause): boolean {
  const known = incident?.members[member];
  if (state === 'over')
    return known !== undefined && incident?.state !== 'resolved' && isOpenMember(known) && at > (known.problemAt ?? '');
  const heard = known?.problemAt ?? null;
  return state === 'problem' && (heard === null || timeOf(heard) < timeOf(at) - sameSeconds * 1000);
}

/** An alarm says how it stands now: what it was in between is not to be had. */
export const missedAlarm = (alarm: AlarmChange, { account, stage }: AlarmPlace, region: string) => {
  const { alarmName, description, value, reason, reasonData, at, metric } = alarm;
  const metricStat = { metric, period: 0, stat: '' };
  return {
    ...{ version: '0', id: '', resources: [], account, region, time: at, source: ownSource },
    'detail-type': 'CloudWatch Alarm State Change' as const,
    detail: {
      stage,
      alarmName,
      state: { value, reason, ...(reasonData === undefined ? {} : { reasonData }), timestamp: at },
      configuration: { description, metrics: [{ id: 'm1', metricStat }] },
    },
  };
};

/** An event that DescribeEvents reports, as it would have come. */
export const missedEvent = (event: InstanceEvent, { account, stage }: AlarmPlace, region: string) => ({
  ...{ account, region, time: event.Date, source: ownSource, 'detail-type': 'RDS DB Instance Event' as const },
  detail: { stage, ...event, EventCategories: [...event.EventCategories] },
});
