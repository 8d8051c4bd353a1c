import assert from 'node:assert/strict';
import { fail } from '../workflow-support.ts';
import { answered, approval, automatic, bench, counts, lost, plan, publishedOf, resultOf } from './promotion-bench.ts';

type Run = Awaited<ReturnType<typeof bench.run>>;
const planned = (made: object) => ({ planPromotion: () => ({ plan: { ...plan, ...made } }) });
const severityOf = (run: Run) => publishedOf(run)[0]?.severity;
const failureOf = (run: Run) => run.calls.recordPromotion[0]?.failure?.error;
const asks = ({ calls }: Run) => [calls.watchPrimary.length, calls.askPromotion.length];
const refused = {
  answer: { decision: 'refuse' as const, person: 'anna', approver: 'anna', reason: 'refuse by anna', at: lost.at },
  approvedBy: [],
};

/** Who decides: an alarm, or people who are asked. Their transitions count among those of the machine. */
export function describeDecisions(): void {
  describe('dr-promotion that an alarm has started', ofAlarm);
  describe('dr-promotion that others have to allow', ofPeople);
}

function ofAlarm() {
  test('promotes a primary that is seen to be lost, and touches nothing of it', async () => {
    const run = await bench.run(planned(automatic));
    assert.deepEqual([run.status, resultOf(run), counts(run), asks(run)], ['SUCCEEDED', 'promoted', [0, 1, 0], [1, 0]]);
    const [{ fence } = {}] = run.calls.checkDrained;
    assert.deepEqual([fence?.kind, fence?.at], ['lease over', lost.at], 'it keeps its applications out since then');
    assert.deepEqual(run.calls.recordPromotion[0]?.phases.map(({ name }) => name).slice(0, 2), [
      'PlanPromotion',
      'AwaitLease',
    ]);
  });

  test('takes its turn before it watches, so that a second alarm is refused at once and wakes nobody', async () => {
    const run = await bench.run({ ...planned(automatic), claimPromotion: fail('PromotionClaimedError') });
    assert.deepEqual([resultOf(run), asks(run), severityOf(run)], ['refused', [0, 0], 'P4']);
  });

  test('is refused by one sign of life, changes nothing and wakes nobody', async () => {
    const alive = { ...lost, verdict: 'alive' as const, reason: 'RDS answers' };
    const run = await bench.run({ ...planned(automatic), watchPrimary: () => alive });
    assert.deepEqual([run.error, resultOf(run), counts(run)], ['NotPromoted', 'refused', [0, 0, 0]]);
    assert.deepEqual([failureOf(run), severityOf(run)], ['PrimaryAlive', 'P4']);
    assert.match(publishedOf(run)[0]?.summary ?? '', /RDS answers/);
    const later = await bench.run({ ...planned(automatic), checkLease: fail('LeaseHeldError') });
    assert.deepEqual([resultOf(later), counts(later), severityOf(later)], ['refused', [0, 0, 0], 'P4']);
  });

  test('watches until the lease is over, and counts what it has waited', async () => {
    let looks = 0;
    const run = await bench.run({
      ...planned(automatic),
      watchPrimary: () => {
        looks += 1;
        return looks < 4 ? { ...lost, verdict: 'watch', isLeaseOver: false } : lost;
      },
    });
    assert.deepEqual(
      run.calls.watchPrimary.map(({ waitedSeconds }) => waitedSeconds),
      [0, 15, 30, 45],
    );
    assert.deepEqual([resultOf(run), run.calls.checkLease[0]?.waitedSeconds], ['promoted', 45]);
  });

  test('in doubt asks people where some are named, and otherwise promotes nothing and pages', async () => {
    const doubt = { ...lost, verdict: 'doubt' as const, reason: 'at most 310 s would be lost' };
    const alone = await bench.run({ ...planned(automatic), watchPrimary: () => doubt });
    assert.deepEqual([resultOf(alone), counts(alone)], ['refused', [0, 0, 0]]);
    assert.deepEqual([failureOf(alone), severityOf(alone)], ['PromotionInDoubt', 'P1']);
    assert.match(publishedOf(alone)[0]?.left.join() ?? '', /"mode":"promote".*"mostLossSeconds":370/);
    const asked = await bench.run({ ...planned({ ...automatic, approval }), watchPrimary: () => doubt });
    assert.deepEqual([resultOf(asked), counts(asked), asks(asked)], ['promoted', [0, 1, 0], [2, 1]]);
    assert.equal(asked.calls.checkDrained[0]?.mostLossSeconds, 370, 'what they were asked to accept');
    const early = { ...doubt, isLeaseOver: false };
    const unseen = await bench.run({ ...planned({ ...automatic, approval }), watchPrimary: () => early });
    assert.deepEqual([failureOf(unseen), asks(unseen)], ['PromotionInDoubt', [1, 0]]);
  });

  test('asks where policy does not let it decide, though everything says that the primary is lost', async () => {
    const mayNot = { ...automatic, automatic: { ...automatic.automatic, mayDecide: false } };
    const asked = await bench.run(planned({ ...mayNot, approval }));
    assert.deepEqual([resultOf(asked), asks(asked)], ['promoted', [2, 1]]);
    const nobody = await bench.run(planned(mayNot));
    assert.deepEqual([failureOf(nobody), counts(nobody), severityOf(nobody)], ['PromotionInDoubt', [0, 0, 0], 'P1']);
  });

  test('takes the word of those who approve for a primary that nothing keeps out', async () => {
    const open = { ...automatic, approval, lease: { ...automatic.lease, isFence: false } };
    const run = await bench.run({ ...planned(open), watchPrimary: () => ({ ...lost, verdict: 'doubt' }) });
    const [{ fence } = {}] = run.calls.checkDrained;
    assert.deepEqual(
      [resultOf(run), fence?.kind, fence?.kind === 'stated down' && fence.statement],
      ['promoted', 'stated down', 'said by anna, ben'],
    );
  });

  test('looks once more when it was approved: a primary that came back meanwhile stays', async () => {
    let looks = 0;
    const run = await bench.run({
      ...planned({ ...automatic, approval }),
      watchPrimary: () => {
        looks += 1;
        return { ...lost, verdict: looks === 1 ? 'doubt' : 'alive' };
      },
    });
    assert.deepEqual([failureOf(run), counts(run), severityOf(run)], ['PrimaryAlive', [0, 0, 0], 'P2']);
  });

  test('that cannot be watched changes nothing and pages', async () => {
    for (const error of ['AccessDeniedError', 'States.DataLimitExceeded']) {
      const run = await bench.run({ ...planned(automatic), watchPrimary: fail(error) });
      assert.deepEqual([resultOf(run), counts(run), severityOf(run)], ['refused', [0, 0, 0], 'P1'], error);
    }
  });

  test('of a primary that is well is refused by the plan, and wakes nobody', async () => {
    const refusals = [{ reason: 'RDS answers', remedy: 'nothing' }];
    const well = { ...automatic.automatic, isNothingLost: true };
    const run = await bench.run(planned({ ...automatic, automatic: well, refusals }));
    assert.deepEqual([resultOf(run), severityOf(run), run.calls.claimPromotion], ['refused', 'P4', []]);
    const lostOne = await bench.run(planned({ ...automatic, refusals }));
    assert.deepEqual([resultOf(lostOne), severityOf(lostOne)], ['refused', 'P1'], 'lost, and nothing can be promoted');
  });
}

function ofPeople() {
  const waiting = planned({ approval });

  test('begins when as many as are needed have said yes, and not before', async () => {
    let answers = 0;
    const run = await bench.run({
      ...waiting,
      checkPromotionAnswer: () => {
        answers += 1;
        return answers === 1 ? answered('anna', 'anna') : answered('ben', 'anna', 'ben');
      },
    });
    assert.deepEqual([resultOf(run), counts(run), asks(run)], ['promoted', [1, 1, 0], [0, 2]]);
    assert.equal(run.calls.planPromotion.length, 2, 'and it is planned anew then');
    assert.deepEqual(run.calls.askPromotion[1]?.approvedBy, ['anna']);
    assert.equal(run.calls.checkPromotionAnswer[1]?.before.length, 1);
    assert.equal(run.calls.recordPromotion[0]?.answers.length, 2);
  });

  test('changes nothing when something speaks against it by the time that they have said yes', async () => {
    let plans = 0;
    const run = await bench.run({
      planPromotion: () => {
        plans += 1;
        const refusals = plans === 1 ? [] : [{ reason: 'no replica', remedy: 'make one' }];
        return { plan: { ...plan, approval, refusals } };
      },
    });
    assert.deepEqual([resultOf(run), counts(run), asks(run)], ['refused', [0, 0, 0], [0, 1]]);
  });

  test('changes nothing when one of them refuses', async () => {
    const run = await bench.run({ ...waiting, checkPromotionAnswer: () => refused });
    assert.deepEqual([resultOf(run), counts(run), asks(run)], ['refused', [0, 0, 0], [0, 1]]);
    assert.deepEqual([failureOf(run), severityOf(run)], ['ApprovalRefused', 'P2']);
  });

  test('changes nothing and pages when the time for answers is over', async () => {
    const run = await bench.run({ ...waiting, askPromotion: fail('States.Timeout') });
    assert.deepEqual([resultOf(run), counts(run)], ['refused', [0, 0, 0]]);
    assert.deepEqual([failureOf(run), severityOf(run)], ['ApprovalExpired', 'P1']);
    assert.match(run.calls.recordPromotion[0]?.answers[0]?.reason ?? '', /is over/);
  });

  test('asks again after an answer that decides nothing, records it, and never without end', async () => {
    const run = await bench.run({ ...waiting, checkPromotionAnswer: () => answered(null, 'anna') });
    assert.deepEqual([resultOf(run), counts(run), asks(run)], ['refused', [0, 0, 0], [0, 20]]);
    assert.deepEqual([failureOf(run), severityOf(run)], ['ApprovalExpired', 'P1']);
    assert.equal(run.calls.recordPromotion[0]?.answers.length, 20);
  });

  test('gives all answers together no longer than policy says', async () => {
    let answers = 0;
    const run = await bench.run({
      ...waiting,
      checkPromotionAnswer: () => {
        answers += 1;
        return answers < 3 ? answered(null) : answered('ben', 'anna', 'ben');
      },
    });
    const seconds = run.calls.askPromotion.map((one) => one.seconds);
    assert.equal(seconds[0], 1800);
    assert.ok(
      seconds.every((one, index) => index === 0 || one <= (seconds[index - 1] ?? 0)),
      String(seconds),
    );
  });

  test('changes nothing when people cannot be asked, or their answer not be looked at', async () => {
    for (const task of ['askPromotion', 'checkPromotionAnswer'])
      for (const error of ['AccessDeniedError', 'States.DataLimitExceeded']) {
        const run = await bench.run({ ...waiting, [task]: fail(error) });
        assert.deepEqual([resultOf(run), counts(run)], ['refused', [0, 0, 0]], `${task} ${error}`);
      }
  });
}
