import assert from 'node:assert/strict';
import type {
  LogFindings,
  LogKind,
  SlowQueryEvidence,
  StatementFindings,
} from '../../../../../shared/contracts/slow-query-report.ts';
import { summariseSlowQueries } from '../../../../../shared/domain/logs/summary.ts';

const quiet: StatementFindings = {
  ...{ database: 'orders', begin: '2026-11-28T11:00:00.000Z', end: '2026-11-29T11:00:00.000Z', isReset: false },
  ...{ top: [], slowed: [], evictions: 0, evicted: [], evictedInAll: 0, unexplained: 0.1, gaps: [] },
};
const slowed = {
  ...{ queryId: '17', text: 'select * from orders where id = $1', day: { calls: 10, milliseconds: 900 } },
  ...{ before: { calls: 10, milliseconds: 300 }, change: 3, monthChange: null },
};
const log = (kind?: LogKind): LogFindings => ({
  ...{ instanceId: 'orders-prod', from: '2026-11-28T11:00:00.000Z', to: '2026-11-29T11:00:00.000Z', bytes: 100 },
  kinds: kind === undefined ? [] : [{ kind, count: 4, last: '2026-11-29T10:00:00.000Z', messages: [] }],
  gaps: [],
});
const evidence = (change: Partial<SlowQueryEvidence>): SlowQueryEvidence => ({
  ...{ schemaVersion: 1, workflow: 'slow-query-report', stage: 'prod', databases: [quiet], instances: [log()] },
  ...{ execution: { name: 'run-1', startedAt: '2026-11-29T11:00:00.000Z' }, failures: [] },
  ...change,
});
const severityOf = (change: Partial<SlowQueryEvidence>) => summariseSlowQueries(evidence(change)).severity;

describe('who hears of a report of slow queries', () => {
  test('nobody, of a quiet day', () => {
    const { severity, subject, text } = summariseSlowQueries(evidence({}));
    assert.deepEqual(
      [severity, subject, text],
      ['P4', 'slow-query report: no statement has slowed', 'nothing to report'],
    );
    for (const kind of ['connection', 'timeout', 'other error', 'slow statement'] as const)
      assert.equal(severityOf({ instances: [log(kind)] }), 'P4');
  });

  test('somebody this week, of a statement that slowed, of deadlocks, of a vacuum that failed, of gaps', () => {
    const gap = { subject: 'log of orders-prod', reason: 'it is too long', remedy: null };
    assert.equal(severityOf({ databases: [{ ...quiet, slowed: [slowed] }] }), 'P3');
    assert.equal(severityOf({ databases: [{ ...quiet, gaps: [gap] }] }), 'P3');
    assert.equal(severityOf({ instances: [{ ...log(), gaps: [gap] }] }), 'P3');
    assert.equal(severityOf({ failures: [{ state: 'ReadServerLogs', error: 'E', cause: 'c' }] }), 'P3');
    for (const kind of ['deadlock', 'vacuum', 'resources'] as const)
      assert.equal(severityOf({ instances: [log(kind)] }), 'P3');
  });

  test('somebody today, of damaged pages', () => {
    const { severity, subject } = summariseSlowQueries(evidence({ instances: [log('damage')] }));
    assert.deepEqual([severity, subject], ['P2', 'slow-query report: a server reports DAMAGED pages']);
  });

  test('in lines that name the statement, what was evicted and what is missing, and never in too many', () => {
    const gap = { subject: 'texts of orders', reason: 'too slow', remedy: null };
    const { subject, text } = summariseSlowQueries(
      evidence({ databases: [{ ...quiet, slowed: [slowed], evictions: 2, evictedInAll: 9, gaps: [gap] }] }),
    );
    assert.equal(subject, 'slow-query report, in part: a statement has SLOWED');
    assert.match(text, /slowed: orders, 3\.0 times as long a call, select \* from orders where id = \$1/);
    assert.match(text, /evicted: orders, 9 statements/);
    assert.match(text, /gap: texts of orders: too slow/);
    const many = evidence({ databases: [{ ...quiet, slowed: Array.from({ length: 40 }, () => slowed) }] });
    const lines = summariseSlowQueries(many).text.split('\n');
    assert.deepEqual([lines.length, lines.at(-1)], [13, '… and 28 more in the report']);
  });
});
