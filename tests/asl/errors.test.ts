import assert from 'node:assert/strict';
import { retryDelaySeconds } from '../../sandbox/asl/retry-catch.ts';
import { countOf, failing, hanging, run, task } from './support.ts';

const caught = { Caught: { Type: 'Pass', End: true } };

describe('[Retrying after error]', () => {
  test('a retrier that takes the error runs the task again', async () => {
    const tasks = failing('Busy', 'Busy');
    const result = await run({ T: task({ Retry: [{ ErrorEquals: ['Busy'] }] }) }, {}, { tasks });
    assert.equal(result.output, 'done');
    assert.equal(tasks.calls(), 3);
    assert.equal(countOf(result, 'TaskScheduled'), 3);
    assert.equal(countOf(result, 'TaskStateEntered'), 1);
  });

  test('MaxAttempts is 3 unless given, and 0 means never', async () => {
    const many = failing('Busy', 'Busy', 'Busy', 'Busy', 'Busy');
    assert.equal((await run({ T: task({ Retry: [{ ErrorEquals: ['Busy'] }] }) }, {}, { tasks: many })).error, 'Busy');
    assert.equal(many.calls(), 4);
    const never = failing('Busy');
    const states = { T: task({ Retry: [{ ErrorEquals: ['Busy'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }] }) };
    assert.equal((await run(states, {}, { tasks: never })).error, 'Busy');
    assert.equal(never.calls(), 1);
  });

  test('each retrier counts its own attempts', async () => {
    const tasks = failing('A', 'B', 'A', 'B');
    const Retry = [
      { ErrorEquals: ['A'], MaxAttempts: 2 },
      { ErrorEquals: ['B'], MaxAttempts: 2 },
    ];
    assert.equal((await run({ T: task({ Retry }) }, {}, { tasks })).output, 'done');
  });

  test('the wait grows by BackoffRate, 1 s and 2.0 unless given', () => {
    const delays = (retrier: object) =>
      [0, 1, 2].map((made) => retryDelaySeconds({ ErrorEquals: [], ...retrier }, made, () => 0.5));
    assert.deepEqual(delays({}), [1, 2, 4]);
    assert.deepEqual(delays({ IntervalSeconds: 3, BackoffRate: 1.5 }), [3, 4.5, 6.75]);
  });

  test('MaxDelaySeconds caps the wait', () => {
    assert.equal(
      retryDelaySeconds({ ErrorEquals: [], IntervalSeconds: 10, MaxDelaySeconds: 15 }, 4, () => 0.5),
      15,
    );
  });

  test('full jitter waits anywhere between 0 and the computed delay', () => {
    const retrier = { ErrorEquals: [], IntervalSeconds: 8, JitterStrategy: 'FULL' } as const;
    assert.deepEqual(
      [0, 0.25, 1].map((part) => retryDelaySeconds(retrier, 0, () => part)),
      [0, 2, 8],
    );
  });

  test('RetryCount in the context object reports which attempt it is', async () => {
    const counts: unknown[] = [];
    await run(
      { T: task({ Arguments: '{% $states.context.State.RetryCount %}', Retry: [{ ErrorEquals: ['States.ALL'] }] }) },
      {},
      {
        tasks: async (_resource, count) => {
          counts.push(count);
          if (counts.length < 3) {
            throw new Error('again');
          }
        },
      },
    );
    assert.deepEqual(counts, [0, 1, 2]);
  });

  test('retries come before catchers', async () => {
    const tasks = failing('Busy', 'Busy');
    const fields = {
      Retry: [{ ErrorEquals: ['Busy'], MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ['Busy'], Next: 'Caught' }],
    };
    const result = await run({ T: task(fields), ...caught }, {}, { tasks });
    assert.deepEqual(result.path, ['T', 'Caught']);
    assert.equal(tasks.calls(), 2);
  });
});

describe('[Fallback states]', () => {
  test('a catcher without Output passes Error and Cause on', async () => {
    const result = await run(
      { T: task({ Catch: [{ ErrorEquals: ['Busy'], Next: 'Caught' }] }), ...caught },
      {},
      { tasks: failing('Busy') },
    );
    assert.deepEqual(result.output, {
      Error: 'Busy',
      Cause: '{"errorType":"Busy","errorMessage":"failure 1"}',
    });
  });

  test('a catcher’s Assign and Output see $states.errorOutput and $states.input', async () => {
    const Catch = [
      {
        ErrorEquals: ['States.ALL'],
        Next: 'Caught',
        Assign: { why: '{% $parse($states.errorOutput.Cause).errorMessage %}' },
        Output: "{% {'e': $states.errorOutput.Error, 'in': $states.input} %}",
      },
    ];
    const states = { T: task({ Catch }), Caught: { Type: 'Pass', Output: '{% [$states.input, $why] %}', End: true } };
    const result = await run(states, { n: 1 }, { tasks: failing('Busy') });
    assert.deepEqual(result.output, [{ e: 'Busy', in: { n: 1 } }, 'failure 1']);
  });

  test('the first catcher that takes the error decides', async () => {
    const Catch = [
      { ErrorEquals: ['Other'], Next: 'Wrong' },
      { ErrorEquals: ['X', 'Busy'], Next: 'Caught' },
      { ErrorEquals: ['States.ALL'], Next: 'Wrong' },
    ];
    const states = { T: task({ Catch }), ...caught, Wrong: { Type: 'Fail' } };
    assert.deepEqual((await run(states, {}, { tasks: failing('Busy') })).path, ['T', 'Caught']);
  });

  test('an uncaught error fails the execution with its own name and cause', async () => {
    const result = await run({ T: task() }, {}, { tasks: failing('Busy') });
    assert.deepEqual([result.status, result.error], ['FAILED', 'Busy']);
  });

  test('an error of Output in the state itself is caught too', async () => {
    const fields = {
      Output: '{% $states.result.missing %}',
      Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'Caught' }],
    };
    const result = await run({ T: task(fields), ...caught }, {}, { tasks: async () => ({}) });
    assert.deepEqual(result.path, ['T', 'Caught']);
  });

  test('an error of a catcher’s own Output fails the execution', async () => {
    const fields = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught', Output: '{% $states.input.missing %}' }] };
    const result = await run({ T: task(fields), ...caught }, {}, { tasks: failing('Busy') });
    assert.equal(result.error, 'States.QueryEvaluationError');
  });
});

describe('[Appendix A: Predefined Error Codes] error names, and those of the developer guide', () => {
  const outcome = async (ErrorEquals: string[], error: string) => {
    const states = { T: task({ Catch: [{ ErrorEquals, Next: 'Caught' }] }), ...caught };
    const result = await run(states, {}, { tasks: failing(error) });
    return result.path.includes('Caught');
  };

  test('States.ALL takes any error, except States.Runtime and States.DataLimitExceeded', async () => {
    assert.equal(await outcome(['States.ALL'], 'Anything'), true);
    assert.equal(await outcome(['States.ALL'], 'States.Timeout'), true);
    assert.equal(await outcome(['States.ALL'], 'States.Runtime'), false);
    assert.equal(await outcome(['States.ALL'], 'States.DataLimitExceeded'), false);
  });

  test('States.TaskFailed takes any error except States.Timeout', async () => {
    assert.equal(await outcome(['States.TaskFailed'], 'Anything'), true);
    assert.equal(await outcome(['States.TaskFailed'], 'States.Timeout'), false);
  });

  test('a missed heartbeat is a States.Timeout, which both names take', async () => {
    for (const [name, limit, taken] of [
      ['States.Timeout', 'HeartbeatSeconds', true],
      ['States.HeartbeatTimeout', 'HeartbeatSeconds', true],
      ['States.HeartbeatTimeout', 'TimeoutSeconds', false],
    ] as const) {
      const Catch = [{ ErrorEquals: [name], Next: 'Caught' }];
      const result = await run({ T: task({ [limit]: 20, Catch }), ...caught }, {}, { tasks: hanging() });
      assert.equal(result.path.includes('Caught'), taken, `${name} ${limit}`);
    }
  });

  test('States.Runtime is not even taken by its own name', async () => {
    assert.equal(await outcome(['States.Runtime'], 'States.Runtime'), false);
  });

  test('names are case-sensitive', async () => {
    assert.equal(await outcome(['busy'], 'Busy'), false);
  });

  test('a task’s result of more than 256 KiB is States.DataLimitExceeded, which its own name catches, and States.ALL', async () => {
    const tasks = async () => 'x'.repeat(262_145);
    const states = (ErrorEquals: string[]) => ({ T: task({ Catch: [{ ErrorEquals, Next: 'Caught' }] }), ...caught });
    assert.equal((await run(states(['States.ALL']), {}, { tasks })).status, 'SUCCEEDED');
    assert.equal((await run(states(['States.DataLimitExceeded']), {}, { tasks })).status, 'SUCCEEDED');
  });

  test('an Output of more than 256 KiB is States.DataLimitExceeded', async () => {
    const Output = "{% $join($map([1..40], function($i) { $pad('', 10000, 'x') })) %}";
    assert.equal((await run({ P: { Type: 'Pass', Output, End: true } })).error, 'States.DataLimitExceeded');
  });
});
