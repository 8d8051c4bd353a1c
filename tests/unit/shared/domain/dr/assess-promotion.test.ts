import assert from 'node:assert/strict';
import type { RecordPromotionInput } from '../../../../../shared/contracts/dr-promotion/dr-promotion.ts';
import { assessPromotion } from '../../../../../shared/domain/dr/assess-promotion.ts';
import { pastRecovery } from '../../../../../shared/domain/dr/past-recovery.ts';
import { isInTime, targetsOf } from '../../../../../shared/domain/dr/targets.ts';

const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 5, 0, second)).toISOString();
const targets = { rtoSeconds: 60, rpoSeconds: 10 };
const replay = { lsn: '0/30', receivedLsn: '0/30', lastCommitAt: at(0), at: at(0) };
const name = 'fantasy.db.example.internal';
const plan: NonNullable<RecordPromotionInput['plan']> = {
  ...{ database: 'fantasy', isActed: true, reason: 'a test', mostLossSeconds: 0, primaryIsDown: null, lease: null },
  primary: { region: 'us-east-1', instanceId: 'fantasy-dev', status: 'available', isMultiAz: true, keptOut: [] },
  replica: { region: 'us-west-2', instanceId: 'fantasy-dr', arn: 'arn', status: 'available', replay },
  ...{ predictedLossSeconds: 0, name, automatic: null, approval: null, refusals: [] },
};
const confirmed = { name, target: 'fantasy-dr.example.com', role: 'app', transaction: '7', at: at(50) };
const ended: RecordPromotionInput = {
  ...{ executionName: 'run-1', executionArn: 'arn', startedAt: at(0), request: {}, plan, fence: null, lease: null },
  drained: { replay, isDrained: true, lossSeconds: 4, isAccepted: true },
  opened: { endpoint: 'fantasy-dr.example.com:5432', roles: ['app'], writableAt: at(40) },
  ...{ seen: null, answers: [] },
  ...{ confirmed, nameFailure: null, isPromotionAsked: true, isLifted: false },
  ...{ failure: null, liftFailure: null, hardenFailure: null, phases: [] },
};
const assessed = (change: Partial<RecordPromotionInput> = {}) => assessPromotion({ ...ended, ...change }, targets);

describe('a promotion against its targets', () => {
  test('is in time when a client had written soon enough and little enough is lost', () => {
    const { isInTime: inTime, rtoSeconds, lossSeconds, summary } = assessed();
    assert.deepEqual([inTime, rtoSeconds, lossSeconds], [true, 50, 4]);
    assert.match(summary, /: IN TIME \(required are 60 s, and at most 10 s lost\)$/);
  });

  test('is not in time when either was missed, and says so', () => {
    const late = assessed({ confirmed: { ...confirmed, at: at(61) } });
    const lossy = assessed({ drained: { replay, isDrained: true, lossSeconds: 11, isAccepted: true } });
    for (const one of [late, lossy])
      assert.deepEqual([one.isInTime, /NOT IN TIME/.test(one.summary)], [false, true], one.summary);
    assert.equal(assessed({ confirmed: { ...confirmed, at: at(60) } }).isInTime, true);
  });

  test('of a name that no client has confirmed is in time as far as anybody knows, and late when it was late anyway', () => {
    const unconfirmed = assessed({ confirmed: null });
    assert.deepEqual([unconfirmed.isInTime, unconfirmed.rtoSeconds], [null, 40]);
    assert.match(unconfirmed.summary, /nobody knows whether in time/);
    const opened = { endpoint: 'e', roles: ['app'], writableAt: at(61) };
    assert.equal(assessed({ confirmed: null, opened }).isInTime, false);
    assert.equal(assessed({ confirmed: null, plan: { ...plan, name: null } }).isInTime, true);
  });

  test('is judged only when something was promoted', () => {
    for (const change of [
      { isPromotionAsked: false, opened: null, confirmed: null },
      { opened: null, confirmed: null },
    ])
      assert.equal(assessed(change).isInTime, null);
    assert.equal(assessed({ opened: null, confirmed: null }).result, 'unfinished');
  });

  test('that is only planned says when more would be lost than may be', () => {
    const planned = (predictedLossSeconds: number) =>
      assessed({
        ...{ isPromotionAsked: false, opened: null, confirmed: null, drained: null },
        plan: { ...plan, isActed: false, predictedLossSeconds },
      }).summary;
    assert.match(planned(11), /11 s old, MORE THAN THE 10 s THAT MAY BE LOST$/);
    assert.match(planned(10), /10 s old$/);
  });
});

describe('the targets', () => {
  test('are those of operations.yml, in seconds', () => {
    assert.deepEqual(targetsOf({ disasterRecovery: { rtoMinutes: 60, rpoMinutes: 15 } }), {
      ...{ rtoSeconds: 3600, rpoSeconds: 900 },
    });
  });

  test('are missed by what is known to be late, and kept only by what is known', () => {
    const cases = [
      [60, 10, true],
      [61, 10, false],
      [60, 11, false],
      [61, null, false],
      [null, 11, false],
      [null, 10, null],
      [60, null, null],
      [null, null, null],
    ] as const;
    for (const [rto, rpo, expected] of cases) assert.equal(isInTime(rto, rpo, targets), expected, `${rto} ${rpo}`);
  });
});

describe('what a promotion or drill says for the next one', () => {
  const phase = (named: string, from: number, to: number) => ({ name: named, startedAt: at(from), endedAt: at(to) });
  const record = {
    ...{ workflow: 'dr-promotion' as const, execution: { name: 'run-1', startedAt: at(0) }, database: 'fantasy' },
    ...{ result: 'promoted', rtoSeconds: 50, lossSeconds: 4 },
    phases: [
      phase('PlanPromotion', 0, 2),
      phase('AwaitApproval', 2, 5),
      phase('AwaitLease', 5, 25),
      phase('AwaitPromotion', 25, 35),
      phase('SwitchName', 35, 45),
    ],
  };

  test('is its time without the waits for people, a lease and a name', () => {
    const past = pastRecovery(record);
    assert.deepEqual([past.kind, past.rtoSeconds, past.rpoSeconds, past.workSeconds], ['promotion', 50, 4, 17]);
  });

  test('is nothing of its time where it was not measured', () => {
    const { lossSeconds: _, ...drill } = record;
    const past = pastRecovery({ ...drill, workflow: 'dr-drill', rtoSeconds: null, rpoSeconds: 0 });
    assert.deepEqual([past.kind, past.rpoSeconds, past.workSeconds], ['drill', 0, null]);
  });
});
