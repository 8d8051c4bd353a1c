import assert from 'node:assert/strict';
import { eventTypes, fastClock, hanging, run, task } from './support.ts';

describe('[Task State]', () => {
  test('Arguments go to the resource, and its result is the output', async () => {
    const seen: unknown[] = [];
    const result = await run(
      { T: task({ Arguments: { FunctionName: 'f', Payload: '{% $states.input.a %}' } }) },
      { a: 1 },
      {
        tasks: async (resource, taskArguments) => {
          seen.push([resource, taskArguments]);
          return { ok: true };
        },
      },
    );
    assert.deepEqual(seen, [['arn:aws:states:::lambda:invoke', { FunctionName: 'f', Payload: 1 }]]);
    assert.deepEqual(result.output, { ok: true });
  });

  test('without Arguments the resource gets the state’s input', async () => {
    const result = await run({ T: task() }, { a: 1 }, { tasks: async (_resource, taskArguments) => taskArguments });
    assert.deepEqual(result.output, { a: 1 });
  });

  test('a task that returns nothing has the result null', async () => {
    assert.equal((await run({ T: task() }, {}, { tasks: async () => undefined })).output, null);
  });

  test('the integration’s events carry resource type, resource, parameters and limits', async () => {
    const result = await run(
      { T: task({ Arguments: { FunctionName: 'f' }, TimeoutSeconds: 900, HeartbeatSeconds: '{% 30 %}' }) },
      {},
      { tasks: async () => 1 },
    );
    assert.deepEqual(eventTypes(result).slice(1, -1), [
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
    ]);
    assert.deepEqual(result.events[2]?.taskScheduledEventDetails, {
      resourceType: 'lambda',
      resource: 'invoke',
      region: 'eu-central-1',
      parameters: '{"FunctionName":"f"}',
      timeoutInSeconds: 900,
      heartbeatInSeconds: 30,
    });
  });

  test('an aws-sdk resource has the service in its resource type', async () => {
    const Resource = 'arn:aws:states:::aws-sdk:rds:describeDBInstances';
    const result = await run({ T: task({ Resource }) }, {}, { tasks: async () => 1 });
    const details = result.events[2]?.taskScheduledEventDetails;
    assert.deepEqual([details?.resourceType, details?.resource], ['aws-sdk:rds', 'describeDBInstances']);
  });

  test('a Lambda function named directly writes LambdaFunction events', async () => {
    const Resource = 'arn:aws:lambda:eu-central-1:123456789012:function:f';
    const result = await run({ T: task({ Resource }) }, {}, { tasks: async () => 1 });
    assert.deepEqual(eventTypes(result).slice(2, 5), [
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
    ]);
  });

  test('Arguments that do not evaluate fail the state before anything is scheduled', async () => {
    const result = await run({ T: task({ Arguments: '{% $states.input.missing %}' }) });
    assert.equal(result.error, 'States.QueryEvaluationError');
    assert.ok(!eventTypes(result).includes('TaskScheduled'));
  });
});

describe('[Task State] timeouts and heartbeats', () => {
  test('a task longer than TimeoutSeconds is aborted and fails with States.Timeout', async () => {
    const tasks = hanging();
    const result = await run({ T: task({ TimeoutSeconds: 20 }) }, {}, { tasks });
    assert.equal(result.status, 'FAILED');
    assert.equal(result.error, 'States.Timeout');
    assert.equal(tasks.aborted(), 1);
    assert.equal(eventTypes(result).at(-2), 'TaskTimedOut');
  });

  test('TimeoutSeconds may be an expression', async () => {
    const states = { T: task({ TimeoutSeconds: '{% $states.input.limit %}' }) };
    assert.equal((await run(states, { limit: 20 }, { tasks: hanging() })).error, 'States.Timeout');
    assert.equal((await run(states, { limit: 0 }, { tasks: hanging() })).error, 'States.QueryEvaluationError');
  });

  test('a task that ignores its signal still times out', async () => {
    const tasks = () => new Promise(() => {});
    assert.equal((await run({ T: task({ TimeoutSeconds: 20 }) }, {}, { tasks })).error, 'States.Timeout');
  });

  test('a task without a heartbeat for HeartbeatSeconds fails with States.Timeout', async () => {
    const states = { T: task({ TimeoutSeconds: 5000, HeartbeatSeconds: 20 }) };
    const result = await run(states, {}, { tasks: hanging() });
    assert.equal(result.error, 'States.Timeout');
    assert.equal(eventTypes(result).at(-2), 'TaskTimedOut');
  });

  test('heartbeats keep a task alive past HeartbeatSeconds', async () => {
    const result = await run(
      { T: task({ TimeoutSeconds: 5000, HeartbeatSeconds: 100 }) },
      {},
      {
        tasks: async (_resource, _arguments, { heartbeat, signal }) => {
          for (let beat = 0; beat < 5; beat += 1) {
            await fastClock.wait(40_000, signal);
            heartbeat();
          }
          return 'alive';
        },
      },
    );
    assert.equal(result.output, 'alive');
  });

  test('a floor in real time keeps timeouts of a fast clock from firing on real work', async () => {
    const result = await run(
      { T: task({ TimeoutSeconds: 1 }) },
      {},
      {
        minimumTimeoutMilliseconds: 5000,
        tasks: async (_resource, _arguments, { signal }) => await fastClock.wait(50_000, signal),
      },
    );
    assert.equal(result.status, 'SUCCEEDED');
  });
});

describe('[developer guide: Wait for a callback with task token]', () => {
  test('the token is in the context object, and new on every attempt', async () => {
    const tokens: unknown[] = [];
    const result = await run(
      {
        T: task({
          Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
          Arguments: { Payload: { token: '{% $states.context.Task.Token %}' } },
          Retry: [{ ErrorEquals: ['Again'] }],
        }),
      },
      {},
      {
        tasks: async (_resource, taskArguments, { taskToken }) => {
          assert.equal(Object(taskArguments).Payload.token, taskToken);
          tokens.push(taskToken);
          if (tokens.length === 1) {
            throw Object.assign(new Error('again'), { name: 'Again' });
          }
          return 'called back';
        },
      },
    );
    assert.equal(result.output, 'called back');
    assert.equal(new Set(tokens).size, 2);
  });

  test('other patterns have no token', async () => {
    const result = await run({ T: task({ Arguments: '{% $states.context.Task.Token %}' }) });
    assert.equal(result.error, 'States.QueryEvaluationError');
  });

  test('a submitted request writes TaskSubmitted; one that fails before is TaskSubmitFailed', async () => {
    const Resource = 'arn:aws:states:::states:startExecution.sync:2';
    const good = await run(
      { T: task({ Resource }) },
      {},
      {
        tasks: async (_resource, _arguments, { submitted }) => {
          submitted({ ExecutionArn: 'x' });
          return 1;
        },
      },
    );
    assert.ok(eventTypes(good).includes('TaskSubmitted'));
    const bad = await run({ T: task({ Resource }) }, {}, { tasks: async () => Promise.reject(new Error('no')) });
    assert.ok(eventTypes(bad).includes('TaskSubmitFailed'));
  });
});
