import assert from 'node:assert/strict';
import { fail, transients } from '../workflow-support.ts';
import {
  askedAgain,
  bench,
  counts,
  drained,
  held,
  lease,
  leaseCalls,
  led,
  notCarried,
  plan,
  publishedOf,
  resultOf,
  watch,
} from './promotion-bench.ts';

describe('dr-promotion', () => {
  test('fences, drains, promotes, opens and hardens, and publishes it once', async () => {
    const run = await bench.run();
    assert.deepEqual([run.status, resultOf(run), counts(run)], ['SUCCEEDED', 'promoted', [1, 1, 0]]);
    assert.deepEqual(
      publishedOf(run).map(({ severity }) => severity),
      ['P1'],
    );
    assert.deepEqual(
      run.calls.hardenPromoted.map(({ isMultiAz }) => isMultiAz),
      [true],
    );
    const { phases } = run.calls.recordPromotion[0] ?? {};
    assert.deepEqual(
      phases?.map(({ name }) => name),
      [
        ...['PlanPromotion', 'FencePrimary', 'AwaitLease', 'Drain', 'TakeLease'],
        ...['PromoteReplica', 'AwaitPromotion', 'OpenPromoted', 'SwitchName', 'ConfirmByClient', 'HardenPromoted'],
      ],
    );
  });

  test('changes nothing when a plan is asked for, or something speaks against it', async () => {
    const planned = await bench.run({ planPromotion: () => ({ plan: { ...plan, isActed: false } }) });
    assert.deepEqual([planned.status, resultOf(planned), counts(planned)], ['SUCCEEDED', 'planned', [0, 0, 0]]);
    const refusals = [{ reason: 'no replica', remedy: 'make one' }];
    const refused = await bench.run({ planPromotion: () => ({ plan: { ...plan, refusals } }) });
    assert.deepEqual([refused.error, resultOf(refused), counts(refused)], ['NotPromoted', 'refused', [0, 0, 0]]);
    assert.deepEqual(refused.calls.claimPromotion, []);
  });

  test('leaves everything as it is while another promotion goes on', async () => {
    const run = await bench.run({ claimPromotion: fail('PromotionClaimedError') });
    assert.deepEqual([run.error, resultOf(run), counts(run)], ['NotPromoted', 'refused', [0, 0, 0]]);
  });

  for (const error of [
    'RoleNotFenceableError',
    'CredentialsRejectedError',
    'SecretUnreadableError',
    'MissingPrivilegeError',
  ]) {
    test(`has changed nothing when the fence ends with ${error}`, async () => {
      const run = await bench.run({ fencePrimary: fail(error) });
      assert.deepEqual([run.error, resultOf(run), counts(run)], ['NotPromoted', 'refused', [1, 0, 0]]);
    });
  }

  for (const error of ['FenceUncertainError', 'FenceLeaksError', 'Sandbox.Timedout', 'Runtime.ExitError']) {
    test(`lifts what may be up after ${error}, and asks the fence no second time`, async () => {
      const run = await bench.run({ fencePrimary: fail(error) });
      assert.deepEqual([run.error, resultOf(run), counts(run)], ['NotPromoted', 'undone', [1, 0, 1]]);
    });
  }

  test('goes on without a fence only where a person has said that nobody writes to the primary', async () => {
    const silent = await bench.run({ fencePrimary: fail('PrimaryUnreachableError') });
    assert.deepEqual([silent.error, resultOf(silent), counts(silent)], ['NotPromoted', 'refused', [6, 0, 0]]);
    const gone = {
      planPromotion: () => ({ plan: { ...plan, primaryIsDown: 'the region is gone' } }),
      fencePrimary: fail('PrimaryUnreachableError'),
    };
    const stated = await bench.run(gone);
    assert.deepEqual([stated.status, resultOf(stated), counts(stated)], ['SUCCEEDED', 'promoted', [6, 1, 0]]);
    assert.equal(stated.calls.checkDrained[0]?.fence.kind, 'stated down');
    const lost = await bench.run({ ...gone, checkDrained: fail('DatabaseUnreachableError') });
    assert.deepEqual([lost.error, resultOf(lost), counts(lost)], ['NotPromoted', 'refused', [6, 0, 0]]);
  });

  test('takes the lease between the loss that was accepted and the promotion, and keeps it for what is opened', async () => {
    const run = await bench.run();
    assert.deepEqual(leaseCalls(run), [1, 1, 0]);
    assert.equal(run.calls.openPromoted[0]?.lease?.epoch, 5);
    assert.equal(run.calls.recordPromotion[0]?.lease?.holder, 'us-west-2/fantasy-dr');
    for (const [task, failing] of [
      ['checkLease', { checkLease: fail('LeaseHeldError') }],
      ['checkDrained', { checkDrained: fail('Broken') }],
    ] as const) {
      const failed = await bench.run(failing);
      assert.deepEqual([resultOf(failed), counts(failed)], ['undone', [1, 0, 1]], task);
      assert.deepEqual(failed.calls.takeLease, [], task);
      assert.deepEqual(failed.calls.giveBackLease, [], task);
    }
  });

  test('takes a primary that fences itself to have accepted writes until its lease was seen to be over', async () => {
    let looks = 0;
    const run = await bench.run({
      planPromotion: () => ({ plan: { ...plan, lease: { ...lease, isFence: true } } }),
      fencePrimary: fail('PrimaryUnreachableError'),
      checkLease: ({ watch: seen }) => {
        looks += 1;
        return { isOver: looks === 3, watch: seen, silent: [] };
      },
    });
    const [silent, drained] = [run.calls.checkLease[0]?.fence, run.calls.checkDrained[0]?.fence];
    assert.deepEqual([silent?.kind, drained?.kind], ['lease over', 'lease over']);
    assert.ok(String(drained?.at) > String(silent?.at), `${drained?.at} is not after ${silent?.at}`);
  });

  test('asks RDS for nothing while the lease of the primary is not over, and gives up in a quarter of an hour', async () => {
    const seen = { ...watch, 'us-west-2': { content: { ...held, counter: 10 }, since: 15_000 } };
    const run = await bench.run({ checkLease: () => ({ isOver: false, watch: seen, silent: ['us-east-1'] }) });
    assert.deepEqual([run.error, resultOf(run), counts(run)], ['NotPromoted', 'undone', [1, 0, 1]]);
    assert.deepEqual(leaseCalls(run), [50, 0, 0]);
    assert.match(
      run.calls.recordPromotion[0]?.failure?.cause ?? '',
      /after 735 s two of three registers could not be taken, silent are us-east-1/,
    );
    const waited = run.calls.checkLease.map(({ waitedSeconds }) => waitedSeconds);
    assert.deepEqual(waited.slice(0, 3), [0, 15, 30]);
    assert.deepEqual(run.calls.checkLease[1]?.watch, seen, 'what was seen goes on');
    assert.deepEqual(run.calls.checkLease[1]?.lease.watch, watch, 'and what was first');
  });

  test('gives the lease back before the fence is lifted, when RDS has said no', async () => {
    const run = await bench.run({ promoteReplica: fail('PromotionRefusedError') });
    assert.deepEqual([resultOf(run), leaseCalls(run), counts(run)], ['undone', [1, 1, 1], [1, 1, 1]]);
    assert.equal(run.calls.recordPromotion[0]?.lease, null);
    const maybe = await bench.run({ takeLease: fail('LeaseNotTakenError') });
    assert.deepEqual([resultOf(maybe), leaseCalls(maybe), counts(maybe)], ['undone', [1, 1, 1], [1, 0, 1]]);
    const kept = await bench.run({ takeLease: fail('LeaseHeldError'), giveBackLease: fail('LeaseNotTakenError') });
    assert.deepEqual([kept.error, resultOf(kept), counts(kept)], ['FenceLeftUp', 'not undone', [1, 0, 0]]);
    assert.match(
      publishedOf(kept)[0]?.left[0] ?? '',
      /Write {"epoch": 6, "holder": "us-east-1\/fantasy-dev", "counter": 0} into lease\/fantasy.json/,
    );
  });

  test('turns the name only of what is open, and is a promotion although no client has confirmed it', async () => {
    const closed = await bench.run({ openPromoted: fail('DatabaseUnreachableError') });
    assert.deepEqual([resultOf(closed), closed.calls.switchName], ['unfinished', []]);
    const run = await bench.run();
    assert.deepEqual(
      run.calls.switchName.map(({ epoch }) => epoch),
      [5],
    );
    assert.match(publishedOf(run)[0]?.summary ?? '', /until a client of fantasy\.db\.example\.internal had written/);
    const stays = await bench.run({
      switchName: () => ({ ...led, target: 'fantasy-dev.example.com', isSwitched: false }),
    });
    assert.deepEqual([resultOf(stays), stays.calls.switchName.length], ['promoted', 41]);
    assert.deepEqual(stays.calls.confirmByClient, []);
    assert.match(publishedOf(stays)[0]?.left.join() ?? '', /is not known to lead there \(NameNotSwitched\)/);
    const unconfirmed = await bench.run({ confirmByClient: fail('PromotionNotConfirmedError') });
    assert.match(publishedOf(unconfirmed)[0]?.summary ?? '', /NOT CONFIRMED BY A CLIENT: PromotionNotConfirmedError/);
    const nameless = await bench.run({ planPromotion: () => ({ plan: { ...plan, name: null } }) });
    assert.deepEqual([resultOf(nameless), nameless.calls.switchName], ['promoted', []]);
    assert.match(publishedOf(nameless)[0]?.left.join() ?? '', /no DNS name was changed/);
  });

  test('of a database without a lease asks no register', async () => {
    const run = await bench.run({ planPromotion: () => ({ plan: { ...plan, lease: null } }) });
    assert.deepEqual([run.status, resultOf(run), leaseCalls(run)], ['SUCCEEDED', 'promoted', [0, 0, 0]]);
    assert.equal(run.calls.openPromoted[0]?.lease, null);
  });

  test('waits ten minutes for the log, and undoes where the loss is more than was accepted', async () => {
    const behind = { ...drained, isDrained: false, lossSeconds: 7, isAccepted: false };
    const run = await bench.run({ checkDrained: () => behind });
    assert.deepEqual([run.error, resultOf(run), counts(run)], ['NotPromoted', 'undone', [1, 0, 1]]);
    assert.equal(run.calls.checkDrained.length, 61);
    assert.match(run.calls.recordPromotion[0]?.failure?.cause ?? '', /at most 7 s would be lost, accepted are 0 s/);
    const unknown = await bench.run({ checkDrained: () => ({ ...behind, isDrained: true, lossSeconds: null }) });
    assert.deepEqual([resultOf(unknown), unknown.calls.checkDrained.length], ['undone', 1]);
    // It waits all the same.
    const accepted = await bench.run({ checkDrained: () => ({ ...behind, isAccepted: true }) });
    assert.deepEqual([resultOf(accepted), accepted.calls.checkDrained.length], ['promoted', 61]);
  });

  test('never lifts a fence that somebody else may have put up, and says so loudly', async () => {
    for (const keptOut of [['app'], null]) {
      const run = await bench.run({
        planPromotion: () => ({ plan: { ...plan, primary: { ...plan.primary, keptOut } } }),
        checkDrained: fail('InstanceNotAvailableError'),
      });
      assert.deepEqual([run.error, resultOf(run), counts(run)], ['FenceLeftUp', 'not undone', [1, 0, 0]]);
      assert.ok(publishedOf(run).every(({ severity }) => severity === 'P1'));
      assert.equal(publishedOf(run).length, 1);
    }
  });

  test('says loudly that the applications are kept out when the fence cannot be lifted', async () => {
    const run = await bench.run({
      checkDrained: fail('InstanceNotAvailableError'),
      liftFence: fail('FenceNotLiftedError'),
    });
    assert.deepEqual([run.error, resultOf(run), counts(run)], ['FenceLeftUp', 'not undone', [1, 0, 6]]);
    assert.match(publishedOf(run)[0]?.left[0] ?? '', /gameday\.lift_fence\(0\)/);
  });

  for (const error of ['ReplicaNotOursError', 'PromotionRefusedError']) {
    test(`is undone when RDS has said no: ${error}`, async () => {
      const run = await bench.run({ promoteReplica: fail(error) });
      assert.deepEqual([run.error, resultOf(run), counts(run)], ['NotPromoted', 'undone', [1, 1, 1]]);
    });
  }

  test('does not lift the fence when nobody knows whether RDS was asked', async () => {
    const replica = (isUntouched: boolean) => () => ({
      isPromoted: false,
      isReplica: true,
      isUntouched,
      status: 'available',
    });
    const untouched = await bench.run({ promoteReplica: fail('Broken'), checkPromoted: replica(true) });
    assert.deepEqual([resultOf(untouched), counts(untouched)], ['undone', [1, 1, 1]]);
    const touched = await bench.run({ promoteReplica: fail('Broken'), checkPromoted: replica(false) });
    assert.deepEqual(
      [touched.error, resultOf(touched), counts(touched)],
      ['PromotionUnfinished', 'unfinished', [1, 1, 0]],
    );
    assert.equal(touched.calls.recordPromotion[0]?.failure?.error, 'PromotionNotBegun');
    const unseen = await bench.run({ promoteReplica: fail('Broken'), checkPromoted: fail('AccessDeniedError') });
    assert.deepEqual([resultOf(unseen), counts(unseen)], ['unfinished', [1, 1, 0]]);
    const asked = await bench.run({ promoteReplica: fail('Broken') });
    assert.deepEqual([asked.status, resultOf(asked)], ['SUCCEEDED', 'promoted']);
  });

  test('ends after an hour with a promotion that does not end, and leaves the fence', async () => {
    const slow = () => ({ isPromoted: false, isReplica: true, isUntouched: false, status: 'modifying' });
    const run = await bench.run({ checkPromoted: slow });
    assert.deepEqual([run.error, resultOf(run), counts(run)], ['PromotionUnfinished', 'unfinished', [1, 1, 0]]);
    assert.equal(run.calls.recordPromotion[0]?.failure?.error, 'PromotionTimedOut');
  });

  for (const task of ['checkPromoted', 'openPromoted'] as const) {
    test(`is unfinished, and its fence stays, when ${task} fails`, async () => {
      const run = await bench.run({ [task]: fail('PromotionFailedError') });
      assert.deepEqual([run.error, resultOf(run), counts(run)], ['PromotionUnfinished', 'unfinished', [1, 1, 0]]);
    });
  }

  test('is a promotion although the instance could not be hardened, and names it', async () => {
    const run = await bench.run({ hardenPromoted: fail('InstanceBusyError') });
    assert.deepEqual([run.status, resultOf(run)], ['SUCCEEDED', 'promoted']);
    assert.match(publishedOf(run)[0]?.summary ?? '', /NOT HARDENED: InstanceBusyError/);
  });

  test('publishes what was done although it could not be recorded', async () => {
    const recordPromotion = fail('AccessDeniedError');
    const promoted = await bench.run({ recordPromotion });
    assert.deepEqual([promoted.status, resultOf(promoted)], ['SUCCEEDED', 'promoted']);
    const undone = await bench.run({ recordPromotion, checkDrained: fail('Broken') });
    assert.deepEqual([undone.error, resultOf(undone)], ['NotPromoted', 'undone']);
    const left = await bench.run({ recordPromotion, checkDrained: fail('Broken'), liftFence: fail('Broken') });
    assert.deepEqual([left.error, resultOf(left)], ['FenceLeftUp', 'not undone']);
    const unfinished = await bench.run({ recordPromotion, openPromoted: fail('Broken') });
    assert.deepEqual([unfinished.error, resultOf(unfinished)], ['PromotionUnfinished', 'unfinished']);
  });

  test('takes an answer that no state can carry for a failure, wherever it comes', async () => {
    const failed = 'States.DataLimitExceeded';
    for (const [task, result] of Object.entries(notCarried))
      assert.equal(resultOf(await bench.run({ [task]: fail(failed) })), result, task);
    const both = { checkDrained: fail(failed), liftFence: fail(failed) };
    assert.equal(resultOf(await bench.run(both)), 'not undone');
    const back = { takeLease: fail(failed), giveBackLease: fail(failed) };
    assert.equal(resultOf(await bench.run(back)), 'not undone');
    assert.equal(
      resultOf(await bench.run({ promoteReplica: fail(failed), checkPromoted: fail(failed) })),
      'unfinished',
    );
  });

  test('refuses an input that is too long to be carried, by its length', async () => {
    const run = await bench.run({}, { input: { database: 'x'.repeat(9000) } });
    assert.equal((run.calls.planPromotion[0]?.request as { tooLong?: number } | undefined)?.tooLong, 9015);
  });

  test('asks again after each transient error', async () => {
    for (const task of askedAgain) {
      for (const [error, calls] of Object.entries(transients)) {
        if (error === 'DatabaseUnreachableError') continue;
        const run = await bench.run(bench.after(task, calls - 1, fail(error)));
        assert.equal(run.status, 'SUCCEEDED', `${task} ${error}`);
      }
    }
  });

  test('every transition was taken', () => assert.deepEqual(bench.armsNotTaken(), []));
});
