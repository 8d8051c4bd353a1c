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
  /** Of all databases: active_time of pg_stat_database, in milliseconds. */
  readonly activeMilliseconds: number;
};

export type StatementDay = { readonly calls: number; readonly milliseconds: number };
export type SlowStatement = StatementSample & {
  readonly day: StatementDay;
  /** The day before; undefined where nobody knows it. */
  readonly before: StatementDay | undefined;
  /** Times that a call takes as long as the day before; undefined without one. */
  readonly change: number | undefined;
};

export type SlowQueryReport = {
  /** Nothing can be said of the day: the counters were reset in it. */
  readonly isReset: boolean;
  /** By what they took of the server, the most first. */
  readonly top: readonly SlowStatement[];
  /** Those of which a call takes much longer than the day before, by what that has cost. */
  readonly slowed: readonly SlowStatement[];
  /** Entries that gave way to others within the day: their time is among what is not explained. */
  readonly evictions: number;
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

/** The report of a day, from the snapshots at its end, its beginning, and a day before that, where there is one. */
export function slowQueryReport(
  {
    dayBefore,
    begin,
    end,
  }: { readonly dayBefore?: StatementSnapshot; readonly begin: StatementSnapshot; readonly end: StatementSnapshot },
  rule: SlowQueryRule,
): SlowQueryReport {
  const isReset = wasReset(begin, end);
  if (isReset) return { isReset, top: [], slowed: [], evictions: end.evictions, unexplained: undefined };
  const day = statementDeltas(begin, end);
  const earlier =
    dayBefore === undefined || wasReset(dayBefore, begin)
      ? new Map<string, StatementDay>()
      : statementDeltas(dayBefore, begin);
  const all = end.statements.flatMap((one): SlowStatement[] => {
    const its = day.get(keyOf(one));
    if (its === undefined || its.calls === 0) return [];
    const before = earlier.get(keyOf(one));
    const change =
      before === undefined || before.calls === 0 || before.milliseconds === 0 ? undefined : mean(its) / mean(before);
    return [{ ...one, day: its, before, change }];
  });
  const explained = sum(all.filter(({ isTopLevel }) => isTopLevel).map((one) => one.day.milliseconds));
  const active = end.activeMilliseconds - begin.activeMilliseconds;
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
    unexplained: active <= 0 ? undefined : Math.max(0, Math.min(1, 1 - explained / active)),
  };
}

const mean = ({ calls, milliseconds }: StatementDay): number => milliseconds / calls;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const sorted = (all: readonly SlowStatement[], by: (one: SlowStatement) => number): SlowStatement[] =>
  [...all].sort((one, other) => by(other) - by(one));
