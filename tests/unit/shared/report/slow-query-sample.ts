import type {
  LogFindings,
  ReportedStatement,
  SlowQueryEvidence,
  StatementFindings,
} from '../../../../shared/contracts/slow-query-report.ts';

const statement = (queryId: string, text: string | null, change: number | null): ReportedStatement => ({
  ...{ queryId, text, change, monthChange: change === null ? null : change * 1.1 },
  day: { calls: 12_345, milliseconds: 987_654 },
  before: change === null ? null : { calls: 12_000, milliseconds: 987_654 / change },
});

export const slowDatabase: StatementFindings = {
  ...{ database: 'fantasy', begin: '2026-11-28T11:00:00.000Z', end: '2026-11-29T11:00:00.000Z', isReset: false },
  slowed: [
    statement(
      '-8234567890123456789',
      `select * from stats.stat_lines where ${'game_id = $1 or '.repeat(20)}false`,
      3.4,
    ),
  ],
  top: [
    statement('17', 'insert into audit."<b>log</b>" values ($1, $2)', 1.02),
    statement('4', null, null),
    statement('5', `select ${'x'.repeat(300)}`, 1),
  ],
  ...{ evictions: 3, evictedInAll: 412, unexplained: 0.13 },
  evicted: [{ queryId: '99', text: 'select column_17 from t', calls: 9, milliseconds: 1234 }],
  gaps: [
    {
      subject: 'texts of fantasy',
      reason: 'canceling statement due to statement timeout',
      remedy: 'Earlier texts are shown.',
    },
  ],
};

export const troubledLog: LogFindings = {
  ...{ instanceId: 'fantasy-prod', from: '2026-11-28T11:00:00.000Z', to: '2026-11-29T11:00:00.000Z', bytes: 1.2e7 },
  kinds: [
    {
      ...{ kind: 'deadlock', count: 2, last: '2026-11-29T10:00:00.000Z' },
      messages: [{ text: 'ERROR: deadlock detected', count: 2 }],
    },
    {
      ...{ kind: 'other error', count: 71, last: '2026-11-29T10:30:00.000Z' },
      messages: [
        { text: `ERROR: duplicate key value violates unique constraint "${'a_long_name_'.repeat(8)}"`, count: 70 },
        { text: 'ERROR: relation "<i>t</i>" does not exist at character #', count: 1 },
      ],
    },
  ],
  gaps: [],
};

export const slowDay = (change: Partial<SlowQueryEvidence> = {}): SlowQueryEvidence => ({
  ...{ schemaVersion: 1, workflow: 'slow-query-report', stage: 'prod', failures: [] },
  execution: { name: 'run-1', startedAt: '2026-11-29T11:00:00.000Z' },
  databases: [slowDatabase],
  instances: [troubledLog],
  ...change,
});
