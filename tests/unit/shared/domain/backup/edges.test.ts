import assert from 'node:assert/strict';
import type { Evidence } from '../../../../../shared/contracts/backup-and-verify.ts';
import type { BackupRun } from '../../../../../shared/contracts/nightly-backup.ts';
import { assessBackup, fleetSummary, nightSeverity, unprovenLines } from '../../../../../shared/domain/backup/fleet.ts';
import { backupHealth } from '../../../../../shared/domain/backup/health.ts';
import { isOddInHistory } from '../../../../../shared/domain/backup/history.ts';
import { whyNotProvenHere } from '../../../../../shared/domain/backup/proof-tags.ts';
import { readableFailure } from '../../../../../shared/domain/backup/readable-failure.ts';
import {
  isTwinOfVerified,
  isVerified,
  type KeptSnapshot,
  planRetention,
  whyNotOurBackup,
} from '../../../../../shared/domain/backup/retention.ts';
import { backupTags, tagKeys } from '../../../../../shared/domain/resource/throw-away.ts';
import { evidenceWith } from '../../../../support/evidence-sample.ts';

/** Edges and words that drawn examples meet by chance only: each by itself. */
const sample = evidenceWith((place) => place);
const planned = { database: 'own', executionName: 'night-own' };
const succeeded: BackupRun = { database: 'own', status: 'SUCCEEDED', error: null, cause: null };
const entryOf = (verdict: Evidence['verdict'] | undefined, run: BackupRun | undefined = succeeded) =>
  assessBackup(planned, run, verdict === undefined ? undefined : { key: 'e', evidence: { ...sample, verdict } }, null);

describe('a database of a night', () => {
  test('is proven by both words that prove, and by no other', () => {
    const proven = (['exact', 'bounded', 'unbracketed', 'failed', undefined] as const).map(
      (one) => entryOf(one).isProven,
    );
    assert.deepEqual(proven, [true, true, false, false, false]);
  });

  test('is reported with its seconds and its evidence, or with neither', () => {
    const { seconds, evidenceKey } = entryOf('exact');
    const { startedAt, recordedAt } = sample.execution;
    assert.deepEqual([seconds, evidenceKey], [(Date.parse(recordedAt) - Date.parse(startedAt)) / 1000, 'e']);
    const without = entryOf(undefined);
    assert.deepEqual([without.seconds, without.evidenceKey], [null, null]);
    assert.equal(without.reason, 'its execution succeeded, and there is no evidence of it');
    const failed = { ...succeeded, status: 'FAILED' as const };
    assert.equal(entryOf(undefined, failed).reason, 'no error is given');
    assert.equal(entryOf(undefined, { ...failed, error: 'E', cause: 'why' }).reason, 'E: why');
  });

  test('calls a person unless it is proven, or held for its cost', () => {
    const [good, bad] = [entryOf('exact'), entryOf('failed')];
    const held = { ...bad, isHeld: true };
    const failure = { state: 'S', error: 'E', cause: '' };
    assert.deepEqual(
      [[good], [good, held], [held], [good, held, bad], []].map((night) => nightSeverity(night, null)),
      ['P4', 'P2', 'P2', 'P1', 'P1'],
    );
    assert.equal(nightSeverity([good], failure), 'P1');
  });

  test('is one of twenty names of a line, and of a line each in the message', () => {
    const night = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        ...entryOf('failed'),
        database: `d${index}`,
        reason: `r${index}\nmore`,
      }));
    assert.match(fleetSummary(night(20), null), /^20 of 20 backups are not proven: d0, .*, d19$/);
    assert.match(fleetSummary(night(21), null), /, d19 and 1 more$/);
    assert.deepEqual(unprovenLines([...night(2), entryOf('exact')]), ['d0: r0', 'd1: r1']);
    assert.deepEqual(unprovenLines([]), []);
    const long = night(900).map((one) => ({ ...one, reason: 'x'.repeat(10_000) }));
    assert.ok(unprovenLines(long.slice(0, 3)).every((line) => line.length <= 310 && line.length > 280));
    assert.ok(Buffer.byteLength(unprovenLines(long).join('\n')) < 200_000);
    const crowd = Array.from({ length: 20_000 }, (_, index) => ({
      ...entryOf('failed'),
      database: `database-${index}`,
    }));
    assert.equal(unprovenLines(crowd).at(-1), 'database-19999', 'there is room for all names');
  });
});

describe('the health of backups', () => {
  const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
  const past = (verdict: string, sourceBytes: number | null) => ({
    startedAt: at(1),
    recordedAt: at(2),
    sourceBytes,
    verdict,
  });
  const isSizeOdd = (history: readonly ReturnType<typeof past>[]) =>
    backupHealth(
      'own',
      { snapshots: [], latestRestorableTime: undefined, latestReplicatedTime: undefined, history },
      new Date(at(3)),
    ).isSizeOdd;

  test('is seen in runs that proved something, exact or bounded', () => {
    const usual = Array.from({ length: 8 }, (_, run) => past(run % 2 === 0 ? 'exact' : 'bounded', 1000));
    assert.equal(isSizeOdd([...usual, past('exact', 9000)]), true);
    assert.equal(isSizeOdd([...usual, past('bounded', 9000)]), true);
    assert.equal(isSizeOdd([...usual, past('failed', 9000)]), false, 'it proved nothing');
    assert.equal(
      isSizeOdd([...usual.slice(2), past('failed', 1), past('exact', 9000)]),
      false,
      'six runs are no history',
    );
  });

  test('needs seven earlier runs, looks at fourteen, and leaves out what has no size', () => {
    const of = (...values: number[]) => isOddInHistory(values);
    const same = (count: number) => Array.from({ length: count }, () => 100);
    assert.equal(of(...same(6), 900), false);
    assert.equal(of(...same(7), 900), true);
    assert.equal(of(...same(7), 0), false);
    assert.equal(of(...same(6), 0, 900), false);
    assert.equal(of(...same(7), 0, 900), true);
    assert.equal(of(), false);
    const before = Array.from({ length: 40 }, () => 100_000);
    assert.equal(of(...before, ...same(14), 100), false, 'what was before the fourteen is forgotten');
  });
});

describe('a snapshot of ours', () => {
  const tags = backupTags('own', 'night');
  const verdict = (text: string) => ({ status: 'available', tags: { ...tags, [tagKeys.verdict]: text } });

  test('is verified by the whole word, while it is available', () => {
    assert.deepEqual(
      ['exact', 'bounded', 'inexact', 'exactly', 'unbounded', ''].map((text) => isVerified(verdict(text))),
      [...[true, true, false, false, false, false]],
    );
    assert.equal(isVerified({ ...verdict('exact'), status: 'failed' }), false);
    for (const key of [tagKeys.originVerdict, tagKeys.copyVerdict]) {
      assert.equal(isTwinOfVerified({ status: 'available', tags: { ...tags, [key]: 'bounded' } }), true);
      assert.equal(isTwinOfVerified({ status: 'available', tags: { ...tags, [key]: 'unbounded' } }), false);
      assert.equal(isTwinOfVerified({ status: 'creating', tags: { ...tags, [key]: 'exact' } }), false);
    }
  });

  test('is ours by every tag, and proven here by its own run only', () => {
    const id = 'gd-backup-own-1-1';
    for (const key of [tagKeys.madeBy, tagKeys.purpose, tagKeys.database]) {
      const { [key]: _, ...rest } = tags as Record<string, string>;
      assert.notEqual(whyNotOurBackup({ id, tags: rest }), undefined, key);
    }
    const run = { executionName: 'night', database: 'own' };
    assert.equal(whyNotProvenHere({ id, tags }, run), undefined);
    assert.equal(whyNotProvenHere({ id, tags }, { ...run, database: 'other' }), "is of database 'own', not of 'other'");
    const { [tagKeys.execution]: _, ...nobodys } = tags as Record<string, string>;
    assert.match(whyNotProvenHere({ id, tags: nobodys }, run) ?? '', /execution 'none', not to 'night'/);
  });

  test('is one of two that are as old by its name, in whatever order they are listed', () => {
    const rule = { dailyDays: 1, monthlyDays: 366, mostDeletions: 10, timeZone: 'UTC' };
    const takenAt = new Date('2026-01-15T00:00:00Z');
    const of = (id: string): KeptSnapshot => ({
      id,
      status: 'available',
      takenAt,
      tags: { ...tags, [tagKeys.verdict]: 'exact' },
    });
    const [one, other] = [of('gd-backup-own-a-1'), of('gd-backup-own-b-1')];
    const kept = (...listed: readonly KeptSnapshot[]) =>
      planRetention(listed, rule, new Date('2026-02-15T00:00:00Z'))
        .filter(({ action }) => action === 'keep')
        .map(({ snapshotId }) => snapshotId);
    assert.deepEqual(kept(one, other), [other.id]);
    assert.deepEqual(kept(other, one), [other.id]);
    const unknown = { ...of('gd-backup-own-c-1'), takenAt: undefined };
    assert.deepEqual(kept(unknown, one, other), [unknown.id, other.id]);
  });
});

test('a failure is read as the message of its function, and any other as it is', () => {
  const failure = { state: 'S', error: 'E', cause: '{"errorMessage":"why","trace":[]}' };
  assert.deepEqual(readableFailure(failure), { ...failure, cause: 'why' });
  for (const cause of ['why', '{"errorMessage":5}', '{}', ''])
    assert.deepEqual(readableFailure({ ...failure, cause }), { ...failure, cause });
  assert.equal(readableFailure(null), null);
});
