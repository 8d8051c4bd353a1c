import type { Incident } from '../../contracts/alert/alert.ts';

/** Nobody is asked about what it names until its end; what is not named matches anything. */
export type Silence = {
  readonly reason: string;
  readonly until: string;
  readonly subject?: string | undefined;
  readonly cause?: string | undefined;
};

/** The silence that lasts longest of those that hold now. */
export function silenceOf(
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
