import assert from 'node:assert/strict';
import { unassignedVariables } from '../../sandbox/asl/check/variables.ts';
import { loadMachine } from '../../sandbox/asl/load-machine.ts';
import { machine, run } from './support.ts';

const branch = (state: Record<string, unknown>) => ({ StartAt: 'In', States: { In: state } });

describe('[State Machine Variables]', () => {
  test('a variable lives until the end of the execution, past states that do not pass it on', async () => {
    const result = await run({
      A: { Type: 'Pass', Assign: { x: 1 }, Output: 'other', Next: 'B' },
      B: { Type: 'Pass', Next: 'C' },
      C: { Type: 'Pass', Output: '{% $x %}', End: true },
    });
    assert.equal(result.output, 1);
  });

  test('all expressions of an Assign see the values from before it, as the Output beside it does', async () => {
    const result = await run({
      A: { Type: 'Pass', Assign: { x: 1, y: 2 }, Next: 'B' },
      B: { Type: 'Pass', Assign: { x: '{% $y %}', y: '{% $x %}' }, Output: '{% [$x, $y] %}', Next: 'C' },
      C: { Type: 'Pass', Output: "{% {'before': $states.input, 'after': [$x, $y]} %}", End: true },
    });
    assert.deepEqual(result.output, { before: [1, 2], after: [2, 1] });
  });

  test('a nested object is assigned as a whole', async () => {
    const result = await run(
      {
        A: { Type: 'Pass', Assign: { x: { a: '{% $states.input.n %}', b: 2 } }, Next: 'B' },
        B: { Type: 'Pass', Output: '{% $x %}', End: true },
      },
      { n: 1 },
    );
    assert.deepEqual(result.output, { a: 1, b: 2 });
  });

  test('the values are reported in the state’s exit event as JSON', async () => {
    const result = await run({ A: { Type: 'Pass', Assign: { x: { a: 1 } }, End: true } });
    assert.deepEqual(result.events[2]?.stateExitedEventDetails?.assignedVariables, { x: '{"a":1}' });
  });

  test('a branch reads the variables outside of it', async () => {
    const result = await run({
      A: { Type: 'Pass', Assign: { x: 5 }, Next: 'P' },
      P: { Type: 'Parallel', Branches: [branch({ Type: 'Pass', Output: '{% $x %}', End: true })], End: true },
    });
    assert.deepEqual(result.output, [5]);
  });

  test('a branch cannot assign a variable of an outer scope', async () => {
    await assert.rejects(
      run({
        A: { Type: 'Pass', Assign: { x: 5 }, Next: 'P' },
        P: { Type: 'Parallel', Branches: [branch({ Type: 'Pass', Assign: { x: 6 }, End: true })], End: true },
      }),
      /'x' is assigned in an outer scope/,
    );
  });

  test('variables of one branch are not seen by another, nor outside', async () => {
    const states = {
      P: { Type: 'Parallel', Branches: [branch({ Type: 'Pass', Assign: { inner: 1 }, End: true })], Next: 'B' },
      B: { Type: 'Pass', Output: '{% $inner %}', End: true },
    };
    assert.match((await run(states)).cause ?? '', /'\$inner' specified for the field 'Output' returned nothing/);
    assert.deepEqual(unassignedVariables(loadMachine(machine(states))), [
      "States/B: variable '$inner' is read, but no state assigns it",
    ]);
  });

  test('two branches may use the same name, each for itself', async () => {
    const own = (value: number) => ({
      StartAt: `S${value}`,
      States: {
        [`S${value}`]: { Type: 'Pass', Assign: { mine: value }, Next: `E${value}` },
        [`E${value}`]: { Type: 'Pass', Output: '{% $mine %}', End: true },
      },
    });
    const result = await run({ P: { Type: 'Parallel', Branches: [own(1), own(2)], End: true } });
    assert.deepEqual(result.output, [1, 2]);
  });

  test('a Parallel state itself assigns in its own scope, from the result of its branches', async () => {
    const result = await run({
      P: {
        Type: 'Parallel',
        Branches: [branch({ Type: 'Pass', Output: 1, End: true })],
        Assign: { got: '{% $states.result[0] %}' },
        Next: 'B',
      },
      B: { Type: 'Pass', Output: '{% $got %}', End: true },
    });
    assert.equal(result.output, 1);
  });

  test('reading a variable that is assigned only later is a States.QueryEvaluationError', async () => {
    const result = await run({
      A: { Type: 'Pass', Output: '{% $late %}', Next: 'B' },
      B: { Type: 'Pass', Assign: { late: 1 }, End: true },
    });
    assert.equal(result.error, 'States.QueryEvaluationError');
  });

  test('`states` cannot be assigned, nor a name that is not an identifier', async () => {
    await assert.rejects(run({ A: { Type: 'Pass', Assign: { states: 1 }, End: true } }), /'states' cannot be the name/);
    await assert.rejects(run({ A: { Type: 'Pass', Assign: { '1x': 1 }, End: true } }), /'1x' cannot be the name/);
  });
});
