import type { SessionTarget } from '../../contracts/remediation/remediation.ts';

/** One session that waits for a lock, and the processes that hold it; 0 is a prepared transaction. */
export type WaitReading = { readonly pid: number; readonly blockers: readonly number[]; readonly seconds: number };

/** A session as pg_stat_activity shows it. */
export type SessionReading = {
  readonly pid: number;
  readonly backendStart: string;
  readonly backendType: string;
  readonly user: string | null;
  readonly database: string | null;
  readonly application: string;
  readonly state: string | null;
  /** When its transaction began, as text and in seconds before now; null outside of one. */
  readonly transactionStart: string | null;
  readonly transactionSeconds: number | null;
  readonly isSuperuser: boolean;
};

export type SessionRule = {
  /** Name of the database within its instance. */
  readonly database: string;
  /** Roles whose sessions may be ended; `*` is every one that is not a superuser's, RDS's or ours. */
  readonly roles: readonly string[];
};
export type BlockerRule = SessionRule & {
  /** Its transaction is open for so long, and so many sessions wait for it. */
  readonly seconds: number;
  readonly sessions: number;
};

/** `isGone`: its cause has ended by itself. */
export type Sought<Target> = { readonly target: Target } | { readonly refusal: string; readonly isGone?: boolean };

/** Why a session must not be ended, whoever waits for it; undefined when it may be. */
export function whyNotEnd(session: SessionReading, { database, roles }: SessionRule): string | undefined {
  const { pid, backendType, user, application, isSuperuser } = session;
  if (backendType !== 'client backend') return `process ${pid} is '${backendType}', only sessions of clients are ended`;
  if (user === null) return `process ${pid} has no role that can be seen`;
  if (isSuperuser) return `session ${pid} is of superuser '${user}', which pg_signal_backend may not end`;
  if (/^rds/.test(user)) return `session ${pid} is of RDS's own role '${user}'`;
  if (/^gameday($|_)/.test(user) || /^pg-gameday /.test(application))
    return `session ${pid} is our own ('${application}')`;
  if (session.database !== database) return `session ${pid} is in database '${session.database}', not in '${database}'`;
  if (!roles.includes('*') && !roles.includes(user)) return `role '${user}' of session ${pid} is not in scope`;
  return undefined;
}

/**
 * The session at the root of the tree that blocks most: it waits for nobody, and all below it wait for it, directly or
 * through others. Two roots are ended one after another.
 */
export function rootBlocker(
  waits: readonly WaitReading[],
  sessions: readonly SessionReading[],
  rule: BlockerRule,
): Sought<SessionTarget> {
  if (waits.length === 0) return { refusal: 'nobody waits for a lock any more', isGone: true };
  const waiting = new Map(waits.map((wait) => [wait.pid, wait]));
  const blocked = new Map<number, Set<number>>();
  for (const { pid } of waits) {
    for (const root of rootsOf(pid, waiting)) blocked.set(root, (blocked.get(root) ?? new Set()).add(pid));
  }
  const [worst] = [...blocked].sort(
    ([leftPid, left], [rightPid, right]) => right.size - left.size || leftPid - rightPid,
  );
  if (worst === undefined)
    return { refusal: 'those who wait block one another: a deadlock, which the server ends by itself' };
  const [pid, waiters] = worst;
  if (pid === 0)
    return { refusal: 'a prepared transaction holds the lock: COMMIT or ROLLBACK PREPARED is for a person' };
  const session = sessions.find((one) => one.pid === pid);
  if (session === undefined) return { refusal: `process ${pid}, which blocks, is gone`, isGone: true };
  const reason = whyNotEnd(session, rule);
  if (reason !== undefined) return { refusal: reason };
  const { transactionStart, transactionSeconds } = session;
  if (transactionStart === null || transactionSeconds === null) {
    return { refusal: `session ${pid} has no transaction open: what it holds is a lock of its session` };
  }
  if (transactionSeconds <= rule.seconds) {
    return {
      refusal: `session ${pid} blocks for ${Math.round(transactionSeconds)} s, more than ${rule.seconds} s are required`,
    };
  }
  if (waiters.size <= rule.sessions) {
    return { refusal: `${waiters.size} sessions wait for session ${pid}, more than ${rule.sessions} are required` };
  }
  return {
    target: sessionTarget(session, { since: transactionStart, seconds: transactionSeconds, waiters: waiters.size }),
  };
}

/** Those who wait for nobody, above one that waits. A circle has none. */
function rootsOf(pid: number, waiting: ReadonlyMap<number, WaitReading>): Set<number> {
  const roots = new Set<number>();
  const seen = new Set<number>([pid]);
  const open = [...(waiting.get(pid)?.blockers ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const wait = waiting.get(next);
    if (wait === undefined) roots.add(next);
    else open.push(...wait.blockers);
  }
  return roots;
}

export const sessionTarget = (
  { pid, backendStart, user, application }: SessionReading,
  found: { readonly since: string; readonly seconds: number; readonly waiters: number; readonly queryId?: string },
): SessionTarget => ({
  kind: 'session',
  pid,
  backendStart,
  since: found.since,
  user: user ?? '',
  application: application.slice(0, 63),
  queryId: found.queryId ?? null,
  seconds: found.seconds,
  waiters: found.waiters,
});
