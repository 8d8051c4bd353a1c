import assert from 'node:assert/strict';
import { fail, transients } from '../workflow-support.ts';
import {
  askedAgain,
  bench,
  counts,
  drained,
  led,
  notCarried,
  plan,
  publishedOf,
  refusal,
  resultOf,
  stranded,
} from './failback-bench.ts';

const rebuilding = { ...plan, mode: 'rebuild' as const };

describe('dr-failback', () => {
  test('sets aside, rebuilds, waits for the log, fences, drains, compares, and brings the primary home', async () => {
    const run = await bench.run();
    assert.deepEqual([run.status, resultOf(run), counts(run)], ['SUCCEEDED', 'failed back', [3, 1, 1, 0]]);
    assert.deepEqual(
      run.calls.recordFailback[0]?.phases.map(({ name }) => name),
      [
        ...['PlanFailback', 'FindStranded', 'ClaimPromotion', 'SetAsideOld', 'RebuildReplica', 'CatchUp'],
        ...['FencePrimary', 'AwaitLease', 'Drain', 'CompareSides', 'TakeLease', 'PromoteReplica', 'AwaitPromotion'],
        ...['OpenPromoted', 'SwitchName', 'ConfirmByClient', 'HardenPromoted', 'MarkReplaced'],
      ],
    );
    const { fencePrimary, promoteReplica, takeLease } = run.calls;
    const primary = { region: 'us-west-2', instanceId: 'fantasy-dr' };
    assert.deepEqual(
      [fencePrimary[0]?.primary, takeLease[0]?.primary, promoteReplica[0]?.primary],
      Array(3).fill(primary),
    );
    assert.equal(promoteReplica[0]?.replicaId, 'fantasy-dev');
    assert.match(publishedOf(run)?.summary ?? '', /nothing is lost.*100 rows of 3 tables were the same/);
    assert.match(publishedOf(run)?.left.join(' ') ?? '', /nothing here deletes it/);
  });

  test('changes nothing when a plan is asked for, when something speaks against it, and when there is nothing to come home from', async () => {
    const planned = await bench.run({
      planFailback: () => ({ plan: { ...plan, isActed: false, mode: 'plan' } }),
      findStranded: () => ({ stranded: { ...stranded, rows: 4, isAccepted: false }, refusals: [refusal] }),
    });
    assert.deepEqual([planned.status, resultOf(planned), counts(planned)], ['SUCCEEDED', 'planned', [0, 0, 0, 0]]);
    assert.match(publishedOf(planned)?.summary ?? '', /4 rows exist only on the old primary/);
    const clear = await bench.run({ planFailback: () => ({ plan: { ...plan, isActed: false, mode: 'plan' } }) });
    assert.deepEqual([resultOf(clear), counts(clear), clear.calls.claimPromotion], ['planned', [0, 0, 0, 0], []]);
    assert.match(
      publishedOf(clear)?.summary ?? '',
      /can come home to 'fantasy-dev'; no row is on the old primary alone/,
    );
    const refused = await bench.run({ planFailback: () => ({ plan: { ...plan, refusals: [refusal] } }) });
    assert.deepEqual([refused.error, resultOf(refused), counts(refused)], ['NotFailedBack', 'refused', [0, 0, 0, 0]]);
    const home = await bench.run({ planFailback: () => ({ plan: { ...plan, primary: null, refusals: [refusal] } }) });
    assert.deepEqual([resultOf(home), home.calls.findStranded], ['refused', []]);
  });

  test('sets nothing aside before a person has accepted exactly what is stranded', async () => {
    for (const mode of ['rebuild', 'failback'] as const) {
      const run = await bench.run({
        planFailback: () => ({ plan: { ...plan, mode } }),
        findStranded: () => ({ stranded: { ...stranded, rows: 4, isAccepted: false }, refusals: [refusal] }),
      });
      assert.deepEqual([run.error, resultOf(run), counts(run)], ['NotFailedBack', 'refused', [0, 0, 0, 0]]);
      assert.deepEqual([run.calls.claimPromotion, run.calls.rebuildReplica], [[], []]);
      assert.deepEqual(publishedOf(run)?.left, ['accept them']);
    }
    const unsaid = await bench.run({
      findStranded: () => ({ stranded: { ...stranded, rows: 4, isAccepted: false }, refusals: [] }),
    });
    assert.deepEqual(counts(unsaid), [0, 0, 0, 0]);
  });

  test('leaves everything as it is while another one goes on', async () => {
    const run = await bench.run({ claimPromotion: fail('PromotionClaimedError') });
    assert.deepEqual([run.error, resultOf(run), counts(run)], ['NotFailedBack', 'refused', [0, 0, 0, 0]]);
  });

  test('only rebuilds where that is asked for, and then switches without setting anything aside again', async () => {
    const rebuilt = await bench.run({ planFailback: () => ({ plan: rebuilding }) });
    assert.deepEqual([rebuilt.status, resultOf(rebuilt), counts(rebuilt)], ['SUCCEEDED', 'rebuilt', [3, 0, 0, 0]]);
    assert.match(publishedOf(rebuilt)?.left.join(' ') ?? '', /"mode": "failback"/);
    const replica = { ...plan.replica, status: 'available' };
    const switched = await bench.run({ planFailback: () => ({ plan: { ...plan, replica } }) });
    assert.deepEqual([resultOf(switched), counts(switched)], ['failed back', [0, 1, 1, 0]]);
  });

  test('ends in bounded time, with everybody let in, where an instance does not get as far as it should', async () => {
    for (const [scripts, error, calls] of [
      [{ setAsideOld: () => ({ isSetAside: false, status: 'renaming' }) }, 'OldPrimaryNotSetAside', 181],
      [{ rebuildReplica: () => ({ isAvailable: false, status: 'creating' }) }, 'ReplicaNotRebuilt', 721],
      [
        { checkCaughtUp: () => ({ replay: drained.replay, bytesBehind: 99_999_999, isCaughtUp: false }) },
        'ReplicaNotCaughtUp',
        241,
      ],
    ] as const) {
      const run = await bench.run(scripts);
      assert.deepEqual([run.error, resultOf(run), run.calls.fencePrimary], ['NotFailedBack', 'stopped', []]);
      const [task] = Object.keys(scripts) as (keyof typeof run.calls)[];
      assert.deepEqual([run.calls.recordFailback[0]?.failure?.error, task && run.calls[task].length], [error, calls]);
    }
  });

  test('has kept nobody out where the fence found an obstacle before it began, and lifts it wherever it may be up', async () => {
    for (const error of ['PrimaryUnreachableError', 'RoleNotFenceableError', 'CredentialsRejectedError']) {
      const run = await bench.run({ fencePrimary: fail(error) });
      assert.deepEqual([run.error, resultOf(run), run.calls.liftFence], ['NotFailedBack', 'stopped', []], error);
    }
    for (const error of ['FenceUncertainError', 'Runtime.ExitError']) {
      const run = await bench.run({ fencePrimary: fail(error) });
      assert.deepEqual([resultOf(run), counts(run)], ['undone', [3, 1, 0, 1]], error);
    }
  });

  test('switches nothing that is not drained, and lets the applications in again', async () => {
    for (const change of [{ isDrained: false }, { lossSeconds: 1, isAccepted: false }]) {
      const run = await bench.run({ checkDrained: () => ({ ...drained, ...change }) });
      assert.deepEqual([run.error, resultOf(run), counts(run)], ['NotFailedBack', 'undone', [3, 1, 0, 1]]);
      assert.deepEqual([run.calls.checkDrained.length, run.calls.takeLease], [61, []]);
    }
    const differs = await bench.run({ compareSides: fail('SidesDifferError') });
    assert.deepEqual([resultOf(differs), counts(differs), differs.calls.takeLease], ['undone', [3, 1, 0, 1], []]);
    assert.deepEqual(
      differs.calls.checkDrained.map(({ mostLossSeconds }) => mostLossSeconds),
      [0],
    );
  });

  test('gives up on a lease that two regions do not answer for, and gives back one that it took for nothing', async () => {
    const held = await bench.run({ checkLease: ({ watch }) => ({ isOver: false, watch, silent: ['us-east-2'] }) });
    assert.deepEqual([resultOf(held), counts(held)], ['undone', [3, 1, 0, 1]]);
    assert.match(held.calls.recordFailback[0]?.failure?.cause ?? '', /silent are us-east-2/);
    for (const scripts of [
      { takeLease: fail('LeaseNotTakenError') },
      { promoteReplica: fail('PromotionRefusedError') },
    ]) {
      const run = await bench.run(scripts);
      assert.deepEqual([resultOf(run), run.calls.giveBackLease.length, run.calls.liftFence.length], ['undone', 1, 1]);
    }
    const kept = await bench.run({ takeLease: fail('Broken'), giveBackLease: fail('LeaseNotTakenError') });
    assert.deepEqual([kept.error, resultOf(kept), kept.calls.liftFence], ['FenceLeftUp', 'not undone', []]);
    assert.match(publishedOf(kept)?.left[0] ?? '', /"holder": "us-west-2\/fantasy-dr"/);
  });

  test('of a database without a lease asks no register and turns no name', async () => {
    const run = await bench.run({ planFailback: () => ({ plan: { ...plan, lease: null } }) });
    assert.deepEqual([resultOf(run), run.calls.checkLease, run.calls.takeLease], ['failed back', [], []]);
    assert.deepEqual(run.calls.switchName, []);
  });

  test('never lifts a fence that somebody else may have put up, and says so loudly', async () => {
    for (const keptOut of [['app'], null]) {
      const run = await bench.run({
        planFailback: () => ({ plan: { ...plan, primary: plan.primary && { ...plan.primary, keptOut } } }),
        compareSides: fail('SidesDifferError'),
      });
      assert.deepEqual([run.error, resultOf(run), run.calls.liftFence], ['FenceLeftUp', 'not undone', []]);
      assert.equal(publishedOf(run)?.severity, 'P1');
    }
    const stuck = await bench.run({ compareSides: fail('Broken'), liftFence: fail('FenceNotLiftedError') });
    assert.deepEqual([stuck.error, resultOf(stuck)], ['FenceLeftUp', 'not undone']);
    assert.match(publishedOf(stuck)?.left[0] ?? '', /on 'fantasy-dr': select gameday\.lift_fence\(4\)/);
  });

  test('looks what became of a promotion whose answer was lost, and keeps the fence wherever RDS may have been asked', async () => {
    const replica = (isUntouched: boolean) => () => ({
      ...{ isPromoted: false, isReplica: true, status: 'available', isUntouched },
    });
    const untouched = await bench.run({ promoteReplica: fail('Broken'), checkPromoted: replica(true) });
    assert.deepEqual([resultOf(untouched), counts(untouched)], ['undone', [3, 1, 1, 1]]);
    const unheard = await bench.run({ promoteReplica: fail('Broken'), checkPromoted: replica(false) });
    assert.deepEqual([unheard.error, resultOf(unheard)], ['FailbackUnfinished', 'unfinished']);
    const slow = () => ({ isPromoted: false, isReplica: true, isUntouched: false, status: 'modifying' });
    const late = await bench.run({ checkPromoted: slow });
    assert.equal(late.calls.recordFailback[0]?.failure?.error, 'PromotionTimedOut');
    for (const task of ['checkPromoted', 'openPromoted'] as const) {
      const run = await bench.run({ [task]: fail('PromotionFailedError') });
      assert.deepEqual([run.error, resultOf(run), run.calls.liftFence], ['FailbackUnfinished', 'unfinished', []]);
    }
    const asked = await bench.run({ promoteReplica: fail('Broken') });
    assert.deepEqual([asked.status, resultOf(asked)], ['SUCCEEDED', 'failed back']);
  });

  test('is a failback although its name, its client, its hardening or its tag are not as they should be', async () => {
    const stays = await bench.run({ switchName: () => ({ ...led, target: 'fantasy-dr', isSwitched: false }) });
    assert.deepEqual([resultOf(stays), stays.calls.switchName.length], ['failed back', 41]);
    const unconfirmed = await bench.run({ confirmByClient: fail('PromotionNotConfirmedError') });
    assert.match(publishedOf(unconfirmed)?.summary ?? '', /NOT CONFIRMED BY A CLIENT: PromotionNotConfirmedError/);
    for (const task of ['hardenPromoted', 'markReplaced'] as const) {
      const run = await bench.run({ [task]: fail('Broken') });
      assert.match(publishedOf(run)?.summary ?? '', /NOT HARDENED: Broken/, task);
    }
  });

  test('publishes what was done although it could not be recorded', async () => {
    const recordFailback = fail('AccessDeniedError');
    assert.equal(resultOf(await bench.run({ recordFailback })), 'failed back');
    assert.equal(resultOf(await bench.run({ recordFailback, compareSides: fail('Broken') })), 'undone');
    assert.equal(
      resultOf(await bench.run({ recordFailback, compareSides: fail('Broken'), liftFence: fail('Broken') })),
      'not undone',
    );
    const unfinished = await bench.run({ recordFailback, openPromoted: fail('Broken') });
    assert.equal(resultOf(unfinished), 'unfinished');
    assert.match(
      publishedOf(unfinished)?.left.join(' ') ?? '',
      /as gameday_fence on fantasy-dev: select gameday\.lift_fence\(/,
    );
    assert.equal(resultOf(await bench.run({ recordFailback, planFailback: () => ({ plan: rebuilding }) })), 'rebuilt');
  });

  test('takes an answer that no state can carry for a failure, wherever it comes', async () => {
    const failed = 'States.DataLimitExceeded';
    for (const [task, result] of Object.entries(notCarried))
      assert.equal(resultOf(await bench.run({ [task]: fail(failed) })), result, task);
    assert.equal(resultOf(await bench.run({ compareSides: fail(failed), liftFence: fail(failed) })), 'not undone');
    assert.equal(resultOf(await bench.run({ takeLease: fail(failed), giveBackLease: fail(failed) })), 'not undone');
    const both = { promoteReplica: fail(failed), checkPromoted: fail(failed) };
    assert.equal(resultOf(await bench.run(both)), 'unfinished');
  });

  test('refuses an input that is too long to be carried, by its length', async () => {
    const run = await bench.run({}, { input: { database: 'x'.repeat(9000) } });
    assert.equal((run.calls.planFailback[0]?.request as { tooLong?: number } | undefined)?.tooLong, 9015);
  });

  test('asks again after each transient error', async () => {
    for (const task of askedAgain) {
      for (const [error, calls] of Object.entries(transients)) {
        if (error === 'DatabaseUnreachableError') continue;
        const run = await bench.run(bench.after(task, Math.min(2, calls - 1), fail(error)));
        assert.equal(run.status, 'SUCCEEDED', `${task} ${error}`);
      }
    }
  });

  test('every transition was taken', () => assert.deepEqual(bench.armsNotTaken(), []));
});
