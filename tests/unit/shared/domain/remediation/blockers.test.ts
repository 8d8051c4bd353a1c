import assert from 'node:assert/strict';
import {
  type BlockerRule,
  rootBlocker,
  type SessionReading,
  type WaitReading,
} from '../../../../../shared/domain/remediation/blockers.ts';
import {
  type IdleReading,
  idleInTransaction,
  runawayStatement,
  type StatementReading,
} from '../../../../../shared/domain/remediation/sessions.ts';

const rule: BlockerRule = { database: 'app', roles: ['shop'], seconds: 30, sessions: 2 };
const session = (pid: number, more: Partial<SessionReading> = {}): SessionReading => ({
  pid,
  backendStart: `2026-03-07 10:00:00.${pid}+00`,
  backendType: 'client backend',
  user: 'shop',
  database: 'app',
  application: 'checkout',
  state: 'idle in transaction',
  transactionStart: '2026-03-07 10:01:00+00',
  transactionSeconds: 60,
  isSuperuser: false,
  ...more,
});
const wait = (pid: number, ...blockers: number[]): WaitReading => ({ pid, blockers, seconds: 40 });
const three = [wait(1, 9), wait(2, 9), wait(3, 9)];
const textOf = (sought: object) => JSON.stringify(sought);

describe('the root blocker', () => {
  test('is the session that waits for nobody, and for which most wait, directly or through others', () => {
    const waits = [wait(1, 9), wait(2, 1), wait(3, 2, 1), wait(4, 8)];
    const sought = rootBlocker(waits, [session(8), session(9)], rule);
    assert.ok('target' in sought);
    const { pid, waiters, backendStart, since } = sought.target;
    assert.deepEqual([pid, waiters], [9, 3]);
    assert.deepEqual([backendStart, since], [session(9).backendStart, session(9).transactionStart]);
  });

  const refused: readonly (readonly [string, readonly WaitReading[], Partial<SessionReading>, RegExp])[] = [
    ['nobody waits', [], {}, /nobody waits/],
    ['a circle is a deadlock', [wait(1, 2), wait(2, 1)], {}, /deadlock/],
    ['a prepared transaction', [wait(1, 0), wait(2, 0), wait(3, 0)], {}, /prepared transaction/],
    ['who is gone', [wait(1, 7), wait(2, 7), wait(3, 7)], {}, /7, which blocks, is gone/],
    ['few wait', [wait(1, 9), wait(2, 9)], {}, /2 sessions wait for session 9, more than 2/],
    ['young', three, { transactionSeconds: 30 }, /blocks for 30 s, more than 30 s/],
    ['a lock of a session', three, { transactionStart: null, transactionSeconds: null }, /no transaction open/],
    ['an autovacuum worker', three, { backendType: 'autovacuum worker', user: null }, /'autovacuum worker'/],
    ['a walsender', three, { backendType: 'walsender' }, /'walsender'/],
    ['a superuser', three, { isSuperuser: true }, /superuser/],
    ["RDS's own", three, { user: 'rdsadmin' }, /RDS's own/],
    ['our own by role', three, { user: 'gameday' }, /our own/],
    ['our own by name', three, { application: 'pg-gameday proves' }, /our own/],
    ['another database', three, { database: 'other' }, /in database 'other'/],
    ['a role out of scope', three, { user: 'reports' }, /'reports' of session 9 is not in scope/],
  ];
  for (const [what, waits, more, reason] of refused) {
    test(`is nobody to end: ${what}`, () => {
      const sought = rootBlocker(waits, [session(9, more)], rule);
      assert.ok(!('target' in sought));
      assert.match(sought.refusal, reason);
    });
  }

  test("of everybody's sessions is still no superuser's, no worker and none of ours", () => {
    const every = { ...rule, roles: ['*'] };
    assert.match(textOf(rootBlocker(three, [session(9, { user: 'reports' })], every)), /"pid":9/);
    for (const more of [{ isSuperuser: true }, { user: 'rds_x' }, { user: 'gameday_maintain' }])
      assert.match(textOf(rootBlocker(three, [session(9, more)], every)), /refusal/);
  });
});

const idle = (pid: number, idleSeconds: number, more: Partial<IdleReading> = {}): IdleReading => ({
  ...session(pid, more),
  stateChange: '2026-03-07 10:02:00+00',
  idleSeconds,
});

describe('a session that rests within its transaction', () => {
  const bounds = { database: 'app', roles: ['shop'], seconds: 900 };

  test('is ended when it has rested for longer than the limit, by the moment since when it rests', () => {
    const sought = idleInTransaction([idle(1, 901, { user: 'reports' }), idle(2, 901)], bounds);
    assert.ok('target' in sought);
    assert.deepEqual([sought.target.pid, sought.target.since], [2, '2026-03-07 10:02:00+00']);
  });

  test('is left alone before, and where it is out of scope', () => {
    assert.match(textOf(idleInTransaction([idle(1, 900)], bounds)), /more than 900 s/);
    assert.match(textOf(idleInTransaction([idle(1, 901, { user: 'x' })], bounds)), /not in scope/);
  });
});

const statement = (more: Partial<StatementReading> = {}): StatementReading => ({
  ...session(5, { state: 'active' }),
  ...{ queryStart: '2026-03-07 10:03:00+00', queryId: '42', runsSeconds: 1000, calls: 100, mean: 20, deviation: 10 },
  ...more,
});

describe('a statement that runs away', () => {
  const bounds = { database: 'app', roles: ['shop'], seconds: 900, times: 10, queryIds: ['*'] };

  test('runs for longer than the limit, and for many times what nearly all of its calls took', () => {
    const sought = runawayStatement([statement()], bounds);
    assert.ok('target' in sought);
    assert.deepEqual([sought.target.queryId, sought.target.since], ['42', '2026-03-07 10:03:00+00']);
  });

  const refused: readonly (readonly [string, readonly StatementReading[] | undefined, RegExp])[] = [
    ['nothing is known of statements', undefined, /pg_stat_statements is not there/],
    ['it is young', [statement({ runsSeconds: 900 })], /more than 900 s/],
    ['it is always slow', [statement({ mean: 80 })], /runs for 1000 s, more than 1100.0 s/],
    ['its time varies', [statement({ deviation: 27 })], /more than 1010.0 s/],
    ['it is seldom called', [statement({ calls: 99 })], /called 99 times/],
    ['it is unknown', [statement({ calls: null, mean: null, deviation: null })], /called 0 times/],
    ['it has no id', [statement({ queryId: null })], /compute_query_id/],
    ['it is out of scope', [statement({ user: 'reports' })], /not in scope/],
  ];
  for (const [what, statements, reason] of refused)
    test(`is none when ${what}`, () => assert.match(textOf(runawayStatement(statements, bounds)), reason));

  test('is none of those that may not be cancelled', () => {
    assert.match(
      textOf(runawayStatement([statement()], { ...bounds, queryIds: ['43'] })),
      /42 of session 5 is not in scope/,
    );
  });
});
