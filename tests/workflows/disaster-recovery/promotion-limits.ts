import assert from 'node:assert/strict';
import { fail, transients } from '../workflow-support.ts';
import { askedAgain, bench, notCarried, resultOf } from './promotion-bench.ts';

/** What is too long to be carried, and what is asked for again. */
export function describeLimits(): void {
  describe('dr-promotion at its limits', limits);
}

function limits() {
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
}
