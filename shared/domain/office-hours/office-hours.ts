import { isBadTerminalStatus } from '../resource/instance-states.ts';
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
  /** A date or a time up to which the instance has to run. */
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
  /** It stays as it is until a person acts: it is neither stopped nor started, at no hour. */
  readonly isStuck: boolean;
};

const millisecondsPerDay = 86_400_000;
/** RDS: an instance is stopped for at most seven days. */
const longestStopDays = 7;

const clocks = new Map<string, Intl.DateTimeFormat>();

/** To make one takes a hundred times as long as to ask it, and a deadline is found by asking it hundreds of times. */
function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'long',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  clocks.set(timeZone, clock);
  return clock;
}

/** Whether people work, by the clock on the wall of their zone: daylight saving time moves no office hour. */
export function isOpen({ timeZone, days, from, to, holidays }: OfficeCalendar, now: Date): boolean {
  const parts = Object.fromEntries(
    clockOf(timeZone)
      .formatToParts(now)
      .map(({ type, value }) => [type, value]),
  );
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

/** Stopping and deleting end by themselves, and `stopped` is what office hours are for. */
const isStuck = (status: string): boolean =>
  isBadTerminalStatus(status) && !['stopped', 'stopping', 'deleting'].includes(status);

/**
 * What to do with an instance now. Only what is `available` is stopped, so that a backup, a change or a proof that is
 * under way ends first; only what these office hours have stopped is started, or what a tag asks for by name.
 */
export function decideOfficeHours(instance: OfficeInstance, rule: OfficeRule, now: Date): OfficeDecision {
  const { id, status, tags } = instance;
  const refusal = whyNotOffice(instance, rule);
  const decided = (action: OfficeDecision['action'], reason: string, wasStartedByRds = false): OfficeDecision => ({
    instanceId: id,
    action,
    reason,
    wasStartedByRds,
    isStuck: refusal === undefined && isStuck(status),
  });
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

/**
 * A bare date holds to the end of that day in the zone of the office, a time without a zone by the clock on the wall of that
 * zone, an instant with `Z` or an offset to the second.
 */
function overrideOf(value: string | undefined, timeZone: string, now: Date): 'none' | 'holds' | 'over' | 'unreadable' {
  if (value === undefined) return 'none';
  const [, date, time, seconds, zone] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.exec(value.trim()) ?? [];
  if (date === undefined || !isDate(date)) return 'unreadable';
  if (time === undefined) return wallClock(now, timeZone).slice(0, 10) <= date ? 'holds' : 'over';
  const instant = Date.parse(`${date}T${time}${seconds ?? ''}${zone ?? 'Z'}`);
  if (Number.isNaN(instant)) return 'unreadable';
  if (zone !== undefined) return now.getTime() < instant ? 'holds' : 'over';
  return wallClock(now, timeZone) < `${date} ${time}${(seconds ?? ':00').slice(0, 3)}` ? 'holds' : 'over';
}

/** `2026-02-30` is none, whatever Date makes of it. */
const isDate = (text: string): boolean => {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
};

/** `2026-05-20 22:00:00` on the clock of a zone; such texts are in order as their times are. */
const wallClock = (now: Date, timeZone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(now);
