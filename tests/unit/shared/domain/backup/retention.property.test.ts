import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  isTwinOfVerified,
  isVerified,
  type KeptSnapshot,
  planRetention,
  type RetentionRule,
  whyNotOurBackup,
} from '../../../../../shared/domain/backup/retention.ts';
import { backupSnapshotId, backupTags, tagKeys } from '../../../../../shared/domain/resource/throw-away.ts';

const day = 86_400_000;
const start = Date.parse('2025-01-15T08:30:00Z');
const rule: RetentionRule = { dailyDays: 7, monthlyDays: 366, mostDeletions: 5, timeZone: 'America/New_York' };
const nights = 400;

type Night = {
  /** Nothing is taken. */
  readonly gap: boolean;
  /** `copied`: the original of this copy was proven, the copy was not restored. */
  readonly outcome: 'exact' | 'bounded' | 'failed' | 'unbracketed' | 'none' | 'broken' | 'copied';
  readonly hold: boolean;
  /** Hours by which the night's run is late or early. */
  readonly offset: number;
  /** Retention does not run, or its clock is wrong by so many days. */
  readonly clock: number | null;
};

const night: fc.Arbitrary<Night> = fc.record({
  gap: fc.boolean(),
  outcome: fc.constantFrom('exact', 'bounded', 'exact', 'copied', 'copied', 'failed', 'unbracketed', 'none', 'broken'),
  hold: fc.integer({ min: 0, max: 60 }).map((value) => value === 0),
  offset: fc.integer({ min: -20, max: 20 }),
  clock: fc.oneof(
    { arbitrary: fc.constant(0), weight: 30 },
    { arbitrary: fc.constant(null), weight: 4 },
    { arbitrary: fc.constantFrom(-400, -3, -0.05, 0.05, 3, 40, 4000), weight: 1 },
  ),
});
/** Long quiet or broken stretches are what a fair coin never draws. */
const history = fc
  .array(
    fc.record({
      length: fc.integer({ min: 1, max: 60 }),
      kind: fc.constantFrom('mixed', 'sound', 'silent', 'unproven', 'copied'),
      nights: fc.array(night, { minLength: 60, maxLength: 60 }),
    }),
    { minLength: 8, maxLength: 30 },
  )
  .map((stretches) =>
    stretches
      .flatMap(({ length, kind, nights: drawn }) =>
        drawn.slice(0, length).map((one): Night => {
          if (kind === 'sound') return { ...one, gap: false, outcome: 'exact' };
          if (kind === 'copied') return { ...one, gap: false, outcome: 'copied' };
          if (kind === 'silent') return { ...one, gap: true };
          return kind === 'unproven' ? { ...one, gap: false, outcome: 'failed' } : { ...one, gap: one.gap && one.hold };
        }),
      )
      .slice(0, nights),
  );

const snapshotOf = (number: number, { outcome, hold, offset }: Night): KeptSnapshot => {
  const execution = `night-${number}`;
  const verdict =
    outcome === 'none' || outcome === 'broken'
      ? {}
      : outcome === 'copied'
        ? { [number % 2 === 0 ? tagKeys.originVerdict : tagKeys.copyVerdict]: 'bounded' }
        : { [tagKeys.verdict]: outcome };
  return {
    id: backupSnapshotId('fantasy', execution, 1),
    status: outcome === 'broken' ? 'failed' : 'available',
    takenAt: new Date(start + number * day + offset * 3_600_000),
    tags: { ...backupTags('fantasy', execution), ...verdict, ...(hold ? { [tagKeys.hold]: 'audit' } : {}) },
  };
};

type Moment = { readonly before: readonly KeptSnapshot[]; readonly after: readonly KeptSnapshot[]; readonly now: Date };

/** Lets retention run over a history, night by night, and hands every moment to `look`. */
function live(nightsOf: readonly Night[], look: (moment: Moment) => void): readonly KeptSnapshot[] {
  let shelf: readonly KeptSnapshot[] = [];
  for (const [number, one] of nightsOf.entries()) {
    if (!one.gap) shelf = [...shelf, snapshotOf(number, one)];
    if (one.clock === null) continue;
    const now = new Date(start + (number + one.clock) * day + 6 * 3_600_000);
    const deleted = new Set(
      planRetention(shelf, rule, now)
        .filter(({ action }) => action === 'delete')
        .map(({ snapshotId }) => snapshotId),
    );
    const after = shelf.filter(({ id }) => !deleted.has(id));
    look({ before: shelf, after, now });
    shelf = after;
  }
  return shelf;
}

const newest = (snapshots: readonly KeptSnapshot[]) =>
  snapshots.toSorted((one, other) => Number(other.takenAt) - Number(one.takenAt))[0];

describe('retention over 400 nights with gaps, holds, failed verifications and wrong clocks', () => {
  test('never leaves a database without a verified snapshot while it had one, and keeps the newest', () => {
    fc.assert(
      fc.property(history, (drawn) => {
        live(drawn, ({ before, after }) => {
          const best = newest(before.filter(isVerified));
          const left = newest(after.filter(isVerified));
          assert.equal(left?.takenAt?.getTime(), best?.takenAt?.getTime(), `the newest verified ${best?.id} is gone`);
        });
      }),
      { numRuns: 60 },
    );
  });

  test('never deletes the newest copy or original of a snapshot that was verified elsewhere, whatever else was verified here', () => {
    fc.assert(
      fc.property(history, (drawn) => {
        live(drawn, ({ before, after }) => {
          const best = newest(before.filter(isTwinOfVerified));
          const left = newest(after.filter(isTwinOfVerified));
          assert.equal(left?.takenAt?.getTime(), best?.takenAt?.getTime(), `the newest copy ${best?.id} is gone`);
        });
      }),
      { numRuns: 60 },
    );
  });

  test('never deletes a hold, a snapshot of the last seven days, nor more than the bound at once', () => {
    fc.assert(
      fc.property(history, (drawn) => {
        live(drawn, ({ before, after, now }) => {
          const gone = before.filter((snapshot) => !after.includes(snapshot));
          assert.ok(gone.length <= rule.mostDeletions);
          for (const { tags, takenAt, id } of gone) {
            assert.equal(tags[tagKeys.hold], undefined, id);
            assert.ok(now.getTime() - Number(takenAt) > rule.dailyDays * day, id);
          }
        });
      }),
      { numRuns: 60 },
    );
  });

  test('keeps a verified snapshot of every month that had one, for a year', () => {
    fc.assert(
      fc.property(
        history.map((drawn) => drawn.map((one): Night => ({ ...one, clock: one.clock === null ? null : 0 }))),
        (drawn) => {
          const had = new Set<string>();
          const left = live(drawn, ({ before }) => {
            for (const snapshot of before.filter(isVerified)) had.add(monthOf(snapshot));
          });
          const kept = new Set(left.filter(isVerified).map(monthOf));
          const end = start + drawn.length * day;
          for (const month of had) {
            const isRecent = end - Date.parse(`${month}-01T12:00:00Z`) < (rule.monthlyDays - 1) * day;
            if (isRecent) assert.ok(kept.has(month), `nothing verified is left of ${month}`);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('does not grow: a sound year leaves eight dailies and a snapshot for each month, of copies too', () => {
    for (const outcome of ['exact', 'copied'] as const) {
      const sound: Night = { gap: false, outcome, hold: false, offset: 0, clock: 0 };
      let most = 0;
      const left = live(Array(nights).fill(sound), ({ after }) => {
        most = Math.max(most, after.length);
      });
      assert.ok(most <= 8 + 14, `${most} snapshots at once`);
      assert.equal(new Set(left.map(monthOf)).size, 13);
    }
  });

  test('decides the same whatever the order of the listing', () => {
    fc.assert(
      fc.property(history, fc.integer(), (drawn, seed) => {
        const shelf = drawn.slice(0, 60).map((one, number) => snapshotOf(number, one));
        const now = new Date(start + 62 * day);
        const shuffled = shelf.toSorted((one, other) => (one.id + seed < other.id + seed ? -1 : 1) * (seed % 2 || 1));
        const byId = (decisions: ReturnType<typeof planRetention>) =>
          Object.fromEntries(decisions.map(({ snapshotId, action, reason }) => [snapshotId, { action, reason }]));
        assert.deepEqual(byId(planRetention(shuffled, rule, now)), byId(planRetention(shelf, rule, now)));
      }),
      { numRuns: 100 },
    );
  });

  test('touches nothing that this system did not make, whatever it is called and tagged', () => {
    const foreign = fc.record({
      id: fc.oneof(fc.string(), fc.constantFrom('before-the-release', 'gd-backup-fantasy-1-1', 'rds:fantasy-prod-1')),
      status: fc.constantFrom('available', 'failed'),
      takenAt: fc.constant(new Date(start)),
      tags: fc.dictionary(
        fc.oneof(fc.constantFrom(...Object.values(tagKeys)), fc.string()),
        fc.oneof(fc.constantFrom('pg-gameday', 'backup', 'exact', 'throw-away copy'), fc.string()),
      ),
    });
    fc.assert(
      fc.property(fc.array(foreign), (snapshots) => {
        const named = new Set(planRetention(snapshots, rule, new Date(start + 800 * day)).map((one) => one.snapshotId));
        for (const snapshot of snapshots) {
          if (
            whyNotOurBackup(snapshot) !== undefined &&
            !snapshots.some((other) => other.id === snapshot.id && other !== snapshot)
          )
            assert.equal(named.has(snapshot.id), false);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a single decision of retention', () => {
  const aged = (days: number, more: Partial<Night> = {}) =>
    snapshotOf(-days, { gap: false, outcome: 'exact', hold: false, offset: 0, clock: 0, ...more });
  const now = new Date(start);
  const reasonOf = (snapshot: KeptSnapshot, others: readonly KeptSnapshot[] = [aged(0)]) => {
    const found = planRetention([snapshot, ...others], rule, now).find(({ snapshotId }) => snapshotId === snapshot.id);
    return `${found?.action}: ${found?.reason}`;
  };

  test('takes for its own only what bears its own name as the maker', () => {
    const tags = backupTags('fantasy', 'night');
    assert.equal(whyNotOurBackup({ id: 'gd-backup-fantasy-1-1', tags }), undefined);
    for (const maker of ['another', '', 'pg-gameday-2', 'PG-GAMEDAY'])
      assert.match(
        whyNotOurBackup({ id: 'gd-backup-fantasy-1-1', tags: { ...tags, [tagKeys.madeBy]: maker } }) ?? '',
        /lacks the tag pg-gameday:made-by=pg-gameday/,
      );
  });

  test('says why', () => {
    assert.equal(reasonOf(aged(3)), 'keep: is at most 7 days old');
    assert.equal(reasonOf(aged(9)), 'delete: is 9 days old and not the last of its month');
    assert.equal(reasonOf(aged(9, { hold: true })), 'keep: is on hold: audit');
    assert.equal(reasonOf(aged(9, { outcome: 'broken' })), 'delete: is 9 days old and failed: it cannot be restored');
    assert.equal(reasonOf(aged(15)), 'keep: is the last verified snapshot of 2024-12');
    assert.equal(reasonOf(aged(15, { outcome: 'failed' })), 'keep: is the last snapshot of 2024-12');
    assert.equal(
      reasonOf(aged(15, { outcome: 'failed' }), [aged(0), aged(16)]),
      'delete: is 15 days old and not the last of its month',
    );
    assert.equal(reasonOf(aged(380)), 'delete: is 380 days old, the last of 2024-01');
    assert.equal(reasonOf(aged(380), []), 'keep: is the newest verified snapshot of this region');
    assert.equal(
      reasonOf(aged(9, { outcome: 'none' }), [aged(0, { outcome: 'none' })]),
      'keep: no snapshot of the database is verified in this region',
    );
    const copies = [aged(0, { outcome: 'copied' })];
    assert.equal(
      reasonOf(aged(9, { outcome: 'copied' }), [aged(0)]),
      'keep: is the newest copy or original of a snapshot that was verified elsewhere',
    );
    assert.equal(reasonOf(aged(9, { outcome: 'none' }), copies), 'delete: is 9 days old and not the last of its month');
    assert.equal(
      reasonOf(aged(15, { outcome: 'copied' }), [...copies, aged(14, { outcome: 'none' })]),
      'keep: is the last snapshot of 2024-12',
    );
    assert.equal(reasonOf({ ...aged(9), status: 'copying' }), "keep: is 'copying'");
    assert.equal(reasonOf({ ...aged(9), takenAt: undefined }), 'keep: reports no creation time');
    assert.equal(reasonOf(aged(-9)), 'keep: is the newest verified snapshot of this region');
  });

  test('counts a month where the platform is: a snapshot of the 1st in UTC may be of the month before', () => {
    const newYear: KeptSnapshot = { ...aged(20), takenAt: new Date('2025-01-01T03:00:00Z') };
    assert.equal(planRetention([newYear, aged(0)], rule, now)[0]?.reason, 'is the last verified snapshot of 2024-12');
  });

  test('leaves to the next run what is more than one run may delete, oldest first', () => {
    const old = Array.from({ length: 8 }, (_, index) => aged(25 + index));
    const plan = planRetention([...old, aged(15), aged(0)], rule, now);
    const deleted = plan.filter(({ action }) => action === 'delete').map(({ snapshotId }) => snapshotId);
    assert.deepEqual(new Set(deleted), new Set(old.slice(-5).map(({ id }) => id)));
    assert.match(
      plan.find(({ snapshotId }) => snapshotId === old[1]?.id)?.reason ?? '',
      /; next time, because one run/,
    );
  });
});

const months = new Intl.DateTimeFormat('en-CA', { timeZone: rule.timeZone, year: 'numeric', month: '2-digit' });

function monthOf({ takenAt }: KeptSnapshot): string {
  return months.format(takenAt);
}
