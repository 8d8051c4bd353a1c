import assert from 'node:assert/strict';
import { AwsError } from '../../sandbox/wire/aws-error.ts';
import type { Operation } from '../../sandbox/wire/service.ts';
import { makeBench, withCode } from './service-support.ts';
import { task } from './support.ts';

const lambda = (answer: object | (() => never)): Record<string, Operation> => ({
  'lambda:Invoke': () => (typeof answer === 'function' ? answer() : { StatusCode: 200, ...answer }),
});

async function runTask(fields: Record<string, unknown>, others: Record<string, Operation>, input: unknown = {}) {
  const bench = makeBench(others);
  const description = await bench.runToEnd(await bench.create('nightly', { T: task(fields) }), input);
  const output = description['output'];
  return { bench, description, output: output === undefined ? undefined : JSON.parse(String(output)) };
}

describe('[developer guide: Invoke Lambda functions] lambda:invoke', () => {
  const Arguments = { FunctionName: 'f', Payload: { n: '{% $states.input.n %}' } };

  test('the payload goes as bytes, as the machine’s role, and the result has Payload and StatusCode', async () => {
    const { bench, output } = await runTask({ Arguments }, lambda({ Payload: Buffer.from('{"ok":true}') }), { n: 1 });
    assert.deepEqual(output.Payload, { ok: true });
    assert.equal(output.StatusCode, 200);
    const [call] = bench.calls;
    assert.equal(Buffer.from(Object(call?.input['Payload'])).toString(), '{"n":1}');
    assert.equal(call?.caller.roleName, 'nightly');
  });

  test('a function’s error has the payload’s errorType as its name and the payload as its cause', async () => {
    const Payload = '{"errorType":"SnapshotTooOldError","errorMessage":"31 h","trace":[]}';
    const { description } = await runTask({ Arguments }, lambda({ FunctionError: 'Unhandled', Payload }), { n: 1 });
    assert.equal(description['error'], 'SnapshotTooOldError');
    assert.equal(description['cause'], Payload);
  });

  test('a time-out is Sandbox.Timedout; an error without a type is Lambda.Unknown', async () => {
    const timedOut =
      '{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: x Error: Task timed out after 3.00 seconds"}';
    const first = await runTask({ Arguments }, lambda({ FunctionError: 'Unhandled', Payload: timedOut }), { n: 1 });
    assert.equal(first.description['error'], 'Sandbox.Timedout');
    const second = await runTask(
      { Arguments },
      lambda({ FunctionError: 'Unhandled', Payload: '{"errorMessage":"x"}' }),
      { n: 1 },
    );
    assert.equal(second.description['error'], 'Lambda.Unknown');
  });

  test('errors of the service itself are Lambda.…, a missing permission is Lambda.AWSLambdaException', async () => {
    for (const [code, name] of [
      ['ServiceException', 'Lambda.ServiceException'],
      ['TooManyRequestsException', 'Lambda.TooManyRequestsException'],
      ['ResourceNotFoundException', 'Lambda.ResourceNotFoundException'],
      ['AccessDeniedException', 'Lambda.AWSLambdaException'],
    ] as const) {
      const failing = lambda(() => {
        throw new AwsError(code, 'no');
      });
      assert.equal((await runTask({ Arguments }, failing, { n: 1 })).description['error'], name);
    }
  });

  test('a broken connection is Lambda.SdkClientException', async () => {
    const failing = lambda(() => {
      throw new Error('socket hang up');
    });
    assert.equal((await runTask({ Arguments }, failing, { n: 1 })).description['error'], 'Lambda.SdkClientException');
  });

  test('a function named directly gets the arguments as its event, and its result is the task’s', async () => {
    const Resource = 'arn:aws:lambda:eu-central-1:123456789012:function:f';
    const { output } = await runTask({ Resource, Arguments: { n: 1 } }, lambda({ Payload: '"direct"' }));
    assert.equal(output, 'direct');
  });
});

describe('[developer guide: Wait for a callback with task token] task tokens', () => {
  const waiting = {
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: { FunctionName: 'f', Payload: { token: '{% $states.context.Task.Token %}' } },
    TimeoutSeconds: 50_000,
  };

  /** Starts the waiting machine and answers its token once the function has it. */
  async function start(fields: Record<string, unknown> = {}) {
    const { promise: token, resolve } = Promise.withResolvers<string>();
    const bench = makeBench({
      'lambda:Invoke': (input: { Payload: Uint8Array }) => {
        resolve(JSON.parse(Buffer.from(input.Payload).toString()).token);
        return { StatusCode: 200, Payload: '{}' };
      },
    });
    const stateMachineArn = await bench.create('nightly', { T: task({ ...waiting, ...fields }) });
    const { executionArn } = await bench.call('StartExecution', { stateMachineArn });
    const end = bench.states.waitForEnd(String(executionArn));
    return { bench, end, taskToken: await token };
  }

  test('SendTaskSuccess ends the task with its output, once', async () => {
    const { bench, end, taskToken } = await start();
    await bench.call('SendTaskSuccess', { taskToken, output: '{"ok":1}' });
    assert.equal((await end).output, '{"ok":1}');
    await assert.rejects(bench.call('SendTaskSuccess', { taskToken, output: '1' }), withCode('TaskTimedOut'));
  });

  test('a callback that comes while the function still runs counts, and a second one is refused', async () => {
    let second: Promise<unknown> = Promise.resolve();
    const bench = makeBench({
      'lambda:Invoke': async (input: { Payload: Uint8Array }) => {
        const taskToken: string = JSON.parse(Buffer.from(input.Payload).toString()).token;
        await bench.call('SendTaskSuccess', { taskToken, output: '"early"' });
        second = assert.rejects(
          bench.call('SendTaskSuccess', { taskToken, output: '"late"' }),
          withCode('TaskTimedOut'),
        );
        return { StatusCode: 200, Payload: '{}' };
      },
    });
    const description = await bench.runToEnd(await bench.create('nightly', { T: task(waiting) }));
    assert.equal(description['output'], '"early"');
    await second;
  });

  test('SendTaskFailure fails the task with its error and cause', async () => {
    const { bench, end, taskToken } = await start();
    await bench.call('SendTaskFailure', { taskToken, error: 'Refused', cause: 'by hand' });
    const { status, error, cause } = await end;
    assert.deepEqual([status, error, cause], ['FAILED', 'Refused', 'by hand']);
  });

  test('without a heartbeat the task times out, and its token is gone', async () => {
    const { bench, end, taskToken } = await start({ HeartbeatSeconds: 30 });
    assert.equal((await end).error, 'States.Timeout');
    await assert.rejects(bench.call('SendTaskHeartbeat', { taskToken }), withCode('TaskTimedOut'));
  });

  test('a token that nobody issued and output that is not JSON are refused', async () => {
    const { bench, end, taskToken } = await start();
    await assert.rejects(bench.call('SendTaskSuccess', { taskToken: 'x', output: '1' }), withCode('InvalidToken'));
    await assert.rejects(bench.call('SendTaskSuccess', { taskToken, output: '{' }), withCode('InvalidOutput'));
    await bench.states.abortAll();
    assert.equal((await end).status, 'ABORTED');
  });
});

describe('[developer guide: Start workflow executions] states:startExecution', () => {
  const child = { C: { Type: 'Pass', Output: { got: '{% $states.input.n %}' }, End: true } };
  const childArn = 'arn:aws:states:eu-central-1:123456789012:stateMachine:child';

  async function runParent(Resource: string, childStates: Record<string, Record<string, unknown>>) {
    const bench = makeBench();
    await bench.create('child', childStates);
    const parent = await bench.create('parent', {
      T: task({ Resource, Arguments: { StateMachineArn: childArn, Input: { n: 5 } } }),
    });
    return { bench, description: await bench.runToEnd(parent) };
  }

  test('.sync:2 answers the child’s output as JSON, .sync as text', async () => {
    const two = await runParent('arn:aws:states:::states:startExecution.sync:2', child);
    assert.deepEqual(JSON.parse(String(two.description['output'])).Output, { got: 5 });
    const one = await runParent('arn:aws:states:::states:startExecution.sync', child);
    assert.equal(JSON.parse(String(one.description['output'])).Output, '{"got":5}');
  });

  test('without .sync the task ends as soon as the child runs', async () => {
    const { bench, description } = await runParent('arn:aws:states:::states:startExecution', {
      W: { Type: 'Wait', Seconds: 90_000, End: true },
    });
    const { ExecutionArn } = JSON.parse(String(description['output']));
    assert.equal((await bench.call('DescribeExecution', { executionArn: ExecutionArn }))['status'], 'RUNNING');
    await bench.states.abortAll();
  });

  test('a failed child fails the task with States.TaskFailed and its description as the cause', async () => {
    const { description } = await runParent('arn:aws:states:::states:startExecution.sync:2', {
      F: { Type: 'Fail', Error: 'ChildBroke', Cause: 'why' },
    });
    assert.equal(description['error'], 'States.TaskFailed');
    const cause = JSON.parse(String(description['cause']));
    assert.deepEqual([cause.Status, cause.Error, cause.Cause], ['FAILED', 'ChildBroke', 'why']);
  });

  test('stopping the parent stops the child', async () => {
    const bench = makeBench();
    await bench.create('child', { W: { Type: 'Wait', Seconds: 90_000, End: true } });
    const stateMachineArn = await bench.create('parent', {
      T: task({
        Resource: 'arn:aws:states:::states:startExecution.sync:2',
        Arguments: { StateMachineArn: childArn, Name: 'c' },
      }),
    });
    const started = new Promise<void>((resolve) => {
      bench.states.onEvent((event) => {
        if (event.kind === 'history' && event.event.type === 'TaskSubmitted') {
          resolve();
        }
      });
    });
    const { executionArn } = await bench.call('StartExecution', { stateMachineArn });
    await started;
    await bench.call('StopExecution', { executionArn });
    const end = await bench.states.waitForEnd('arn:aws:states:eu-central-1:123456789012:execution:child:c');
    assert.equal(end.status, 'ABORTED');
  });
});

describe('[developer guide: Integrating services] other integrations', () => {
  test('sns:publish sends a Message that is not text as JSON', async () => {
    const Arguments = { TopicArn: 't', Message: { a: 1 } };
    const { bench, output } = await runTask(
      { Resource: 'arn:aws:states:::sns:publish', Arguments },
      { 'sns:Publish': () => ({ MessageId: 'm' }) },
    );
    assert.equal(bench.calls[0]?.input['Message'], '{"a":1}');
    assert.equal(output.MessageId, 'm');
  });

  test('events:putEvents sends Detail as JSON with the execution in Resources, and fails on a failed entry', async () => {
    const Arguments = { Entries: [{ Source: 's', DetailType: 'd', Detail: { a: 1 } }] };
    const Resource = 'arn:aws:states:::events:putEvents';
    const good = await runTask(
      { Resource, Arguments },
      { 'events:PutEvents': () => ({ FailedEntryCount: 0, Entries: [] }) },
    );
    const [entry] = Object(good.bench.calls[0]?.input['Entries']);
    assert.equal(entry.Detail, '{"a":1}');
    assert.equal(entry.Resources.length, 2);
    const bad = await runTask(
      { Resource, Arguments },
      { 'events:PutEvents': () => ({ FailedEntryCount: 1, Entries: [{}] }) },
    );
    assert.equal(bad.description['error'], 'EventBridge.FailedEntry');
  });

  test('aws-sdk takes and gives the Java names of members, and dates as text', async () => {
    const { bench, output } = await runTask(
      {
        Resource: 'arn:aws:states:::aws-sdk:rds:describeDBInstances',
        Arguments: { DbInstanceIdentifier: 'orders' },
      },
      {
        'rds:DescribeDBInstances': () => ({
          DBInstances: [
            { DBInstanceIdentifier: 'orders', InstanceCreateTime: new Date(0), DBInstanceStatus: undefined },
          ],
        }),
      },
    );
    assert.deepEqual(bench.calls[0]?.input, { DBInstanceIdentifier: 'orders' });
    assert.deepEqual(output, {
      DbInstances: [{ DbInstanceIdentifier: 'orders', InstanceCreateTime: '1970-01-01T00:00:00.000Z' }],
    });
  });

  test('a member that Step Functions does not know is refused', async () => {
    const { description } = await runTask(
      { Resource: 'arn:aws:states:::aws-sdk:rds:describeDBInstances', Arguments: { DBInstanceIdentifier: 'x' } },
      {},
    );
    assert.match(String(description['cause']), /'DBInstanceIdentifier' is not supported by Step Functions/);
  });

  test('errors of aws-sdk are named as in Java: modelled ones by their own class, others by the service’s', async () => {
    const fields = { Resource: 'arn:aws:states:::aws-sdk:rds:describeDBInstances', Arguments: {} };
    for (const [code, name] of [
      ['DBInstanceNotFoundFault', 'Rds.DbInstanceNotFoundException'],
      ['AccessDenied', 'Rds.RdsException'],
      ['InvalidParameterValue', 'Rds.RdsException'],
    ] as const) {
      const failing: Operation = () => {
        throw new AwsError(code, 'no', { status: 404 });
      };
      const { description } = await runTask(fields, { 'rds:DescribeDBInstances': failing });
      assert.equal(description['error'], name);
      assert.equal(description['cause'], 'no (Service: Rds, Status Code: 404)');
    }
  });

  test('an integration that the sandbox does not have is a named error', async () => {
    const { description } = await runTask({ Resource: 'arn:aws:states:::ecs:runTask.sync' }, {});
    assert.equal(description['error'], 'States.Runtime');
    assert.match(String(description['cause']), /'arn:aws:states:::ecs:runTask\.sync' is not supported by the sandbox/);
  });
});
