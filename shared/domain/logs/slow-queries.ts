/** A statement as pg_stat_statements has counted it at one moment. Its text is not needed for the sums. */
export type StatementSample = {
  readonly userId: number;
  readonly databaseId: number;
  readonly queryId: string;
  readonly isTopLevel: boolean;
  readonly calls: number;
  readonly milliseconds: number;
  /** When it began to be counted, from PostgreSQL 17 on; null before. */
  readonly since: number | null;
};

/** All statements at one moment, and what says how much of the truth they are. */
export type StatementSnapshot = {
  readonly statements: readonly StatementSample[];
  /** pg_stat_statements_info: how often entries were evicted, and since when it counts. */
  readonly evictions: number;
  readonly resetAt: number | null;
  /** active_time of pg_stat_database, in milliseconds, and since when it counts. */
  readonly activeMilliseconds: number;
  readonly activityResetAt: number | null;
};

export type StatementDay = { readonly calls: number; readonly milliseconds: number };
export type SlowStatement = StatementSample & {
  readonly day: StatementDay;
  /** The day before; undefined where nobody knows it. */
  readonly before: StatementDay | undefined;
  /** Times that a call takes as long as the day before; undefined without one. */
  readonly change: number | undefined;
  /** The same beside the day four weeks before, which is the same day of the week. */
  readonly monthChange: number | undefined;
};

/** One that was counted when the day began and is not at its end: what it did since then is not known. */
export type EvictedStatement = { readonly queryId: string; readonly calls: number; readonly milliseconds: number };

export type SlowQueryReport = {
  /** Nothing can be said of the day: the counters were reset in it. */
  readonly isReset: boolean;
  /** By what they took of the server, the most first. */
  readonly top: readonly SlowStatement[];
  /** Those of which a call takes much longer than the day before, by what that has cost. */
  readonly slowed: readonly SlowStatement[];
  /** How often the server made room within the day, each time for a twentieth of its entries: their time is among what is not explained. */
  readonly evictions: number;
  /** Of those that were known when the day began, by what they had taken until then, the most first; and how many they are. */
  readonly evicted: readonly EvictedStatement[];
  readonly evictedInAll: number;
  /** Active time of sessions that no statement explains, as a share from 0 to 1; undefined without any activity. */
  readonly unexplained: number | undefined;
};

export type SlowQueryRule = {
  /** Times as long as the day before. */
  readonly factor: number;
  /** Fewer calls, and less time in all, say nothing. */
  readonly leastCalls: number;
  readonly leastMilliseconds: number;
  readonly most: number;
};

/** One statement is another in each database, for each user, and called by itself or by a function. */
const keyOf = ({ userId, databaseId, queryId, isTopLevel }: StatementSample): string =>
  [userId, databaseId, queryId, isTopLevel].join(' ');

/**
 * What was done between two moments, by statement. One that is new, or was evicted and has come back, has done what it shows since then: its
 * counters began anew. That it did more before its eviction is not known, and is part of what is not explained.
 */
export function statementDeltas(from: StatementSnapshot, to: StatementSnapshot): Map<string, StatementDay> {
  const known = new Map(from.statements.map((one) => [keyOf(one), one]));
  return new Map(
    to.statements.map((after) => {
      const before = known.get(keyOf(after));
      const goesOn = before !== undefined && before.since === after.since && before.calls <= after.calls;
      const [calls, milliseconds] = goesOn ? [before.calls, before.milliseconds] : [0, 0];
      return [
        keyOf(after),
        { calls: after.calls - calls, milliseconds: Math.max(0, after.milliseconds - milliseconds) },
      ];
    }),
  );
}

const wasReset = (from: StatementSnapshot, to: StatementSnapshot): boolean =>
  from.resetAt !== to.resetAt || to.evictions < from.evictions;

export type ReportedDays = {
  readonly dayBefore?: StatementSnapshot;
  readonly begin: StatementSnapshot;
  readonly end: StatementSnapshot;
  /** Beginning and end of the day four weeks before. */
  readonly monthAgo?: readonly [begin: StatementSnapshot, end: StatementSnapshot];
};

/** The report of a day, from the snapshots at its end, its beginning, and earlier ones, where there are some. */
export function slowQueryReport(
  { dayBefore, begin, end, monthAgo }: ReportedDays,
  rule: SlowQueryRule,
): SlowQueryReport {
  const isReset = wasReset(begin, end);
  if (isReset) {
    const nothing = { top: [], slowed: [], evicted: [], evictedInAll: 0, unexplained: undefined };
    return { isReset, evictions: end.evictions, ...nothing };
  }
  const day = statementDeltas(begin, end);
  const earlier = dayBefore === undefined ? nothingKnown : dayOf(dayBefore, begin);
  const month = monthAgo === undefined ? nothingKnown : dayOf(...monthAgo);
  const all = end.statements.flatMap((one): SlowStatement[] => {
    const its = day.get(keyOf(one));
    if (its === undefined || its.calls === 0) return [];
    const before = earlier.get(keyOf(one));
    const [change, monthChange] = [before, month.get(keyOf(one))].map((then) => changeOf(its, then));
    return [{ ...one, day: its, before, change, monthChange }];
  });
  const left = new Set(end.statements.map(keyOf));
  const evicted = begin.statements.filter((one) => !left.has(keyOf(one)));
  const explained = sum(all.filter(({ isTopLevel }) => isTopLevel).map((one) => one.day.milliseconds));
  const active = begin.activityResetAt === end.activityResetAt ? end.activeMilliseconds - begin.activeMilliseconds : 0;
  return {
    isReset,
    top: sorted(all, (one) => one.day.milliseconds).slice(0, rule.most),
    slowed: sorted(
      all.filter(
        ({ day, before, change }) =>
          change !== undefined &&
          change >= rule.factor &&
          day.calls >= rule.leastCalls &&
          (before?.calls ?? 0) >= rule.leastCalls &&
          day.milliseconds >= rule.leastMilliseconds,
      ),
      (one) => one.day.milliseconds - one.day.calls * mean(one.before ?? one.day),
    ).slice(0, rule.most),
    evictions: end.evictions - begin.evictions,
    evicted: sorted(evicted, ({ milliseconds }) => milliseconds)
      .slice(0, rule.most)
      .map(({ queryId, calls, milliseconds }) => ({ queryId, calls, milliseconds })),
    evictedInAll: evicted.length,
    unexplained: active <= 0 ? undefined : Math.max(0, Math.min(1, 1 - explained / active)),
  };
}

const mean = ({ calls, milliseconds }: StatementDay): number => milliseconds / calls;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const sorted = <One>(all: readonly One[], by: (one: One) => number): One[] =>
  [...all].sort((one, other) => by(other) - by(one));

const nothingKnown: ReadonlyMap<string, StatementDay> = new Map();
const dayOf = (begin: StatementSnapshot, end: StatementSnapshot): ReadonlyMap<string, StatementDay> =>
  wasReset(begin, end) ? nothingKnown : statementDeltas(begin, end);
const changeOf = (now: StatementDay, then: StatementDay | undefined): number | undefined =>
  then === undefined || then.calls === 0 || then.milliseconds === 0 ? undefined : mean(now) / mean(then);
