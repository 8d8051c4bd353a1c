import assert from 'node:assert/strict';
import { InvalidDefinitionError } from '../../sandbox/asl/check/invalid-definition.ts';
import { loadMachine } from '../../sandbox/asl/load-machine.ts';
import { makeBench } from './service-support.ts';
import { machine, run } from './support.ts';

const pass = { P: { Type: 'Pass', End: true } };

describe('[Data]', () => {
  test('text, numbers, truth values, null and arrays are data like objects', async () => {
    for (const value of ['text', 7.5, false, null, [1, 'two']]) {
      assert.deepEqual((await run(pass, value)).output, value);
    }
  });

  test('a machine that is started without input has {}', async () => {
    const bench = makeBench();
    const stateMachineArn = await bench.create('plain', pass);
    const { executionArn } = await bench.call('StartExecution', { stateMachineArn });
    await bench.states.waitForEnd(String(executionArn));
    const { input, output } = await bench.call('DescribeExecution', { executionArn });
    assert.deepEqual([input, output], ['{}', '{}']);
  });

  test('the output of a state is the input of the next one', async () => {
    const states = {
      One: { Type: 'Pass', Output: { n: '{% $states.input.n + 1 %}' }, Next: 'Two' },
      Two: { Type: 'Pass', Output: '{% $states.input.n * 10 %}', End: true },
    };
    assert.equal((await run(states, { n: 1 })).output, 20);
  });
});

describe('[Input and Output Processing with JSONata]', () => {
  test('without Output a task’s result is the output, and Arguments do not change the input that Output sees', async () => {
    const tasks = async (_resource: string, given: unknown) => ({ given });
    const T = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: { a: 1 }, End: true };
    assert.deepEqual((await run({ T }, { b: 2 }, { tasks })).output, { given: { a: 1 } });
    const Output = '{% [$states.input, $states.result] %}';
    assert.deepEqual((await run({ T: { ...T, Output } }, { b: 2 }, { tasks })).output, [{ b: 2 }, { given: { a: 1 } }]);
  });
});

describe('[Table of State Types and Fields (JSONata)]', () => {
  const every = ['Task', 'Parallel', 'Map', 'Pass', 'Wait', 'Choice', 'Succeed', 'Fail'];
  const allowed: Readonly<Record<string, readonly string[]>> = {
    Comment: every,
    Output: every.slice(0, 7),
    Assign: every.slice(0, 6),
    Next: every.slice(0, 5),
    End: every.slice(0, 5),
    Arguments: ['Task', 'Parallel'],
    Retry: ['Task', 'Parallel', 'Map'],
    Catch: ['Task', 'Parallel', 'Map'],
  };
  const sampleOf = (field: string) =>
    ({ Assign: {}, Arguments: {}, End: true, Retry: [], Catch: [] })[field] ?? 'Other';
  const faultsOf = (state: Record<string, unknown>): readonly string[] => {
    try {
      loadMachine(machine({ S: state, Other: { Type: 'Succeed' } }));
      return [];
    } catch (error) {
      if (error instanceof InvalidDefinitionError) return error.faults;
      throw error;
    }
  };

  for (const [field, types] of Object.entries(allowed)) {
    test(`${field} belongs to ${types.join(', ')} and to no other`, () => {
      const accepted = every.filter(
        (Type) =>
          !faultsOf({ Type, [field]: sampleOf(field) }).some((fault) => fault.includes(`S/${field}: not a field`)),
      );
      assert.deepEqual(accepted, types);
    });
  }

  test('a state without a Type, or of another, is refused', () => {
    assert.match(faultsOf({ End: true }).join(), /States\/S\/?.*Type/);
    assert.match(faultsOf({ Type: 'Loop', End: true }).join(), /Loop/);
  });
});
