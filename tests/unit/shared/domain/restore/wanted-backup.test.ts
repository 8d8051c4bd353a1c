import assert from 'node:assert/strict';
import {
  type Backups,
  chooseBackup,
  type FoundSnapshot,
  secondBefore,
} from '../../../../../shared/domain/restore/wanted-backup.ts';
import { witnessOf } from '../../../../../shared/domain/restore/witness-of.ts';

const at = (text: string) => new Date(text);
const snapshot = (id: string, change: Partial<FoundSnapshot> = {}): FoundSnapshot => ({
  ...{ id, instanceId: 'own-dev', status: 'available', storageGb: 20, engineVersion: '18.4', tags: {} },
  createdAt: at('2026-03-01T03:00:00Z'),
  ...change,
});
const window = {
  ...{ arn: 'arn:aws:rds:us-west-2:123456789012:auto-backup:ab-1', isReplicated: false },
  earliest: at('2026-02-22T03:00:00Z'),
  latest: at('2026-03-01T05:00:00.900Z'),
};
const backups = (change: Partial<Backups> = {}): Backups => ({
  ...{ instance: 'own-dev', region: 'us-east-1', window, snapshots: [], now: at('2026-03-01T05:05:00Z') },
  ...change,
});
const refusalOf = (...[wanted, found]: Parameters<typeof chooseBackup>) => {
  const chosen = chooseBackup(wanted, found);
  assert.ok('refusal' in chosen, JSON.stringify(chosen));
  return `${chosen.refusal.reason} / ${chosen.refusal.remedy}`;
};

describe('what a restore is to bring back', () => {
  test('is the second before a moment, for a second brings back what committed within it', () => {
    assert.equal(secondBefore('2026-03-01T05:00:00Z'), '2026-03-01T04:59:59Z');
    assert.equal(secondBefore('2026-03-01T05:00:00.000Z'), '2026-03-01T04:59:59Z');
    assert.equal(secondBefore('2026-03-01T05:00:00.001Z'), '2026-03-01T05:00:00Z');
    assert.deepEqual(chooseBackup({ justBefore: '2026-03-01T05:00:00Z' }, backups()), {
      backup: { kind: 'moment', time: '2026-03-01T04:59:59Z' },
      newestMoment: at('2026-03-01T04:59:59Z'),
      notes: [],
    });
  });

  test('is one moment, even when the latest is asked for: a second call means the same', () => {
    const latest = chooseBackup({ at: 'latest' }, backups());
    assert.ok('backup' in latest);
    assert.deepEqual(latest.backup, { kind: 'moment', time: '2026-03-01T05:00:00Z' });
  });

  test('comes from replicated backups where the instance is not', () => {
    const chosen = chooseBackup({ at: 'latest' }, backups({ window: { ...window, isReplicated: true } }));
    assert.ok('backup' in chosen);
    assert.deepEqual(chosen.backup, {
      ...{ kind: 'replicated-moment', time: '2026-03-01T05:00:00Z', automatedBackupArn: window.arn },
    });
  });

  test('is refused with the range that can be restored', () => {
    const range = /Restorable is 2026-02-22T03:00:00Z to 2026-03-01T05:00:00Z/;
    for (const [moment, why] of [
      ['2999-01-01T00:00:00Z', /lies in the future/],
      ['2026-03-01T05:02:00Z', /its log is not archived yet/],
      ['2026-02-01T00:00:00Z', /before the oldest automated backup/],
    ] as const) {
      const text = refusalOf({ at: moment }, backups());
      assert.match(text, why);
      assert.match(text, range);
    }
    assert.match(
      refusalOf({ at: 'latest' }, backups({ window: undefined })),
      /no automated backups of 'own-dev' are kept/,
    );
    const { earliest: _, ...begun } = window;
    assert.match(refusalOf({ at: 'latest' }, backups({ window: begun })), /Wait for the first automated backup/);
  });

  test('is the newest snapshot of the instance that can be restored', () => {
    const snapshots = [
      snapshot('older', { createdAt: at('2026-02-27T03:00:00Z'), tags: { 'pg-gameday:verdict': 'exact' } }),
      snapshot('newest'),
      snapshot('creating', { status: 'creating', createdAt: at('2026-03-01T04:00:00Z') }),
      snapshot('of-another', { instanceId: 'other', createdAt: at('2026-03-01T04:30:00Z') }),
    ];
    const chosen = chooseBackup({ snapshot: 'newest' }, backups({ snapshots }));
    assert.ok('backup' in chosen);
    assert.deepEqual(chosen.backup, { kind: 'snapshot', snapshotId: 'newest' });
    assert.deepEqual(chosen.notes, ["no proof has looked at snapshot 'newest'; the newest that is proven is 'older'"]);
    const named = chooseBackup({ snapshot: 'older' }, backups({ snapshots }));
    assert.ok('backup' in named);
    assert.deepEqual([named.backup, named.notes], [{ kind: 'snapshot', snapshotId: 'older' }, []]);
    assert.match(refusalOf({ snapshot: 'creating' }, backups({ snapshots })), /is 'creating', expected 'available'/);
    assert.match(refusalOf({ snapshot: 'of-another' }, backups({ snapshots })), /is one of instance 'other'/);
    assert.match(
      refusalOf({ snapshot: 'gone' }, backups({ snapshots })),
      /does not exist in us-east-1 \/ Newest of 'own-dev' here are 'newest', 'older'/,
    );
    assert.match(refusalOf({ snapshot: 'newest' }, backups()), /no snapshot of 'own-dev' is available/);
    const bad = [snapshot('bad', { tags: { 'pg-gameday:verdict': 'failed' } })];
    const told = chooseBackup({ snapshot: 'newest' }, backups({ snapshots: bad }));
    assert.ok('notes' in told);
    assert.deepEqual(told.notes, ["the proof of snapshot 'bad' has found 'failed'"]);
  });
});

describe('the witness that restored rows are held against', () => {
  const candidate = {
    ...{ evidenceKey: 'e', snapshotId: 'newest', witnessKey: 'w', witnessSha256: 's', copiedTo: null, sourceBytes: 1 },
    ...{ createdAt: at('2026-03-01T03:00:00Z'), s2At: at('2026-03-01T03:00:10Z'), pause: null },
  };
  const of = (backup: Parameters<typeof witnessOf>[0]) => 'candidate' in witnessOf(backup, { found: [candidate] });

  test('is that of the snapshot, or of a run that has bracketed the moment', () => {
    assert.ok(of({ kind: 'snapshot', snapshotId: 'newest' }));
    assert.ok(!of({ kind: 'snapshot', snapshotId: 'other' }));
    const moment = (time: string) => of({ kind: 'moment', time });
    assert.deepEqual(
      ['02:59:59', '03:00:00', '03:00:09', '03:00:10'].map((time) => moment(`2026-03-01T${time}Z`)),
      [false, true, true, false],
    );
    const unread = witnessOf({ kind: 'snapshot', snapshotId: 'newest' }, { failed: 'AccessDeniedError: no' });
    assert.ok('note' in unread && unread.note.includes('AccessDeniedError'));
  });
});
