import assert from 'node:assert/strict';
import { backupHealth } from '../../../../../shared/domain/backup/health.ts';
import { backupTags, tagKeys } from '../../../../../shared/domain/resource/throw-away.ts';

const now = new Date('2026-03-02T12:00:00Z');
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
const snapshot = (hours: number, verdict: string | undefined, change = {}) => ({
  id: `gd-backup-fantasy-${hours}-1`,
  status: 'available',
  takenAt: hoursAgo(hours),
  tags: { ...backupTags('fantasy', 'night'), ...(verdict === undefined ? {} : { [tagKeys.verdict]: verdict }) },
  ...change,
});
const nothing = { snapshots: [], latestRestorableTime: undefined, latestReplicatedTime: undefined, history: [] };
const hoursOf = (...snapshots: ReturnType<typeof snapshot>[]) =>
  backupHealth('fantasy', { ...nothing, snapshots }, now).verifiedHours;

describe('the age of the newest verified snapshot', () => {
  test('is that of the newest one that a proof called exact or bounded', () => {
    assert.equal(hoursOf(snapshot(50, 'exact'), snapshot(26, 'bounded'), snapshot(74, 'exact')), 26);
  });

  test('counts an original whose copy was verified, which was not proven here', () => {
    const original = snapshot(5, undefined, {
      tags: { ...backupTags('fantasy', 'night'), [tagKeys.copyVerdict]: 'exact' },
    });
    const snapshots = [original, snapshot(29, 'exact')];
    const { verifiedHours, provenHereHours } = backupHealth('fantasy', { ...nothing, snapshots }, now);
    assert.deepEqual([verifiedHours, provenHereHours], [5, 29]);
    assert.equal(backupHealth('fantasy', { ...nothing, snapshots: [original] }, now).provenHereHours, undefined);
  });

  test('in another region is that of the newest copy whose original was', () => {
    const copy = (hours: number, verdict: string) =>
      snapshot(hours, undefined, { tags: { ...backupTags('fantasy', 'night'), [tagKeys.originVerdict]: verdict } });
    assert.equal(hoursOf(copy(50, 'exact'), copy(26, 'bounded'), copy(2, 'failed'), snapshot(1, undefined)), 26);
  });

  test('is not made younger by a snapshot that is unproven, not available, foreign or of another database', () => {
    const others = [
      snapshot(1, undefined),
      snapshot(2, 'failed'),
      snapshot(3, 'unbracketed'),
      snapshot(4, 'exact', { status: 'failed' }),
      snapshot(5, 'exact', { id: 'by-hand' }),
      snapshot(6, 'exact', { tags: { [tagKeys.verdict]: 'exact', [tagKeys.database]: 'fantasy' } }),
      snapshot(7, 'exact', { tags: { ...backupTags('own', 'night'), [tagKeys.verdict]: 'exact' } }),
      snapshot(8, 'exact', { takenAt: undefined }),
    ];
    assert.equal(hoursOf(...others), undefined);
    assert.equal(hoursOf(...others, snapshot(30, 'exact')), 30);
  });
});

test('the newest restorable moment, and that of the replicated backups, are reported in seconds, and not when there is none', () => {
  const seconds = (latestRestorableTime: Date | undefined, latestReplicatedTime: Date | undefined) => {
    const found = { ...nothing, latestRestorableTime, latestReplicatedTime };
    const { restorableSeconds, replicatedSeconds } = backupHealth('fantasy', found, now);
    return [restorableSeconds, replicatedSeconds];
  };
  assert.deepEqual(seconds(hoursAgo(1), hoursAgo(2)), [3600, 7200]);
  assert.deepEqual(seconds(undefined, hoursAgo(2)), [undefined, 7200]);
  assert.deepEqual(seconds(hoursAgo(1), undefined), [3600, undefined]);
});

test('size and duration are compared with the runs that proved something, each for itself', () => {
  const run = (change = {}) => ({
    startedAt: '2026-03-01T08:30:00Z',
    recordedAt: '2026-03-01T09:00:00Z',
    sourceBytes: 1e9,
    verdict: 'exact',
    ...change,
  });
  const usual = Array.from({ length: 9 }, () => run());
  const oddOf = (last: object) => {
    const { isSizeOdd, isDurationOdd } = backupHealth('fantasy', { ...nothing, history: [...usual, run(last)] }, now);
    return [isSizeOdd, isDurationOdd];
  };
  assert.deepEqual(oddOf({}), [false, false]);
  assert.deepEqual(oddOf({ sourceBytes: 4e8 }), [true, false]);
  assert.deepEqual(oddOf({ recordedAt: '2026-03-01T10:30:00Z' }), [false, true]);
  assert.deepEqual(oddOf({ verdict: 'failed', sourceBytes: null }), [false, false]);
});
