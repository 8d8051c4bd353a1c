import assert from 'node:assert/strict';
import { failbackReport } from '../../../../shared/report/dr/failback-report.ts';
import { failback } from './recovery-pages.ts';

test('the page of a failback says the same of both sides only when nothing differs', () => {
  const pageOf = (differing: string[]) =>
    failbackReport(
      { ...failback, compared: { tables: 38, rows: '31666', uncompared: 1, differing } },
      'America/New_York',
    );
  assert.match(pageOf([]), /31666 rows of 38 tables are the same; of 1 tables the replayed log is the proof/);
  assert.match(pageOf(['app.bets']), /DIFFER: app\.bets/);
  assert.doesNotMatch(pageOf(['app.bets']), /are the same/);
});
