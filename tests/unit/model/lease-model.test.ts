import assert from 'node:assert/strict';
import { checkSchedules, exploreVariant, findVariants, replay, shownBySmallWorld } from '../../../model/lease/check.ts';
import { explore } from '../../../model/lease/explore.ts';
import { soundRules } from '../../../model/lease/rules.ts';
import { variants } from '../../../model/lease/variants.ts';

describe('the lease in a world in which everything goes wrong', () => {
  test('never lets two databases accept writes, and one of them always does in the end, in 10,000 schedules', () => {
    const { violations, takeovers, stranded } = checkSchedules(10_000, 1);
    assert.deepEqual(violations, []);
    // A model in which nothing happens would show nothing.
    assert.ok(takeovers > 1_000 && stranded > 100, `${takeovers} takeovers, ${stranded} stranded`);
  });

  test('never lets two databases accept writes in any schedule of a small world', () => {
    const { states, violation } = explore({ faults: 1, crashes: 1 }, soundRules);
    assert.equal(violation, undefined);
    assert.ok(states > 10_000, `${states} states`);
  });

  test('is watched by a model that finds every mistake', () => {
    const found = findVariants(3_000, 1);
    assert.equal(found.length, Object.keys(variants).length);
    assert.deepEqual(
      found.filter((one) => !('seed' in one)),
      [],
    );
  });

  for (const variant of shownBySmallWorld) {
    test(`is watched by a small world that finds one that ${variant}`, () => {
      assert.equal(exploreVariant(variant).violation, 'two databases accept writes');
    });
  }

  test('comes out the same for the same seed', () => {
    assert.deepEqual(replay(21), replay(21));
    assert.notDeepEqual(replay(21), replay(22));
  });
});
