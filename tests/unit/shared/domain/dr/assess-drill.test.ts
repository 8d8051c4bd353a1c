import assert from 'node:assert/strict';
import type { RecordDrillInput } from '../../../../../shared/contracts/dr-drill/dr-drill.ts';
import { assessDrill } from '../../../../../shared/domain/dr/assess-drill.ts';
import { drillFacts, drillPlan, drillRun, targets } from '../../../../support/drill/drill-facts.ts';

const assess = (more: Partial<RecordDrillInput> = {}) => assessDrill({ ...drillRun, ...more }, targets);
const failure = { state: 'CheckPromoted', error: 'PromotionTimedOut', cause: 'an hour' };

describe('the assessment of a drill', () => {
  test('counts the RTO from the order, which is the fence, until the client has read its row back', () => {
    const { result, severity, rtoSeconds, isInTime } = assess();
    assert.deepEqual([result, severity, rtoSeconds, isInTime], ['rehearsed', 'P4', 100, true]);
  });

  test('counts from the backup what would be lost had only that been left, and not from the start of the drill', () => {
    assert.equal(assess().backupRpoSeconds, 7200 + 901);
  });

  test('is not in time when it took longer than the target, or lost more', () => {
    for (const wanted of [
      { rtoSeconds: 99, rpoSeconds: 900 },
      { rtoSeconds: 3600, rpoSeconds: -1 },
    ]) {
      const { isInTime, severity, result } = assessDrill(drillRun, wanted);
      assert.deepEqual([result, isInTime, severity], ['rehearsed', false, 'P2']);
    }
  });

  test('knows no RPO and is not rehearsed where the row of before the fence is lost', () => {
    const { result, rpoSeconds, summary } = assess({ confirmed: { ...drillFacts.confirmed, isBeforeThere: false } });
    assert.deepEqual([result, rpoSeconds], ['not rehearsed', null]);
    assert.match(summary, /acknowledged before the fence is lost/);
  });

  test('knows no RTO where no client has confirmed it', () => {
    const { result, rtoSeconds, isInTime } = assess({ confirmed: null, failure });
    assert.deepEqual([result, rtoSeconds, isInTime], ['not rehearsed', null, null]);
  });

  test('names everything of the scope that was not removed, and is no success for people', () => {
    const { severity, left } = assess({ isCleanedUp: false, cleanUpFailure: failure });
    assert.equal(severity, 'P2');
    for (const one of [
      drillPlan.primaryId,
      drillPlan.replicaId,
      drillPlan.name ?? '',
      `lease/drill/${drillPlan.scope}.json`,
    ])
      assert.ok(left.join().includes(one), one);
  });

  test('is refused, and says with what remedy, when something spoke against it; and when it could not be planned', () => {
    const refusals = [{ reason: 'no backup', remedy: 'Make one.' }];
    const { result, left, severity } = assess({ plan: { ...drillPlan, refusals } });
    assert.deepEqual([result, left, severity], ['refused', ['Make one.'], 'P2']);
    assert.equal(assess({ plan: null, failure }).result, 'refused');
  });

  test('is a plan when nothing else was asked for', () => {
    const { result, severity } = assess({ plan: { ...drillPlan, isActed: false }, confirmed: null });
    assert.deepEqual([result, severity], ['planned', 'P4']);
  });
});
