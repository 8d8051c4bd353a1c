import type pg from 'pg';
import type { SessionTarget } from '../contracts/remediation/remediation.ts';
import { rootBlocker, type Sought } from '../domain/remediation/blockers.ts';
import { idleInTransaction, runawayStatement } from '../domain/remediation/sessions.ts';
import {
  readAfter,
  readBlocking,
  readIdle,
  readStatements,
  type SessionAct,
  signalSession,
} from '../pg/remediation/sessions.ts';
import type { Remedy, RemedyContext } from './remedy.ts';

type Look = (client: pg.Client, context: RemedyContext) => Promise<Sought<SessionTarget>>;

const lookForBlocker: Look = async (client, { policy: { database }, rule: { sessions: rule } }) => {
  const { waits, sessions } = await readBlocking(client);
  const { roles, blockingSeconds, blockedSessions } = rule;
  return rootBlocker(waits, sessions, { database, roles, seconds: blockingSeconds, sessions: blockedSessions });
};

const lookForIdle: Look = async (client, { policy: { database }, rule: { sessions: rule } }) =>
  idleInTransaction(await readIdle(client), { database, roles: rule.roles, seconds: rule.idleSeconds });

const lookForStatement: Look = async (client, { policy: { database }, rule: { sessions: rule } }) =>
  runawayStatement(await readStatements(client), {
    ...{ database, roles: rule.roles, queryIds: rule.queryIds },
    ...{ seconds: rule.runawaySeconds, times: rule.runawayTimes },
  });

/** A remedy that signals one session: found, looked at again in the session of the act, and signalled by one statement. */
const sessionRemedy = (
  act: SessionAct,
  look: Look,
  words: { readonly done: string; describe(target: SessionTarget): string },
): Remedy<SessionTarget> => ({
  look: (context) => context.inSession((client) => look(client, context)),
  describe: words.describe,
  apply: (context, target) =>
    context.inSession(async (client) => {
      const again = await look(client, context);
      if ('refusal' in again) return { isApplied: false, reason: again.refusal };
      const { pid, backendStart, since } = again.target;
      if (pid !== target.pid || backendStart !== target.backendStart || since !== target.since) {
        return { isApplied: false, reason: `it is session ${pid} now, and was session ${target.pid}` };
      }
      const isApplied = await signalSession(client, act, target);
      return { isApplied, reason: isApplied ? words.done : `session ${target.pid} has gone on meanwhile` };
    }),
  check: (context, target, seconds) =>
    context.inSession(async (client) => {
      const { isThere, isRunning, stillWait } = await readAfter(client, target, seconds);
      if (act === 'statement') {
        return { isReached: !isRunning, reason: isRunning ? 'the statement still runs' : 'the statement has ended' };
      }
      if (isThere) return { isReached: false, reason: `session ${target.pid} is still there` };
      if (act === 'blocker' && stillWait > 0) {
        return { isReached: false, reason: `session ${target.pid} is gone, ${stillWait} sessions still wait` };
      }
      return {
        isReached: true,
        reason: `session ${target.pid} is gone${act === 'blocker' ? ', and nobody waits for it' : ''}`,
      };
    }),
});

const seconds = (value: number) => `${Math.round(value)} s`;

export const endRootBlocker = sessionRemedy('blocker', lookForBlocker, {
  done: 'the session was ended',
  describe: ({ pid, user, application, waiters, seconds: open }) =>
    `session ${pid} of '${user}' (${application}), whose transaction is open for ${seconds(open)}, keeps ${waiters} sessions waiting`,
});

export const endIdleInTransaction = sessionRemedy('idle', lookForIdle, {
  done: 'the session was ended',
  describe: ({ pid, user, application, seconds: idle }) =>
    `session ${pid} of '${user}' (${application}) rests within its transaction for ${seconds(idle)}`,
});

export const cancelRunawayStatement = sessionRemedy('statement', lookForStatement, {
  done: 'the statement was cancelled',
  describe: ({ pid, user, queryId, seconds: runs }) =>
    `statement ${queryId} of session ${pid} of '${user}' runs for ${seconds(runs)}`,
});
