import assert from 'node:assert/strict';
import type { Execution } from '../../sandbox/asl/execution.ts';
import { makeExecution, toResult } from '../../sandbox/asl/run-machine.ts';
import { countOf, eventTypes, failing, fastClock, hanging, machine, noTasks, run, task } from './support.ts';

describe('[Top-level fields]', () => {
  test('a machine longer than TimeoutSeconds times out and stops what it does', async () => {
    const hang = hanging();
    const result = await run({ T: task() }, {}, { tasks: hang, fields: { TimeoutSeconds: 20 } });
    assert.deepEqual([result.status, result.error], ['TIMED_OUT', 'States.Timeout']);
    assert.equal(hang.aborted(), 1);
    assert.equal(eventTypes(result).at(-1), 'ExecutionTimedOut');
  });

  test('the timeout of the machine cannot be caught in it', async () => {
    const states = { T: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'C' }] }), C: { Type: 'Succeed' } };
    assert.equal((await run(states, {}, { tasks: hanging(), fields: { TimeoutSeconds: 20 } })).status, 'TIMED_OUT');
  });

  test('[developer guide: Quotas] a loop ends at the quota of 25,000 events with States.Runtime', async () => {
    const result = await run({
      A: { Type: 'Pass', Next: 'B' },
      B: { Type: 'Choice', Choices: [{ Condition: true, Next: 'A' }], Default: 'C' },
      C: { Type: 'Succeed' },
    });
    assert.equal(result.error, 'States.Runtime');
    assert.equal(result.events.length, 25_000);
  });
});

describe('[API: StopExecution]', () => {
  test('an aborted execution ends its task, and says so for the state and for itself', async () => {
    const hang = hanging();
    const controller = new AbortController();
    const result = await run(
      { T: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'C' }] }), C: { Type: 'Succeed' } },
      {},
      {
        signal: controller.signal,
        tasks: (resource, taskArguments, options) => {
          queueMicrotask(() => controller.abort());
          return hang(resource, taskArguments, options);
        },
      },
    );
    assert.equal(result.status, 'ABORTED');
    assert.equal(hang.aborted(), 1);
    assert.deepEqual(eventTypes(result).slice(-2), ['TaskStateAborted', 'ExecutionAborted']);
  });
});

describe('[developer guide: Restarting executions with redrive]', () => {
  const redriven = async (
    states: Record<string, Record<string, unknown>>,
    tasks: Parameters<typeof run>[2],
    input: unknown = {},
  ) => {
    const children: Execution[] = [];
    const execution = makeExecution(machine(states), input, { tasks: noTasks, clock: fastClock, ...tasks }, children);
    await execution.run();
    assert.equal(execution.status, 'FAILED');
    const before = execution.path.length;
    await execution.redrive();
    return { execution, result: toResult(execution), again: execution.path.slice(before), children };
  };

  test('it continues at the failed state with the same input and variables, and keeps the history', async () => {
    const { result, again, execution } = await redriven(
      {
        A: { Type: 'Pass', Assign: { x: 1 }, Output: 'from A', Next: 'T' },
        T: task({ Arguments: "{% {'i': $states.input, 'x': $x} %}", Output: '{% $states.result %}' }),
      },
      {
        tasks: (() => {
          let calls = 0;
          return async (_resource: string, taskArguments: unknown) => {
            calls += 1;
            if (calls === 1) {
              throw new Error('first');
            }
            return taskArguments;
          };
        })(),
      },
    );
    assert.equal(result.status, 'SUCCEEDED');
    assert.deepEqual(result.output, { i: 'from A', x: 1 });
    assert.deepEqual(again, ['T']);
    assert.equal(execution.redriveCount, 1);
    assert.equal(countOf(result, 'ExecutionRedriven'), 1);
    const redrive = result.events.find((event) => event.type === 'ExecutionRedriven');
    assert.equal(redrive?.previousEventId, Number(redrive?.id) - 1);
    assert.equal(countOf(result, 'PassStateEntered'), 1);
    assert.equal(countOf(result, 'TaskStateEntered'), 1);
  });

  test('only the branches of a Parallel state that did not succeed run again', async () => {
    const Branches = [
      { StartAt: 'Good', States: { Good: { Type: 'Pass', Output: 'good', End: true } } },
      { StartAt: 'Bad', States: { Bad: task() } },
    ];
    const { result, again } = await redriven(
      { P: { Type: 'Parallel', Branches, End: true } },
      { tasks: failing('Once') },
    );
    assert.deepEqual(result.output, ['good', 'done']);
    assert.deepEqual(again, ['P', 'Bad']);
  });

  test('only the iterations of an inline Map that did not succeed run again', async () => {
    let failed = false;
    const calls: unknown[] = [];
    const { result } = await redriven(
      {
        M: {
          Type: 'Map',
          Items: ['a', 'b'],
          MaxConcurrency: 1,
          ItemProcessor: { StartAt: 'Each', States: { Each: task() } },
          End: true,
        },
      },
      {
        tasks: async (_resource, item) => {
          calls.push(item);
          if (item === 'b' && !failed) {
            failed = true;
            throw new Error('once');
          }
          return item;
        },
      },
    );
    assert.deepEqual(result.output, ['a', 'b']);
    assert.deepEqual(calls, ['a', 'b', 'b']);
  });

  test('a distributed Map redrives its run: only the children that did not succeed', async () => {
    let failed = false;
    const calls: unknown[] = [];
    const { result, children } = await redriven(
      {
        M: {
          Type: 'Map',
          Items: ['a', 'b'],
          MaxConcurrency: 1,
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            StartAt: 'Each',
            States: { Each: task() },
          },
          End: true,
        },
      },
      {
        tasks: async (_resource, item) => {
          calls.push(item);
          if (item === 'b' && !failed) {
            failed = true;
            throw new Error('once');
          }
          return item;
        },
      },
    );
    assert.deepEqual(result.output, ['a', 'b']);
    assert.deepEqual(calls, ['a', 'b', 'b']);
    assert.deepEqual(
      children.map((child) => child.redriveCount),
      [0, 1, 1],
      'a ended once; b ended, and ended again in its redrive',
    );
    assert.equal(countOf(result, 'MapRunStarted'), 1);
    assert.equal(countOf(result, 'MapRunRedriven'), 1);
  });
});
