/** The moments that automated backups can give back, as RDS reports them; either end may not be there yet. */
export type RestoreWindow = { readonly earliest?: Date | undefined; readonly latest?: Date | undefined };

const second = 1000;
export const wholeSecond = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

/** `2026-03-01T05:00:00Z to 2026-03-08T09:15:00Z`; undefined when nothing can be restored yet. */
export const windowText = ({ earliest, latest }: RestoreWindow): string | undefined =>
  earliest === undefined || latest === undefined ? undefined : `${wholeSecond(earliest)} to ${wholeSecond(latest)}`;

/** Why a moment cannot be restored; undefined when it can, as far as the window says. */
export function whyNotRestorable(time: string, window: RestoreWindow, now: Date): string | undefined {
  const { earliest, latest } = window;
  if (earliest === undefined || latest === undefined) return 'the first automated backup is not complete';
  if (time === 'latest') return undefined;
  const wanted = Date.parse(time);
  if (wanted > now.getTime()) return 'it lies in the future';
  if (wanted > latest.getTime()) return 'its log is not archived yet';
  return wanted < earliest.getTime() ? 'it lies before the oldest automated backup' : undefined;
}

/**
 * A whole second that lies behind the instant of a snapshot and before S2, so that the witness of that snapshot proves it:
 * beat 1 lies before the instant, and beat 2 at least `marginSeconds` behind it. Undefined where there is none.
 */
export function momentBehind({ createdAt, s2At }: { readonly createdAt: Date; readonly s2At: Date }): Date | undefined {
  const first = Math.floor(createdAt.getTime() / second) * second + second;
  // Not at an edge, where there is room: the clocks of RDS and of the server are two.
  const chosen = [first + second, first].find((time) => time + second <= s2At.getTime());
  return chosen === undefined ? undefined : new Date(chosen);
}

export const isWithin = (at: Date, { earliest, latest }: RestoreWindow): boolean =>
  earliest !== undefined && latest !== undefined && earliest <= at && at <= latest;
