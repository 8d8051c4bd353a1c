import assert from 'node:assert/strict';
import type { NotTried, RestoreTestEvidence } from '../../../../../shared/contracts/restore-test.ts';
import { recoveryPaths, waysBackHealth } from '../../../../../shared/domain/restore/recovery.ts';
import { missVanished } from '../../../../../shared/domain/restore/vanished.ts';
import { recoveryWith, restoreTestOf, testedAt } from '../../report/recovery-sample.ts';
import { restoreTestEvidence, triedPath } from './restore-test-sample.ts';

const policy = { intervalDays: 91, graceDays: 14 };
const day = 86_400_000;
const after = (days: number) => new Date(Date.UTC(2026, 2, 1, 15) + days * day);
const pathOf = (tests: readonly RestoreTestEvidence[], path: string, now = after(1)) => {
  const found = recoveryPaths(tests, policy, now).find((one) => one.path === path);
  assert.ok(found);
  return found;
};
const left = (kind: NotTried['kind']) =>
  restoreTestEvidence({ tried: [], notTried: [{ path: 'snapshot', kind, reason: 'a reason' }] });
const later = (changes: Partial<RestoreTestEvidence>) =>
  restoreTestEvidence({
    execution: { ...restoreTestEvidence().execution, name: 'run-2', startedAt: after(30).toISOString() },
    ...changes,
  });

describe('a way back', () => {
  test('is proven until its interval and the grace are over, and stale from that moment on', () => {
    const tests = [restoreTestEvidence()];
    const { state, nextDue, staleFrom } = pathOf(tests, 'snapshot');
    assert.deepEqual([state, nextDue, staleFrom], ['proven', after(91).toISOString(), after(105).toISOString()]);
    assert.equal(pathOf(tests, 'snapshot', new Date(after(105).getTime() - 1)).state, 'proven');
    assert.equal(pathOf(tests, 'snapshot', after(105)).state, 'stale');
  });

  test('that failed keeps what it last proved, and is failed until it is proven again', () => {
    const failed = later({ tried: [triedPath('snapshot', { verdict: 'failed' })] });
    const found = pathOf([restoreTestEvidence(), failed], 'snapshot', after(31));
    assert.deepEqual([found.state, found.last?.verdict, found.lastProven?.verdict], ['failed', 'failed', 'exact']);
    assert.equal(found.staleFrom, after(105).toISOString());
    assert.equal(pathOf([failed, later({})], 'snapshot', after(31)).state, 'proven');
    assert.equal(
      pathOf([restoreTestEvidence({ tried: [triedPath('snapshot', { verdict: 'unbracketed' })] })], 'snapshot').state,
      'failed',
    );
  });

  for (const [kind, state] of [
    ['not set up', 'absent'],
    ['not built', 'absent'],
    ['cost', 'failed'],
    ['impossible', 'failed'],
    ['not asked', 'never tried'],
  ] as const)
    test(`that was not tried because of '${kind}' is ${state}`, () => {
      const found = pathOf([left(kind)], 'snapshot');
      assert.equal(found.state, state);
      assert.equal(found.nextDue === null, state === 'absent');
    });

  test('that a test was not asked for is as the test before has left it', () => {
    const found = pathOf(
      [restoreTestEvidence(), later({ tried: [], notTried: left('not asked').notTried })],
      'snapshot',
    );
    assert.deepEqual([found.state, found.notTried], ['proven', null]);
  });

  test('was never tried where there is no test', () => {
    assert.deepEqual(
      recoveryPaths([], policy, after(0)).map(({ state }) => state),
      Array.from({ length: 6 }, () => 'never tried'),
    );
  });

  test('that vanishes is missed as long as somebody wants it, and absent for whoever never had it', () => {
    const gone: NotTried[] = [{ path: 'snapshot', kind: 'not set up', reason: 'none' }];
    const [missed] = missVanished(gone, [restoreTestEvidence()], ['snapshot']);
    assert.deepEqual([missed?.kind, missed?.reason], ['impossible', 'none, and it was there on 2026-03-01']);
    assert.deepEqual(missVanished(gone, [restoreTestEvidence()], ['other-region']), gone);
    assert.deepEqual(missVanished(gone, [], ['snapshot']), gone);
    const built: NotTried[] = [{ path: 'snapshot', kind: 'not built', reason: 'none' }];
    assert.deepEqual(missVanished(built, [restoreTestEvidence()], ['snapshot']), built);
  });

  test('alarms when it failed, and as stale when it is too old or wanted and never tried', () => {
    const targets = { snapshot: 120, 'other-region': undefined };
    const healthOf = (tests: readonly RestoreTestEvidence[], now: Date) =>
      waysBackHealth(recoveryPaths(tests, policy, now), targets);
    assert.deepEqual(healthOf([], after(0)), { failed: 0, stale: 1 });
    assert.deepEqual(healthOf([restoreTestEvidence()], after(104)), { failed: 0, stale: 0 });
    assert.deepEqual(healthOf([restoreTestEvidence()], after(105)), { failed: 0, stale: 1 });
    assert.deepEqual(healthOf([left('impossible')], after(1)), { failed: 1, stale: 0 });
    assert.deepEqual(healthOf([left('not set up')], after(1)), { failed: 0, stale: 0 });
  });

  test('has a history, and a prediction from five proven trials on', () => {
    const snapshot = recoveryWith(8).paths.find(({ path }) => path === 'snapshot');
    assert.equal(snapshot?.history.length, 8);
    const { prediction } = snapshot ?? {};
    assert.ok(prediction && prediction.points === 8 && prediction.low <= prediction.seconds);
    // Twenty GB and five minutes a quarter: the next is the ninth.
    assert.ok(Math.abs(prediction.bytes - 260 * 1024 ** 3) < 1024 ** 3, String(prediction.bytes));
    assert.ok(Math.abs(prediction.seconds - 4220) < 60, String(prediction.seconds));
    const few = [0, 1, 2, 3].map((number) => restoreTestOf(number, 'exact'));
    assert.equal(pathOf(few, 'snapshot', testedAt(3)).prediction, null);
    const failed = [...few, restoreTestEvidence({ tried: [triedPath('snapshot', { verdict: 'failed' })] })];
    assert.equal(pathOf(failed, 'snapshot', testedAt(5)).prediction, null, 'a trial that failed is no point');
    const other = recoveryWith(8).paths.find(({ path }) => path === 'other-region');
    assert.equal(other?.prediction, null, 'what was never usable has no time');
  });
});
