import assert from 'node:assert/strict';
import { slowQueryReport } from '../../../../shared/report/slow-queries/slow-query-report.ts';
import { slowDatabase, slowDay, troubledLog } from './slow-query-sample.ts';

const pageOf = (change = {}) => slowQueryReport(slowDay(change), 'America/New_York');

describe('the page of slow queries', () => {
  test('names what slowed, how much, what was evicted and what the log has, and escapes all of it', () => {
    const page = pageOf();
    assert.match(page, /<strong>One statement has slowed<\/strong>/);
    assert.match(page, /× 3\.40/);
    assert.match(page, /3 times the server made room: 412 statements/);
    assert.match(page, /The statements explain 87 % of the time/);
    assert.match(page, /its text is not known/);
    assert.match(page, /ERROR: deadlock detected/);
    assert.doesNotMatch(page, /<b>log|<i>t<\/i>/);
  });

  test('says what it does not know: a first day, a reset, an activity without a share, a part that failed', () => {
    const first = { ...slowDatabase, begin: null, slowed: [], top: [], evictions: 0, gaps: [] };
    assert.match(pageOf({ databases: [first] }), /There is no sample of a day before yet/);
    assert.match(pageOf({ databases: [{ ...slowDatabase, isReset: true }] }), /counters were reset within the day/);
    assert.match(
      pageOf({ databases: [{ ...slowDatabase, unexplained: null }] }),
      /the statements explain is not known/,
    );
    const failures = [{ state: 'ReadServerLogs', error: 'AccessDeniedError', cause: 'role may not read log' }];
    const page = pageOf({ failures, instances: [] });
    assert.match(page, /class="verdict bad"/);
    assert.match(page, /Not done: ReadServerLogs, AccessDeniedError: role may not read log/);
  });

  test('says of a quiet day that it was one', () => {
    const quiet = { ...slowDatabase, slowed: [], evictions: 0, gaps: [] };
    const page = pageOf({ databases: [quiet], instances: [{ ...troubledLog, kinds: [] }] });
    assert.match(page, /class="verdict good"><strong>No statement has slowed/);
    assert.match(page, /No trouble in 12\.0 MB of it/);
  });
});
