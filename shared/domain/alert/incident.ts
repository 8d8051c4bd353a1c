import type { AlertCause, Incident, IncidentMember } from '../../contracts/alert/alert.ts';
import { later } from './moment.ts';
import { isWorse, worstOf } from './severity.ts';

/** How long an execution may be silent before its incident is another one's. It looks again earlier than that. */
export const driverGraceSeconds = 900;

export type Applied = {
  readonly incident: Incident;
  readonly found: 'opened' | 'taken over' | 'joined' | 'repeated' | 'noted';
  /** What the driver waits for has changed: it must decide anew. */
  readonly wakes: boolean;
};

type Finder = {
  readonly executionName: string;
  readonly now: string;
  readonly idOf: (at: string) => string;
  /** What the alarm's own incident has heard of it, where another one takes it up. */
  readonly known?: IncidentMember | undefined;
};

/**
 * Puts what an event says into its incident. In whatever order events come, and however often, the incident has the same
 * members in the same states: each member keeps the newest moment at which it was a problem, and at which it was over.
 */
export function applyCause(before: Incident | undefined, cause: AlertCause, finder: Finder): Applied | undefined {
  const known = before?.members[cause.member] ?? finder.known;
  if (cause.state === 'unknown') return before && { incident: before, found: 'noted', wakes: false };
  const member = merged(known, cause);
  if (member === undefined) return before && repeated(before, finder);
  const isProblem = cause.state === 'problem';
  if (before === undefined || before.state === 'resolved') return started(before, cause, member, finder);
  const members = { ...before.members, [cause.member]: member };
  const severity = worstOf(openOnes(members).map((one) => one.severity)) ?? before.severity;
  const overSince =
    openOnes(members).length === 0 ? latest(Object.values(members).flatMap((one) => one.overAt ?? [])) : null;
  const raised = isProblem && isWorse(severity, before.severity);
  const incident: Incident = {
    ...before,
    members,
    overSince,
    // What was asked for stays as bad as it was at its worst: an incident is not made light of while it lasts.
    ...(raised ? { severity, title: cause.title, state: 'open' as const, acknowledged: null } : {}),
    recurrences: before.recurrences + (isProblem && known?.problemAt != null ? 1 : 0),
    timeline: noted(before.timeline, cause.at, lineOf(cause)),
  };
  const isLeft = before.driver.until < finder.now;
  if (isLeft) return { ...takenOver(incident, finder), wakes: false };
  const turned = (overSince === null) !== (before.overSince === null);
  const isUnanswered = (before.steps.at(-1)?.answerBy ?? '') < finder.now;
  const wakes = raised || (turned && (overSince !== null || incident.recurrences <= patience || isUnanswered));
  const speaks = isProblem && mutedUntil(before, finder.now) !== null && mutedUntil(incident, finder.now) === null;
  return { incident, found: 'joined', wakes: wakes || speaks };
}

/**
 * What has come back so often wakes nobody up by coming back again: the driver has waited no longer than until the answer
 * is due, and looks then.
 */
export const patience = 8;

/** Undefined: it was known, or something newer is. */
function merged(known: IncidentMember | undefined, cause: AlertCause): IncidentMember | undefined {
  const { severity, title, reason, description, value, threshold, runbook, hasEnd, mutedUntil } = cause;
  const field = cause.state === 'problem' ? 'problemAt' : 'overAt';
  const newest = known?.[field];
  if (newest != null && cause.at <= newest) return undefined;
  const isNews = [known?.problemAt, known?.overAt].every((moment) => moment == null || cause.at > moment);
  const muted = mutedUntil === undefined ? {} : { mutedUntil };
  const said = {
    severity,
    title,
    reason,
    description,
    value,
    threshold,
    runbook,
    hasEnd,
    ...muted,
    cause: cause.cause,
  };
  return { ...(isNews ? said : (known ?? said)), ...momentsOf(known), [field]: cause.at };
}

const momentsOf = (known: IncidentMember | undefined) => ({
  problemAt: known?.problemAt ?? null,
  overAt: known?.overAt ?? null,
});

export const isOpenMember = ({ problemAt, overAt }: IncidentMember): boolean =>
  problemAt !== null && (overAt === null || problemAt > overAt);
const openOnes = (members: Incident['members']): IncidentMember[] => Object.values(members).filter(isOpenMember);
export const openMembers = ({ members }: Incident): IncidentMember[] => openOnes(members);

/** When the first of its alarms may be heard again; null when one of them can be, or none is a problem. */
export function mutedUntil({ members }: Pick<Incident, 'members'>, now: string): string | null {
  const ends = openOnes(members).map((one) => one.mutedUntil ?? '');
  const [first] = ends.sort();
  return first !== undefined && first > now ? first : null;
}

/**
 * A problem opens an incident, even one whose end has come before it: it was a problem. An end without one is kept, so
 * that a problem which comes late is known to be over.
 */
function started(before: Incident | undefined, cause: AlertCause, member: IncidentMember, finder: Finder): Applied {
  const { account, region, stage, subject, key } = cause;
  const isProblem = cause.state === 'problem';
  const members = { ...keptOf(before), [cause.member]: member };
  const incident: Incident = {
    schemaVersion: 1,
    id: before !== undefined && !isProblem ? before.id : finder.idOf(cause.at),
    ...{ key, account, region, stage, subject, cause: cause.cause, severity: cause.severity, title: cause.title },
    state: isProblem ? 'open' : 'resolved',
    openedAt: cause.at,
    members,
    recurrences: 0,
    steps: [],
    overSince: isOpenMember(member) ? null : member.overAt,
    acknowledged: null,
    resolvedAt: isProblem ? null : cause.at,
    reviewBy: null,
    driver: newDriver(finder),
    token: null,
    timeline: [{ at: cause.at, what: lineOf(cause) }],
  };
  if (isProblem) return { incident, found: 'opened', wakes: false };
  // Of an incident that is resolved, only the moment is news.
  const kept = before === undefined ? incident : { ...before, members };
  return { incident: kept, found: 'noted', wakes: false };
}

/**
 * What the own incident of an alarm keeps of a change that another one has taken up: the moments, by which a repetition is known when that
 * other one is over.
 */
export function heardElsewhere(before: Incident | undefined, cause: AlertCause, finder: Finder): Incident | undefined {
  const member = cause.state === 'unknown' ? undefined : merged(before?.members[cause.member], cause);
  if (member === undefined || (before !== undefined && before.state !== 'resolved')) return undefined;
  if (before !== undefined) return { ...before, members: { ...before.members, [cause.member]: member } };
  const { incident } = started(undefined, { ...cause, state: 'over' }, member, finder);
  const what = `${cause.member} was taken up by another incident of '${cause.subject}'`;
  return { ...incident, timeline: [{ at: cause.at, what }] };
}

/** Their moments only: what they once were is in the record of the incident that is over. */
const keptOf = (before: Incident | undefined): Incident['members'] =>
  Object.fromEntries(Object.entries(before?.members ?? {}).filter(([, member]) => !isOpenMember(member)));

function repeated(before: Incident, finder: Finder): Applied {
  const isLeft = before.state !== 'resolved' && before.driver.until < finder.now;
  return isLeft
    ? { ...takenOver(before, finder), wakes: false }
    : { incident: before, found: 'repeated', wakes: false };
}

/** Whoever drove it is gone: whatever event comes next goes on with it. */
function takenOver(incident: Incident, finder: Finder): Pick<Applied, 'incident' | 'found'> {
  const { executionName, now } = finder;
  const what = `execution '${incident.driver.executionName}' was not heard of any more, '${executionName}' goes on`;
  return {
    incident: { ...incident, driver: newDriver(finder), token: null, timeline: noted(incident.timeline, now, what) },
    found: 'taken over',
  };
}

const newDriver = ({ executionName, now }: Finder): Incident['driver'] => ({
  executionName,
  until: later(now, driverGraceSeconds),
  round: 0,
  decision: null,
  knew: '',
});

/** What a driver must know at once when it becomes otherwise. */
export const knownOf = ({ state, severity, overSince }: Incident): string => [state, severity, overSince].join(' ');

const latest = (moments: readonly string[]): string | null => [...moments].sort().at(-1) ?? null;

const lineOf = ({ state, member, reason }: AlertCause): string =>
  `${member} ${state === 'problem' ? 'is raised' : 'is over'}: ${reason}`;

const mostLines = 200;
const firstLines = 50;

/** The first and the newest lines stay: an incident that lasts for weeks keeps its beginning. */
export function noted(timeline: Incident['timeline'], at: string, what: string): Incident['timeline'] {
  const lines = [...timeline, { at, what: what.slice(0, 500) }];
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, firstLines), ...lines.slice(firstLines + lines.length - mostLines)];
}
