import assert from 'node:assert/strict';
import { filesOf } from '../repository/files.ts';
import { machines } from '../repository/state-machine.ts';
import { armsOf, isMarker, withMarkers } from './arms.ts';

const asserts = /deepEqual\((\w+\.)?armsNotTaken\(\), \[\]\)/;
const faultsOf = (workflows: readonly string[], tests: ReadonlyMap<string, string>): string[] =>
  workflows.flatMap((workflow) =>
    asserts.test(tests.get(`${workflow}.test.ts`) ?? '')
      ? []
      : [`no test of '${workflow}' asserts that every branch was taken`],
  );

describe('every choice and every catcher', () => {
  const tests = new Map(
    filesOf('tests/workflows/**/*.test.ts').map(({ path, text }) => [path.split('/').at(-1) ?? '', text]),
  );
  const workflows = machines().map(({ workflow }) => workflow);

  test('of every machine is taken by the tests of its workflow', () => {
    assert.ok(workflows.length >= 9);
    assert.deepEqual(faultsOf(workflows, tests), []);
  });

  test('of a machine without such a test is reported', () => {
    assert.deepEqual(faultsOf(['example'], tests), ["no test of 'example' asserts that every branch was taken"]);
  });

  test('is an arm of its own, also where several lead to one place', () => {
    const definition = {
      States: {
        Ask: {
          Type: 'Task',
          Next: 'Decide',
          Catch: [
            { ErrorEquals: ['Busy'], Next: 'End', Assign: { failure: null } },
            { ErrorEquals: ['States.DataLimitExceeded'], Next: 'End' },
            { ErrorEquals: ['States.ALL'], Next: 'End' },
            { ErrorEquals: ['States.ALL'], Next: 'Decide' },
          ],
        },
        Decide: { Type: 'Choice', Choices: [{ Next: 'End' }, { Next: 'Ask' }], Default: 'End' },
        End: { Type: 'Succeed' },
      },
    };
    const arms = armsOf(withMarkers(definition)).filter((arm) => !isMarker(arm.split(' -> ')[0] ?? ''));
    assert.equal(arms.length, 7);
    assert.equal(new Set(arms).size, 7);
    assert.deepEqual(Object.keys(definition.States), ['Ask', 'Decide', 'End'], 'the machine itself is left as it is');
  });
});
