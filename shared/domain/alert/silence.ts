import type { Incident } from '../../contracts/alert/alert.ts';
import { isOpenMember } from './incident.ts';

/** Nobody is asked about what it names until its end; what is not named matches anything. */
export type Silence = {
  readonly reason: string;
  readonly until: string;
  readonly subject?: string | undefined;
  readonly cause?: string | undefined;
};

/** Each of its alarms that is a problem now must be silent: the silence of the one that may be heard first. */
export function silenceOf(
  { subject, cause, members }: Pick<Incident, 'subject' | 'cause' | 'members'>,
  silences: readonly Silence[],
  now: string,
): Silence | undefined {
  const open = Object.values(members).filter(isOpenMember);
  const causes = [...new Set(open.length === 0 ? [cause] : open.map((member) => member.cause ?? cause))];
  const found = causes.map((one) => silenceOfCause({ subject, cause: one }, silences, now));
  if (found.some((one) => one === undefined)) return undefined;
  return found.flatMap((one) => one ?? []).sort((left, right) => (left.until < right.until ? -1 : 1))[0];
}

/** The silence that lasts longest of those that hold now. */
function silenceOfCause(
  incident: Pick<Incident, 'subject' | 'cause'>,
  silences: readonly Silence[],
  now: string,
): Silence | undefined {
  return silences
    .filter(
      ({ until, subject = incident.subject, cause = incident.cause }) =>
        now < until && subject === incident.subject && cause === incident.cause,
    )
    .sort((left, right) => (left.until < right.until ? 1 : -1))[0];
}
