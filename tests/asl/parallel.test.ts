import assert from 'node:assert/strict';
import { countOf, eventTypes, failing, hanging, run, task } from './support.ts';

const branch = (name: string, state: Record<string, unknown>) => ({ StartAt: name, States: { [name]: state } });

describe('[Parallel State]', () => {
  test('the branches get the same input, and the result is the array of their outputs in their order', async () => {
    const Branches = [
      branch('Slow', { Type: 'Wait', Seconds: 20, Output: '{% $states.input.n %}', End: true }),
      branch('Quick', { Type: 'Pass', Output: '{% $states.input.n + 1 %}', End: true }),
    ];
    const result = await run({ P: { Type: 'Parallel', Branches, End: true } }, { n: 1 });
    assert.deepEqual(result.output, [1, 2]);
  });

  test('Arguments replace the input of the branches', async () => {
    const Branches = [branch('A', { Type: 'Pass', End: true })];
    const result = await run(
      { P: { Type: 'Parallel', Arguments: { a: '{% $states.input %}' }, Branches, End: true } },
      7,
    );
    assert.deepEqual(result.output, [{ a: 7 }]);
  });

  test('the branches run at the same time', async () => {
    let running = 0;
    let most = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const result = await run(
      { P: { Type: 'Parallel', Branches: [branch('A', task()), branch('B', task())], End: true } },
      {},
      {
        tasks: async () => {
          running += 1;
          most = Math.max(most, running);
          if (running === 2) {
            resolve();
          }
          await promise;
        },
      },
    );
    assert.equal(result.status, 'SUCCEEDED');
    assert.equal(most, 2);
  });

  test('a failing branch stops the others, and its error is the state’s', async () => {
    const hang = hanging();
    const Branches = [branch('Hangs', task()), branch('Fails', { Type: 'Fail', Error: 'Broken', Cause: 'why' })];
    const result = await run({ P: { Type: 'Parallel', Branches, End: true } }, {}, { tasks: hang });
    assert.deepEqual([result.status, result.error, result.cause], ['FAILED', 'Broken', 'why']);
    assert.equal(hang.aborted(), 1);
    assert.deepEqual(eventTypes(result).slice(-3), ['TaskStateAborted', 'ParallelStateFailed', 'ExecutionFailed']);
  });

  test('a sibling is stopped during its wait between retries', async () => {
    const Retry = [{ ErrorEquals: ['Busy'], IntervalSeconds: 90000 }];
    const Branches = [
      branch('Retries', task({ Retry })),
      branch('Waits', { Type: 'Wait', Seconds: 20, End: true }),
      {
        StartAt: 'Before',
        States: { Before: { Type: 'Wait', Seconds: 10, Next: 'Fails' }, Fails: { Type: 'Fail', Error: 'Broken' } },
      },
    ];
    const result = await run({ P: { Type: 'Parallel', Branches, End: true } }, {}, { tasks: failing('Busy', 'Busy') });
    assert.equal(result.error, 'Broken');
  });

  test('its error can be caught, and retried with all branches anew', async () => {
    const tasks = failing('Once');
    const Branches = [branch('A', task()), branch('B', { Type: 'Pass', Output: 'b', End: true })];
    const retried = await run(
      { P: { Type: 'Parallel', Branches, Retry: [{ ErrorEquals: ['Once'] }], End: true } },
      {},
      { tasks },
    );
    assert.deepEqual(retried.output, ['done', 'b']);
    assert.equal(countOf(retried, 'ParallelStateStarted'), 2);
    assert.equal(retried.path.filter((name) => name === 'B').length, 2);
    const caught = await run(
      {
        P: { Type: 'Parallel', Branches, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'C' }], End: true },
        C: { Type: 'Pass', Output: '{% $states.input.Error %}', End: true },
      },
      {},
      { tasks: failing('Once') },
    );
    assert.equal(caught.output, 'Once');
  });

  test('a branch’s first event follows the state’s start', async () => {
    const Branches = [branch('A', { Type: 'Pass', End: true }), branch('B', { Type: 'Pass', End: true })];
    const { events } = await run({ P: { Type: 'Parallel', Branches, End: true } });
    const started = events.find((event) => event.type === 'ParallelStateStarted');
    const entered = events.filter((event) => event.type === 'PassStateEntered');
    assert.deepEqual(
      entered.map((event) => event.previousEventId),
      [started?.id, started?.id],
    );
  });
});
