import type { Decision, Incident, Step } from '../../contracts/alert/alert.ts';
import { isTest } from './alert-test.ts';
import { type AnswerRule, answerBy, reviewBy } from './answer-time.ts';
import { driverGraceSeconds, isOpenMember, knownOf, mutedUntil, noted, patience } from './incident.ts';
import { later, secondsBetween, timeOf } from './moment.ts';
import { type Person, peopleOf, type Role } from './rota.ts';
import { isWorse } from './severity.ts';
import { type Silence, silenceOf } from './silence.ts';

export type AlertRule = AnswerRule & {
  readonly chain: readonly Role[];
  readonly people: Readonly<Record<string, Person>>;
  readonly silences: readonly Silence[];
  /** So long all must be well before an incident is over; doubled each time that it came back. */
  readonly staysOkMinutes: number;
};

export type Asked = {
  readonly executionName: string;
  readonly now: string;
  readonly isUnanswered: boolean;
  readonly settled: string | null;
  readonly round: number;
};

export type Decided = { readonly incident: Incident; readonly decision: Decision };

const DAY = 86_400;
/** An incident that somebody took and that is not over in a week is asked about again. */
const takenForSeconds = 7 * DAY;
const longestSettleSeconds = 4 * 3600;
/** Whoever does not answer is asked once a day in the end. */
const longestAnswerSeconds = DAY;
const mostSteps = 60;
/** 45 events each: far below the 25,000 of a history. Only what comes back again and again takes so many. */
const mostRounds = 400;

/** What the execution that drives an incident does next, and what it keeps of it. Asked twice, it answers the same. */
export function decideStep(incident: Incident, rule: AlertRule, asked: Asked): Decided {
  const { driver } = incident;
  if (driver.executionName !== asked.executionName) return leave(incident, 'another execution drives it');
  if (driver.round === asked.round && driver.decision !== null) return { incident, decision: driver.decision };
  const { incident: next, decision } = decide(incident, rule, asked);
  const kept = { ...next.driver, round: asked.round, decision, knew: knownOf(next) };
  return { incident: { ...next, driver: kept }, decision };
}

function decide(incident: Incident, rule: AlertRule, asked: Asked): Decided {
  const { now } = asked;
  if (incident.state === 'resolved') return resolve(incident, 'it is resolved');
  if (asked.round > mostRounds) {
    const driver = { ...incident.driver, until: now };
    return leave({ ...incident, driver }, 'the next event is taken up by an execution with an empty history');
  }
  const last = incident.steps.at(-1);
  const quiet = quietSince(incident);
  const silence = silenceOf(incident, rule.silences, now) ?? muteOf(incident, now);
  if (silence !== undefined && quiet === null && incident.state === 'open') {
    const what = `nobody is asked until ${silence.until}: ${silence.reason}`;
    const isNew = !incident.timeline.some((line) => line.what === what);
    const timeline = isNew ? noted(incident.timeline, now, what) : incident.timeline;
    return wait({ ...incident, timeline }, 'settle', secondsBetween(now, silence.until), null, now, what);
  }
  // Even of one that is over by now: it was a problem, whatever came first. But for one that was silent all the time.
  if (last === undefined && (quiet === null || !wasSilent(incident)))
    return ask(incident, rule, 0, firstMoment(incident, now), now);
  if (quiet !== null) return settle(incident, rule, quiet, asked);
  if (last === undefined) return ask(incident, rule, 0, now, now);
  if (incident.state === 'acknowledged') {
    // An answer may come in the moment in which the wait for it has ended: that is an answer.
    if (!asked.isUnanswered || !wasTaken(incident))
      return wait(incident, 'await', takenForSeconds, null, now, 'somebody has taken it');
    const timeline = noted(incident.timeline, now, 'it was taken a week ago and is not over: it is asked about again');
    return ask({ ...incident, state: 'open', acknowledged: null, timeline }, rule, 0, now, now);
  }
  if (isWorse(incident.severity, last.severity)) return ask(incident, rule, 0, now, now);
  const left = secondsLeft(last, now);
  if (asked.isUnanswered || left <= 0) return ask(incident, rule, last.rank + 1, dueSince(last, now), now);
  return wait(incident, 'await', left, null, now, `${last.role} has until ${last.answerBy}`);
}

/** A mute rule is a silence that CloudWatch reports with the alarm itself. */
function muteOf(incident: Incident, now: string): Silence | undefined {
  const until = mutedUntil(incident, now);
  return until === null ? undefined : { until, reason: 'its alarms are muted for maintenance' };
}

/** How long a step may still take. A rehearsal has another clock than its events: there it has all its time again. */
function secondsLeft({ startedAt, answerBy: until }: Step, now: string): number {
  const whole = secondsBetween(startedAt, until);
  const left = secondsBetween(now, until);
  return left < -DAY || left > whole ? whole : left;
}

/**
 * From when the next one has all of his time: now, where the one before was due while all was well and nobody was waited for. In a
 * rehearsal, whose clock is another one, from when it was due.
 */
function dueSince({ answerBy: due }: Step, now: string): string {
  const late = secondsBetween(due, now);
  return late > 0 && late <= DAY ? now : due;
}

/** Since when nothing of it is a problem that still has to end; null while something is. */
export function quietSince({ members, overSince, acknowledged }: Incident): string | null {
  if (overSince !== null) return overSince;
  const open = Object.values(members).filter(isOpenMember);
  return acknowledged !== null && open.every(({ hasEnd }) => !hasEnd) ? acknowledged.at : null;
}

/** By whoever waited: else it was the answer itself that was waited for. */
const wasTaken = ({ driver }: Incident): boolean => driver.knew.startsWith('acknowledged');

const wasSilent = ({ timeline }: Incident): boolean => timeline.some(({ what }) => what.startsWith('nobody is asked'));

function settle(incident: Incident, rule: AlertRule, quiet: string, { settled, now }: Asked): Decided {
  if (settled === quiet) {
    const timeline = noted(incident.timeline, now, `it is over since ${quiet}, and stayed so`);
    // There is nothing to write down of what was no problem.
    const review = isTest(incident) ? null : reviewBy(incident.severity, now, rule);
    return resolve({ ...incident, state: 'resolved', resolvedAt: now, reviewBy: review, timeline }, 'it stayed well');
  }
  const least = rule.staysOkMinutes * 60;
  const whole = Math.max(least, Math.min(least * 2 ** Math.min(incident.recurrences, 10), longestSettleSeconds));
  const last = incident.steps.at(-1);
  const left = incident.state === 'open' && last !== undefined ? secondsLeft(last, now) : 0;
  // What comes back so often wakes nobody up: it is looked at again when the answer is due.
  if (incident.recurrences > patience && left > 0 && left < whole)
    return wait(incident, 'settle', left, null, now, `it is well since ${quiet}`);
  return wait(incident, 'settle', whole, quiet, now, `it is well since ${quiet}`);
}

/** EventBridge gives an event up after a day: what is older is a rehearsal, and goes by the event's own time. */
function firstMoment({ openedAt }: Incident, now: string): string {
  return Math.abs(timeOf(now) - timeOf(openedAt)) > DAY * 1000 ? openedAt : now;
}

function ask(incident: Incident, rule: AlertRule, rank: number, startedAt: string, now: string): Decided {
  const { severity, steps } = incident;
  const role = rule.chain[Math.min(rank, rule.chain.length - 1)] ?? { role: 'on-call', people: [], rotate: 'never' };
  const people = peopleOf(role, rule.people, startedAt, rule.calendar.timeZone);
  const again = Math.max(0, rank - rule.chain.length + 1);
  const until = answerBy(severity, startedAt, rule);
  const longer = Math.min(secondsBetween(startedAt, until) * 2 ** Math.min(again, 20), longestAnswerSeconds);
  const isLonger = again > 0 && (severity === 'P1' || severity === 'P2');
  const step: Step = {
    number: (steps.at(-1)?.number ?? 0) + 1,
    ...{ rank, role: role.role, people, severity, startedAt },
    answerBy: isLonger ? later(startedAt, longer) : until,
  };
  const seconds = secondsBetween(step.startedAt, step.answerBy);
  const kept = steps.length < mostSteps ? steps : [...steps.slice(0, 10), ...steps.slice(11)];
  return wait({ ...incident, steps: [...kept, step] }, 'notify', seconds, null, now, `${role.role} is asked`);
}

function wait(
  incident: Incident,
  act: 'notify' | 'await' | 'settle',
  seconds: number,
  settles: string | null,
  now: string,
  why: string,
): Decided {
  const waited = Math.max(1, seconds);
  const driver = { ...incident.driver, until: later(now, waited + driverGraceSeconds) };
  return {
    incident: { ...incident, driver, token: null },
    decision: { act, seconds: waited, settles, severity: incident.severity, why },
  };
}

const ended = (incident: Incident, act: 'resolve' | 'leave', why: string): Decided => ({
  incident,
  decision: { act, seconds: 1, settles: null, severity: incident.severity, why },
});
const resolve = (incident: Incident, why: string): Decided => ended(incident, 'resolve', why);
const leave = (incident: Incident, why: string): Decided => ended(incident, 'leave', why);
