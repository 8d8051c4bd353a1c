import assert from 'node:assert/strict';
import { scriptLambdas } from '../../../sandbox/asl/query/lambda-script.ts';
import { runMachine } from '../../../sandbox/asl/run-machine.ts';
import { makeClock } from '../../../sandbox/clock.ts';

const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'StartRestore',
  States: {
    StartRestore: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: { 'Fn::GetAtt': ['startRestore', 'Arn'] }, Payload: '{% $states.input %}' },
      Output: '{% $states.result.Payload %}',
      End: true,
    },
  },
};

describe('Scripted functions', () => {
  test('a function is found by its serverless key, gets its payload and gives its result', async () => {
    const tasks = scriptLambdas({ startRestore: (payload) => ({ got: payload }) });
    const { output } = await runMachine(definition, { n: 1 }, { tasks, clock: makeClock(1000) });
    assert.deepEqual(output, { got: { n: 1 } });
  });

  test('an error thrown by the script is the function’s error', async () => {
    const tasks = scriptLambdas({
      startRestore() {
        throw Object.assign(new Error('31 h'), { name: 'SnapshotTooOldError' });
      },
    });
    const { error, cause } = await runMachine(definition, {}, { tasks, clock: makeClock(1000) });
    assert.equal(error, 'SnapshotTooOldError');
    assert.deepEqual(JSON.parse(cause ?? ''), { errorType: 'SnapshotTooOldError', errorMessage: '31 h' });
  });

  test('a function without a script is not found', async () => {
    const { error } = await runMachine(definition, {}, { tasks: scriptLambdas({}), clock: makeClock(1000) });
    assert.equal(error, 'Lambda.ResourceNotFoundException');
  });
});
