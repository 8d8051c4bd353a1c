import type { SessionTarget } from '../../contracts/remediation/remediation.ts';
import { type SessionReading, type SessionRule, type Sought, sessionTarget, whyNotEnd } from './blockers.ts';

export type IdleReading = SessionReading & { readonly stateChange: string; readonly idleSeconds: number };
export type IdleRule = SessionRule & { readonly seconds: number };

/** The session that rests longest within its transaction, of those that may be ended. */
export function idleInTransaction(sessions: readonly IdleReading[], rule: IdleRule): Sought<SessionTarget> {
  const long = sessions.filter(({ idleSeconds }) => idleSeconds > rule.seconds);
  if (long.length === 0)
    return { refusal: `no session rests within its transaction for more than ${rule.seconds} s`, isGone: true };
  return firstOf(long, (session) => {
    const reason = whyNotEnd(session, rule);
    if (reason !== undefined) return { refusal: reason };
    const { stateChange, idleSeconds } = session;
    return { target: sessionTarget(session, { since: stateChange, seconds: idleSeconds, waiters: 0 }) };
  });
}

export type StatementReading = SessionReading & {
  readonly queryStart: string;
  readonly queryId: string | null;
  readonly runsSeconds: number;
  /** Of pg_stat_statements, in seconds; null of a statement that it does not know. */
  readonly calls: number | null;
  readonly mean: number | null;
  readonly deviation: number | null;
};
export type StatementRule = SessionRule & {
  readonly seconds: number;
  /** So many times what nearly all of its calls took. */
  readonly times: number;
  readonly queryIds: readonly string[];
};

/** Fewer calls say nothing about how long one usually takes. */
const leastCalls = 100;

/** pg_stat_statements keeps no percentiles: of a bell curve 99.9 % lie below three deviations over the mean. */
const usualMost = (mean: number, deviation: number) => mean + 3 * deviation;

/** The statement that has run longest, of those that may be cancelled and that usually end far sooner. */
export function runawayStatement(
  statements: readonly StatementReading[] | undefined,
  rule: StatementRule,
): Sought<SessionTarget> {
  if (statements === undefined) {
    return { refusal: 'extension pg_stat_statements is not there: nobody knows how long a statement usually takes' };
  }
  const long = statements.filter(({ runsSeconds }) => runsSeconds > rule.seconds);
  if (long.length === 0) return { refusal: `no statement runs for more than ${rule.seconds} s`, isGone: true };
  return firstOf(long, (statement) => {
    const { pid, queryId, calls, mean, deviation, runsSeconds, queryStart } = statement;
    const reason = whyNotEnd(statement, rule);
    if (reason !== undefined) return { refusal: reason };
    if (queryId === null) return { refusal: `statement of session ${pid} has no id: compute_query_id is off` };
    if (!rule.queryIds.includes('*') && !rule.queryIds.includes(queryId)) {
      return { refusal: `statement ${queryId} of session ${pid} is not in scope` };
    }
    if (calls === null || mean === null || deviation === null || calls < leastCalls) {
      return { refusal: `statement ${queryId} was called ${calls ?? 0} times, ${leastCalls} are required to know it` };
    }
    const most = usualMost(mean, deviation) * rule.times;
    if (runsSeconds <= most) {
      return {
        refusal: `statement ${queryId} runs for ${Math.round(runsSeconds)} s, more than ${most.toFixed(1)} s are required`,
      };
    }
    return { target: sessionTarget(statement, { since: queryStart, seconds: runsSeconds, waiters: 0, queryId }) };
  });
}

/** The first one that may be, or why the first one may not. */
function firstOf<Reading>(
  readings: readonly Reading[],
  sought: (one: Reading) => Sought<SessionTarget>,
): Sought<SessionTarget> {
  const all = readings.map(sought);
  return all.find((one) => 'target' in one) ?? all[0] ?? { refusal: 'there is none' };
}
