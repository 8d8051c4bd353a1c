/** When a database was tested last; null when it never was. */
export type LastTest = { readonly database: string; readonly startedAt: string | null };

const day = 86_400_000;

export const nextDue = (startedAt: string, intervalDays: number): Date =>
  new Date(Date.parse(startedAt) + intervalDays * day);

/**
 * The database whose test is due longest, one that was never tested first; undefined when none is due. A schedule that fires
 * daily tests one a day at most, so that two databases never have their copies at once.
 */
export function mostOverdue(tests: readonly LastTest[], intervalDays: number, now: Date): string | undefined {
  const due = tests.filter(({ startedAt }) => startedAt === null || nextDue(startedAt, intervalDays) <= now);
  const timeOf = ({ startedAt }: LastTest) => (startedAt === null ? Number.NEGATIVE_INFINITY : Date.parse(startedAt));
  return due.reduce<LastTest | undefined>(
    (first, one) => (first !== undefined && timeOf(first) <= timeOf(one) ? first : one),
    undefined,
  )?.database;
}
