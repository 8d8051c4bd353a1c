import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type NotTried,
  NotTriedKind,
  RestorePath,
  type TriedPath,
} from '../../../../../shared/contracts/restore-test.ts';
import { ladder, type RungReport } from '../../../../../shared/contracts/verification.ts';
import { assessTest } from '../../../../../shared/domain/restore/assess-test.ts';
import { assessTrial } from '../../../../../shared/domain/restore/assess-trial.ts';
import { mostOverdue, nextDue } from '../../../../../shared/domain/restore/due.ts';
import { holdToCaps } from '../../../../../shared/domain/restore/price.ts';
import { restoreTimes } from '../../../../../shared/domain/restore/times.ts';
import { trialOf, trialResult, triedPath } from './restore-test-sample.ts';

const path = fc.constantFrom(...RestorePath.options);
const tried: fc.Arbitrary<TriedPath> = fc
  .record({
    path,
    verdict: fc.constantFrom('exact', 'bounded', 'unbracketed', 'failed'),
    isInTime: fc.constantFrom(true, false, null),
    severity: fc.constantFrom('P1', 'P2', undefined),
  })
  .map(({ path, verdict, isInTime, severity }) =>
    triedPath(path, {
      verdict,
      isInTime,
      blame:
        severity === undefined || verdict === 'exact' || verdict === 'bounded'
          ? null
          : { blamed: 'the environment', severity, remedy: 'mend it' },
    }),
  );
const notTried: fc.Arbitrary<NotTried> = fc.record({
  path,
  kind: fc.constantFrom(...NotTriedKind.options),
  reason: fc.constant('a reason'),
});
const failure = fc.option(fc.constant({ state: 'TryPaths', error: 'States.Timeout', cause: 'none' }), { nil: null });

describe('a restore test', () => {
  test('is proven by what was verified and by nothing else', () => {
    fc.assert(
      fc.property(
        fc.array(tried, { maxLength: 4 }),
        fc.array(notTried, { maxLength: 4 }),
        failure,
        (all, left, broken) => {
          const { isProven, verdict, severity } = assessTest(all, left, broken);
          const isVerified = all.every((one) => one.verdict === 'exact' || one.verdict === 'bounded');
          const isWhole = left.every(({ kind }) => kind !== 'impossible' && kind !== 'cost');
          assert.equal(isProven, all.length > 0 && isVerified && isWhole && broken === null);
          assert.equal(verdict === 'exact' || verdict === 'bounded', isProven);
          if (severity === 'P4') assert.ok(isProven && all.every(({ isInTime }) => isInTime !== false));
          if (!isProven) assert.notEqual(severity, 'P4');
        },
      ),
    );
  });

  test('without a path that was tried is not proven', () => {
    const fine = [{ path: 'snapshot', kind: 'not set up', reason: 'none' }] as const;
    const { isProven, verdict, severity, summary } = assessTest([], fine, null);
    assert.deepEqual([isProven, verdict, severity], [false, 'failed', 'P2']);
    assert.equal(summary, 'no path was tried; not tried: snapshot (not set up)');
  });

  test('is not proven beside a path that should have been tried, whatever kept it', () => {
    const beside = (kind: NotTried['kind']) =>
      assessTest([triedPath('snapshot')], [{ path: 'point-in-time', kind, reason: 'a reason' }], null);
    for (const kind of ['cost', 'impossible'] as const)
      assert.deepEqual([beside(kind).isProven, beside(kind).severity], [false, 'P2'], kind);
    for (const kind of ['not set up', 'not built', 'not asked'] as const)
      assert.equal(beside(kind).isProven, true, kind);
  });

  test('calls a person at once for a bad backup, and today for what only the environment kept from being tried', () => {
    const bad = triedPath('snapshot', {
      verdict: 'failed',
      blame: { blamed: 'the backup', severity: 'P1', remedy: 'r' },
    });
    const down = triedPath('snapshot', {
      verdict: 'failed',
      blame: { blamed: 'the environment', severity: 'P1', remedy: 'r' },
    });
    const unknown = triedPath('snapshot', { verdict: 'failed', blame: null });
    const severityOf = (one: TriedPath) => assessTest([one, triedPath('point-in-time')], [], null).severity;
    assert.deepEqual([severityOf(bad), severityOf(down), severityOf(unknown)], ['P1', 'P2', 'P1']);
  });

  test('says of each path what became of it', () => {
    const slow = triedPath('point-in-time', { verdict: 'bounded', isInTime: false });
    const bad = triedPath('other-region', { verdict: 'failed', summary: 'tables: 3 rows differ\nmore' });
    const { summary } = assessTest(
      [triedPath('snapshot'), slow, bad],
      [
        { path: 'other-region-point-in-time', kind: 'impossible', reason: 'AwsUnavailableError: 500' },
        { path: 'dump', kind: 'not built', reason: 'none' },
      ],
      null,
    );
    assert.equal(
      summary,
      '2 of 3 paths that were tried are proven; not proven: other-region (tables: 3 rows differ); slower than their target: point-in-time; should have been tried: other-region-point-in-time (AwsUnavailableError: 500); not tried: dump (not built)',
    );
    assert.equal(assessTest([triedPath('snapshot'), slow], [], null).severity, 'P2');
    assert.equal(assessTest([triedPath('snapshot'), slow], [], null).verdict, 'bounded');
  });
});

const sound: RungReport = {
  rungs: ladder.map((name) => ({ name, status: 'passed', summary: 'passed', findings: [] })),
  tables: [{ table: 't', status: 'proven', rows: '10', bytes: 8192, matchedRows: 0, unverifiableRows: 0 }],
};
const policy = {
  limits: { unverifiableRowShare: 0.001, unverifiableTables: 3 },
  targetMinutes: 10,
  prices: { instanceHour: { 'db.t3.micro': 1 }, storageGbMonth: { gp2: 0 }, snapshotGbMonth: 1, transferGb: 1 },
};

describe('the trial of a path', () => {
  test('is proven by a whole ladder, with its time against the target and its cost by its hours', () => {
    const found = assessTrial(trialOf('snapshot'), trialResult('snapshot'), [sound], policy);
    assert.deepEqual([found.verdict, found.blame, found.isInTime, found.targetSeconds], ['exact', null, true, 600]);
    assert.deepEqual(found.times, { available: 300, usable: 360, verified: 900 });
    assert.equal(found.actual?.total, 1202 / 3600);
    assert.deepEqual(found.objects, [{ key: 'rungs', sha256: 'd'.repeat(64) }]);
  });

  test('is too slow when it is usable after its target only, and neither where there is none', () => {
    const isInTime = (targetMinutes: number | null) =>
      assessTrial(trialOf('snapshot'), trialResult('snapshot'), [sound], { ...policy, targetMinutes }).isInTime;
    assert.deepEqual([isInTime(6), isInTime(5), isInTime(null)], [true, false, null]);
  });

  test('is not proven by a rung that did not run, by one that failed, by a failure, or by a copy that was left', () => {
    const without = { ...sound, rungs: sound.rungs.filter(({ name }) => name !== 'tables') };
    const failed: RungReport = {
      ...sound,
      rungs: sound.rungs.map((rung) =>
        rung.name === 'tables'
          ? { ...rung, status: 'failed', findings: [{ object: 't', status: 'failed', problem: 'differs' }] }
          : rung,
      ),
    };
    const broken = { state: 'StartRestore', error: 'AwsUnavailableError', cause: '500' };
    const verdictOf = (reports: RungReport[], result = trialResult('snapshot')) =>
      assessTrial(trialOf('snapshot'), result, reports, policy);
    assert.equal(verdictOf([without]).verdict, 'failed');
    assert.deepEqual([verdictOf([failed]).verdict, verdictOf([failed]).blame?.blamed], ['failed', 'the backup']);
    assert.equal(verdictOf([]).verdict, 'failed');
    for (const where of ['failure', 'cleanUpFailure'] as const) {
      const ofTrial = verdictOf([sound], { ...trialResult('snapshot'), [where]: broken });
      assert.deepEqual([ofTrial.verdict, ofTrial.blame?.blamed], ['failed', 'the environment'], where);
      const base = trialResult('snapshot');
      const result = base.result === null ? null : { ...base.result, [where]: broken };
      assert.equal(verdictOf([sound], { ...base, result }).verdict, 'failed', where);
    }
    const outside = {
      ...sound,
      rungs: sound.rungs.map((one) => (one.name === 'bracket' ? { ...one, status: 'failed' as const } : one)),
    };
    assert.equal(verdictOf([outside]).verdict, 'unbracketed');
  });

  test('that never began has no times', () => {
    const none = { ...trialResult('snapshot'), result: null };
    const found = assessTrial(trialOf('snapshot'), none, [], policy);
    assert.deepEqual(
      [found.verdict, found.times, found.isInTime, found.actual],
      ['failed', { available: null, usable: null, verified: null }, null, null],
    );
  });
});

describe('the times of a restore', () => {
  test('count from the request; a copy that answers with other parameters was never usable', () => {
    const { phases, statuses } = trialResult('snapshot').result ?? { phases: [], statuses: {} };
    assert.equal(restoreTimes(phases, statuses).usable, 360);
    assert.equal(restoreTimes(phases, { ...statuses, parameters: 'failed' }).usable, null);
    assert.equal(restoreTimes(phases, { ...statuses, reachable: 'failed' }).usable, null);
    assert.equal(restoreTimes(phases, {}).usable, null);
    assert.equal(restoreTimes(phases, { ...statuses, parameters: 'gap' }).usable, 360);
    assert.equal(restoreTimes(phases, { ...statuses, parameters: 'failed' }).available, 300);
    assert.deepEqual(restoreTimes(phases.slice(0, 1), {}), { available: null, usable: null, verified: null });
  });
});

describe('the caps of a restore test', () => {
  const caps = { drill: 10, month: 25, unpriced: 'refused' as const };
  const trial = (path: RestorePath, total: number | null) => ({ path, predicted: { total } });
  const three = [trial('snapshot', 9), trial('other-region', 9), trial('point-in-time', 9)];

  test('hold each path with what those before it may cost, and name the one that is left out', () => {
    const { allowed, held } = holdToCaps(three, true, 0, caps);
    assert.deepEqual(
      allowed.map(({ path }) => path),
      ['snapshot', 'other-region'],
    );
    assert.deepEqual(
      held.map(({ path, kind }) => [path, kind]),
      [['point-in-time', 'cost']],
    );
    assert.match(
      held[0]?.reason ?? '',
      /^it may cost 9\.00, the month's other drills 18\.00, and a month may cost 25\.00$/,
    );
    assert.equal(holdToCaps(three, true, 20, caps).allowed.length, 0);
    assert.equal(holdToCaps([trial('snapshot', 11)], true, 0, caps).allowed.length, 0);
    assert.equal(holdToCaps([trial('snapshot', null)], true, 0, caps).allowed.length, 0);
  });

  test('never stop what a person starts, and never let a schedule spend more than a month may cost', () => {
    assert.equal(holdToCaps(three, false, 1000, caps).allowed.length, 3);
    fc.assert(
      fc.property(fc.array(fc.nat(15), { maxLength: 6 }), fc.nat(30), (prices, spent) => {
        const all = prices.map((price) => trial('snapshot', price));
        const { allowed, held } = holdToCaps(all, true, spent, caps);
        assert.equal(allowed.length + held.length, all.length);
        const sum = allowed.reduce((total, one) => total + (one.predicted.total ?? 0), 0);
        assert.ok(allowed.length === 0 || spent + sum <= caps.month);
        assert.ok(allowed.every(({ predicted }) => (predicted.total ?? 0) <= caps.drill));
      }),
    );
  });
});

describe('the database whose test is due', () => {
  const now = new Date('2026-06-01T15:00:00Z');
  const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();

  test('is the one that waits longest, one that was never tested before all others', () => {
    const tests = [
      { database: 'a', startedAt: daysAgo(95) },
      { database: 'b', startedAt: daysAgo(100) },
      { database: 'c', startedAt: daysAgo(5) },
    ];
    assert.equal(mostOverdue(tests, 91, now), 'b');
    assert.equal(mostOverdue([...tests, { database: 'd', startedAt: null }], 91, now), 'd');
  });

  test('is none before the interval is over, and there is one from its end on', () => {
    assert.equal(mostOverdue([{ database: 'a', startedAt: daysAgo(90.9) }], 91, now), undefined);
    assert.equal(mostOverdue([{ database: 'a', startedAt: daysAgo(91) }], 91, now), 'a');
    assert.equal(mostOverdue([], 91, now), undefined);
    assert.equal(nextDue(daysAgo(91), 91).toISOString(), now.toISOString());
  });

  test('is every one in its turn: of any number of databases, a daily schedule tests each once in an interval', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (count) => {
        const tests = Array.from({ length: count }, (_, index) => ({
          database: `d${index}`,
          startedAt: null as string | null,
        }));
        const tested: string[] = [];
        for (let day = 0; day < 91; day += 1) {
          const due = mostOverdue(tests, 91, new Date(now.getTime() + day * 86_400_000));
          const found = tests.find(({ database }) => database === due);
          if (found === undefined) continue;
          tested.push(found.database);
          found.startedAt = new Date(now.getTime() + day * 86_400_000).toISOString();
        }
        assert.equal(tested.length, count);
        assert.equal(new Set(tested).size, count);
      }),
    );
  });
});
