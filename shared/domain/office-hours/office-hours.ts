import { madeBy, type Tags, tagKeys } from '../resource/throw-away.ts';

export const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
export type Weekday = (typeof weekdays)[number];

export type OfficeCalendar = {
  /** IANA zone in which the hours are meant. */
  readonly timeZone: string;
  /** None: the databases run only while a tag asks for it. */
  readonly days: readonly Weekday[];
  /** `HH:MM`; the hour `to` is the first that is not open. */
  readonly from: string;
  readonly to: string;
  /** `YYYY-MM-DD`, days on which nobody works. */
  readonly holidays: readonly string[];
};

/** An instance of the stage's region as office hours see it. */
export type OfficeInstance = {
  readonly id: string;
  readonly status: string;
  readonly engine: string;
  readonly isInCluster: boolean;
  /** Read replicas of it, and the instance that it replicates. */
  readonly replicas: readonly string[];
  readonly replicatesFrom: string | undefined;
  readonly tags: Tags;
};

/** Who may be stopped at all. Production is named so that no mistake in the other list reaches it. */
export type OfficeRule = {
  readonly calendar: OfficeCalendar;
  readonly instances: readonly string[];
  readonly productionInstances: readonly string[];
};

export const officeTags = {
  /** An owner's consent; without it IAM refuses to stop the instance. */
  consent: 'pg-gameday:office-hours',
  /** Nothing touches what bears it; the value is the reason. */
  protected: 'pg-gameday:protected',
  /** A date or an instant up to which the instance has to run. */
  keepRunningUntil: 'pg-gameday:keep-running-until',
  /** Given when the instance is stopped, taken away when it is started. */
  stoppedAt: 'pg-gameday:stopped-at',
} as const;
export const consented = 'stop-and-start';

export type OfficeDecision = {
  readonly instanceId: string;
  readonly action: 'stop' | 'start' | 'leave';
  readonly reason: string;
  /** RDS starts what was stopped for seven days. */
  readonly wasStartedByRds: boolean;
};

const millisecondsPerDay = 86_400_000;
/** RDS: an instance is stopped for at most seven days. */
const longestStopDays = 7;

/** Whether people work, by the clock on the wall of their zone: daylight saving time moves no office hour. */
export function isOpen({ timeZone, days, from, to, holidays }: OfficeCalendar, now: Date): boolean {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'long',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const parts = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
  const weekday = (parts['weekday'] ?? '').toLowerCase();
  const date = `${parts['year']}-${parts['month']}-${parts['day']}`;
  const time = `${parts['hour']}:${parts['minute']}`;
  return days.some((day) => day === weekday) && !holidays.includes(date) && from <= time && time < to;
}

/** Why an instance must neither be stopped nor started, whatever the hour; undefined when it may be. */
export function whyNotOffice(instance: OfficeInstance, rule: OfficeRule): string | undefined {
  const { id, engine, isInCluster, replicas, replicatesFrom, tags } = instance;
  if (rule.productionInstances.includes(id)) return 'is an instance of production';
  if (!rule.instances.includes(id)) return 'is not named under officeHours in operations.yml';
  if (tags[officeTags.protected] !== undefined)
    return `is protected: ${tags[officeTags.protected] || 'no reason given'}`;
  if (tags[tagKeys.madeBy] === madeBy) return 'belongs to a proof';
  if (tags[officeTags.consent] !== consented) return `lacks the tag ${officeTags.consent}=${consented}`;
  if (engine !== 'postgres') return `is of engine '${engine}'`;
  if (isInCluster) return 'is a member of a cluster, which is stopped as a whole';
  if (replicatesFrom !== undefined) return `is a read replica of '${replicatesFrom}'`;
  if (replicas.length > 0) return `has the read replica '${replicas[0]}'`;
  return undefined;
}

/**
 * What to do with an instance now. Only what is `available` is stopped, so that a backup, a change or a proof that is
 * under way ends first; only what these office hours have stopped is started, or what a tag asks for by name.
 */
export function decideOfficeHours(instance: OfficeInstance, rule: OfficeRule, now: Date): OfficeDecision {
  const { id, status, tags } = instance;
  const decided = (action: OfficeDecision['action'], reason: string, wasStartedByRds = false): OfficeDecision => ({
    instanceId: id,
    action,
    reason,
    wasStartedByRds,
  });
  const refusal = whyNotOffice(instance, rule);
  if (refusal !== undefined) return decided('leave', refusal);
  const override = overrideOf(tags[officeTags.keepRunningUntil], rule.calendar.timeZone, now);
  if (override === 'unreadable') {
    return decided(
      'leave',
      `has a tag ${officeTags.keepRunningUntil} that is no date: '${tags[officeTags.keepRunningUntil]}'`,
    );
  }
  const isAsked = override === 'holds';
  const isWanted = isAsked || isOpen(rule.calendar, now);
  const stoppedAt = Date.parse(tags[officeTags.stoppedAt] ?? '');
  if (isWanted) {
    if (status !== 'stopped') return decided('leave', `is '${status}' and should run`);
    if (isAsked) return decided('start', `is asked to run until ${tags[officeTags.keepRunningUntil]}`);
    return Number.isNaN(stoppedAt)
      ? decided('leave', 'was stopped by somebody else')
      : decided('start', 'office hours have begun');
  }
  if (status !== 'available') return decided('leave', `is '${status}'`);
  const days = (now.getTime() - stoppedAt) / millisecondsPerDay;
  return days >= longestStopDays
    ? decided('stop', `was started by RDS after ${longestStopDays} days`, true)
    : decided('stop', 'office hours have ended');
}

/** A bare date holds to the end of that day in the zone of the office. */
function overrideOf(value: string | undefined, timeZone: string, now: Date): 'none' | 'holds' | 'over' | 'unreadable' {
  if (value === undefined) return 'none';
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) {
    if (Number.isNaN(Date.parse(value))) return 'unreadable';
    const today = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    return today.format(now) <= value ? 'holds' : 'over';
  }
  const until = /^\d{4}-\d{2}-\d{2}T/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(until)) return 'unreadable';
  return now.getTime() < until ? 'holds' : 'over';
}
