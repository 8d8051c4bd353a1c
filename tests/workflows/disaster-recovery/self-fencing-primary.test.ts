import assert from 'node:assert/strict';
import { fail } from '../workflow-support.ts';
import { bench, counts, drained, lease, plan, publishedOf, resultOf } from './promotion-bench.ts';

test('a promotion takes a lease that its primary enforces itself for a fence, up to the moment at which it is over', async () => {
  const own = { ...plan, lease: { ...lease, isFence: true } };
  let looks = 0;
  const run = await bench.run({
    planPromotion: () => ({ plan: own }),
    fencePrimary: fail('PrimaryUnreachableError'),
    checkLease: ({ watch: seen }) => {
      looks += 1;
      return { isOver: looks === 3, watch: seen, silent: [] };
    },
  });
  assert.deepEqual([run.status, resultOf(run), counts(run)], ['SUCCEEDED', 'promoted', [6, 1, 0]]);
  const { fence } = run.calls.checkDrained[0] ?? {};
  assert.deepEqual([fence?.kind, fence?.kind === 'lease over' && fence.epoch], ['lease over', 4]);
  assert.ok(Date.parse(fence?.at ?? '') > Date.parse(run.calls.checkLease[0]?.fence.at ?? ''), 'it wrote until then');
  assert.match(publishedOf(run)[0]?.left.join('\n') ?? '', /keeps its applications out by itself/);
  const unlost = await bench.run({
    planPromotion: () => ({ plan: own }),
    fencePrimary: fail('PrimaryUnreachableError'),
    checkDrained: () => ({ ...drained, lossSeconds: 9, isAccepted: false }),
  });
  assert.deepEqual([resultOf(unlost), counts(unlost)], ['refused', [6, 0, 0]], 'no fence to lift');
});
