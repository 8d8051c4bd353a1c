import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { WriterPause } from '../../../../../shared/contracts/witness.ts';
import { pauseLead, pauseLockDeadline, pauseMargin } from '../../../../../shared/deadlines.ts';
import { leavesRoom, nextPause, pauseOf, pauseText } from '../../../../../shared/domain/backup/pause.ts';

const pause: WriterPause = {
  ...{ at: '2026-03-01T05:00:07Z', milliseconds: 448.2, tries: 1, tables: 12, unlocked: [], beat: '9' },
};

describe('a pause of the writers', () => {
  test('is for a whole second that is near, and its locks are asked for shortly before that second', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 4e12, noNaN: true }), (now) => {
        const { wait, moment } = nextPause(now, pauseLead);
        assert.equal(moment % 1000, 0);
        assert.ok(wait >= 0 && wait < 1000, String(wait));
        assert.ok(Math.abs(now + wait + pauseLead - moment) < 0.01);
      }),
    );
  });

  test('is shorter than a second, when all its steps take as long as they may', () => {
    assert.ok(pauseLockDeadline < pauseLead);
    assert.ok(pauseLead + pauseMargin < 500);
  });

  test('leaves half of the locks of the server to others', () => {
    const table = { perTransaction: 64, connections: 100, prepared: 0 };
    assert.ok(leavesRoom(3200, table));
    assert.ok(!leavesRoom(3201, table));
    assert.ok(leavesRoom(3201, { ...table, prepared: 1 }));
  });

  test('is that of a copy only when its very moment was restored', () => {
    assert.equal(pauseOf({ pause }, { kind: 'moment', time: '2026-03-01T05:00:07Z' }), pause);
    const automatedBackupArn = 'arn:aws:rds:us-west-2:123456789012:auto-backup:ab-1';
    assert.equal(pauseOf({ pause }, { kind: 'replicated-moment', time: pause.at, automatedBackupArn }), pause);
    assert.equal(pauseOf({ pause }, { kind: 'moment', time: '2026-03-01T05:00:08Z' }), undefined);
    assert.equal(pauseOf({ pause }, { kind: 'moment', time: 'latest' }), undefined);
    assert.equal(pauseOf({ pause }, { kind: 'snapshot', snapshotId: 'gd-backup-1' }), undefined);
    assert.equal(pauseOf({}, { kind: 'moment', time: pause.at }), undefined);
    assert.equal(pauseOf({ pause: { missed: 'x', tries: 3 } }, { kind: 'moment', time: pause.at }), undefined);
  });

  test('is reported with its length, or with what kept the night from it', () => {
    assert.equal(pauseText(pause), 'writers paused for 449 ms until 2026-03-01T05:00:07Z');
    assert.equal(
      pauseText({ ...pause, unlocked: ['stats.averages'] }),
      'writers paused for 449 ms until 2026-03-01T05:00:07Z, 1 relation not locked',
    );
    assert.equal(pauseText({ missed: 'a reason', tries: 12 }), 'writers did not pause: a reason');
    assert.equal(pauseText(undefined), undefined);
  });
});
