import assert from 'node:assert/strict';
import type { StatesEvent } from '../../sandbox/services/states/states-event.ts';
import { makeBench, roleArn, withCode } from './service-support.ts';
import { machine, task } from './support.ts';

const done = { Done: { Type: 'Succeed' } };
const long = { W: { Type: 'Wait', Seconds: 90_000, End: true } };

describe('[API: CreateStateMachine and its like] state machines', () => {
  test('creating the same machine again answers the same ARN; another definition is refused', async () => {
    const bench = makeBench();
    const arn = await bench.create('nightly', done);
    assert.equal(arn, 'arn:aws:states:eu-central-1:123456789012:stateMachine:nightly');
    assert.equal(await bench.create('nightly', done), arn);
    await assert.rejects(bench.create('nightly', long), withCode('StateMachineAlreadyExists'));
  });

  test('names, definitions and types are checked', async () => {
    const bench = makeBench();
    await assert.rejects(bench.create('x'.repeat(81), done), withCode('InvalidName'));
    await assert.rejects(bench.create('with space', done), withCode('InvalidName'));
    await assert.rejects(bench.create('bad', { A: { Type: 'Nope' } }), withCode('InvalidDefinition'));
    const express = { name: 'e', roleArn, type: 'EXPRESS', definition: JSON.stringify(machine(done)) };
    await assert.rejects(bench.call('CreateStateMachine', express), withCode('StateMachineTypeNotSupported'));
  });

  test('an update holds for executions started after it', async () => {
    const bench = makeBench();
    const stateMachineArn = await bench.create('nightly', { A: { Type: 'Pass', Output: 'old', End: true } });
    const definition = JSON.stringify(machine({ A: { Type: 'Pass', Output: 'new', End: true } }));
    await bench.call('UpdateStateMachine', { stateMachineArn, definition });
    assert.equal((await bench.runToEnd(stateMachineArn))['output'], '"new"');
    assert.equal((await bench.call('DescribeStateMachine', { stateMachineArn }))['definition'], definition);
  });

  test('machines are listed by page and by region, and gone after deletion', async () => {
    const bench = makeBench();
    for (const name of ['b', 'a', 'c']) {
      await bench.create(name, done);
    }
    const first = await bench.call('ListStateMachines', { maxResults: 2 });
    const second = await bench.call('ListStateMachines', { maxResults: 2, nextToken: first['nextToken'] });
    const names = [first, second].flatMap((page) =>
      Object(page['stateMachines']).map((item: { name: string }) => item.name),
    );
    assert.deepEqual(names, ['a', 'b', 'c']);
    assert.equal(second['nextToken'], undefined);
    const stateMachineArn = await bench.create('a', done);
    await bench.call('DeleteStateMachine', { stateMachineArn });
    await assert.rejects(bench.call('DescribeStateMachine', { stateMachineArn }), withCode('StateMachineDoesNotExist'));
    await assert.rejects(bench.call('StartExecution', { stateMachineArn }), withCode('StateMachineDoesNotExist'));
  });

  test('ValidateStateMachineDefinition reports the faults without creating anything', async () => {
    const bench = makeBench();
    const good = await bench.call('ValidateStateMachineDefinition', { definition: JSON.stringify(machine(done)) });
    assert.deepEqual(good, { result: 'OK', diagnostics: [] });
    const bad = await bench.call('ValidateStateMachineDefinition', { definition: '{}' });
    assert.equal(bad['result'], 'FAIL');
  });
});

describe('[API: StartExecution and its like] executions', () => {
  test('a description has input, output, dates and status', async () => {
    const bench = makeBench();
    const stateMachineArn = await bench.create('nightly', { A: { Type: 'Pass', End: true } });
    const description = await bench.runToEnd(stateMachineArn, { n: 1 });
    assert.equal(description['status'], 'SUCCEEDED');
    assert.equal(description['input'], '{"n":1}');
    assert.equal(description['output'], '{"n":1}');
    assert.equal(description['redriveStatus'], 'NOT_REDRIVABLE');
    assert.ok(Number(description['stopDate']) >= Number(description['startDate']));
  });

  test('the same name and input of a running execution answers it, anything else of the name is refused', async () => {
    const bench = makeBench();
    const stateMachineArn = await bench.create('nightly', long);
    const request = { stateMachineArn, name: 'one', input: '{"a": 1}' };
    const first = await bench.call('StartExecution', request);
    assert.deepEqual(await bench.call('StartExecution', { ...request, input: '{"a":1}' }), first);
    await assert.rejects(bench.call('StartExecution', { ...request, input: '{}' }), withCode('ExecutionAlreadyExists'));
    await bench.call('StopExecution', { executionArn: first['executionArn'] });
    await assert.rejects(bench.call('StartExecution', request), withCode('ExecutionAlreadyExists'));
  });

  test('a name of more than 80 characters, input that is not JSON and input over 256 KiB are refused', async () => {
    const bench = makeBench();
    const stateMachineArn = await bench.create('nightly', done);
    const start = (fields: object) => bench.call('StartExecution', { stateMachineArn, ...fields });
    await assert.rejects(start({ name: 'x'.repeat(81) }), withCode('InvalidName'));
    await assert.rejects(start({ input: '{' }), withCode('InvalidExecutionInput'));
    await assert.rejects(start({ input: JSON.stringify('x'.repeat(262_144)) }), withCode('InvalidExecutionInput'));
  });

  test('StopExecution aborts with its error and cause', async () => {
    const bench = makeBench();
    const stateMachineArn = await bench.create('nightly', long);
    const { executionArn } = await bench.call('StartExecution', { stateMachineArn });
    await bench.call('StopExecution', { executionArn, error: 'Operator', cause: 'enough' });
    const description = await bench.call('DescribeExecution', { executionArn });
    assert.deepEqual(
      [description['status'], description['error'], description['cause']],
      ['ABORTED', 'Operator', 'enough'],
    );
  });

  test('executions are listed newest first, by status and by page', async () => {
    const bench = makeBench();
    const stateMachineArn = await bench.create('nightly', {
      C: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.ok %}', Next: 'Done' }], Default: 'Bad' },
      ...done,
      Bad: { Type: 'Fail', Error: 'Bad' },
    });
    for (const ok of [true, false, true]) {
      await bench.runToEnd(stateMachineArn, { ok });
    }
    const failed = await bench.call('ListExecutions', { stateMachineArn, statusFilter: 'FAILED' });
    assert.equal(Object(failed['executions']).length, 1);
    const page = await bench.call('ListExecutions', { stateMachineArn, maxResults: 2 });
    assert.deepEqual(
      Object(page['executions']).map((item: { status: string }) => item.status),
      ['SUCCEEDED', 'FAILED'],
    );
    assert.equal(typeof page['nextToken'], 'string');
    await assert.rejects(
      bench.call('ListExecutions', { stateMachineArn, nextToken: 'garbage' }),
      withCode('InvalidToken'),
    );
  });

  test('the history comes by page, in reverse, and without data when asked', async () => {
    const bench = makeBench();
    const stateMachineArn = await bench.create('nightly', { A: { Type: 'Pass', End: true } });
    const { executionArn } = await bench.runToEnd(stateMachineArn);
    const types = async (fields: object) => {
      const { events } = await bench.call('GetExecutionHistory', { executionArn, ...fields });
      return Object(events).map((event: { type: string }) => event.type);
    };
    assert.deepEqual(await types({}), [
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
    assert.deepEqual(await types({ reverseOrder: true, maxResults: 1 }), ['ExecutionSucceeded']);
    const { events } = await bench.call('GetExecutionHistory', { executionArn, includeExecutionData: false });
    assert.ok(!JSON.stringify(events).includes('"input"'));
  });

  test('unknown executions and wrong ARNs have their own errors', async () => {
    const bench = makeBench();
    const executionArn = 'arn:aws:states:eu-central-1:123456789012:execution:nightly:none';
    await assert.rejects(bench.call('DescribeExecution', { executionArn }), withCode('ExecutionDoesNotExist'));
    await assert.rejects(bench.call('DescribeExecution', { executionArn: 'x' }), withCode('InvalidArn'));
  });

  test('a failed execution is redrivable and continues, one that succeeded is not', async () => {
    let failing = true;
    const bench = makeBench({
      'lambda:Invoke': () => {
        const answer = failing ? { FunctionError: 'Unhandled', Payload: '{"errorType":"Once"}' } : { Payload: '"ok"' };
        failing = false;
        return { StatusCode: 200, ...answer };
      },
    });
    const stateMachineArn = await bench.create('nightly', {
      T: task({ Arguments: { FunctionName: 'f' }, Output: '{% $states.result.Payload %}' }),
    });
    const { executionArn, redriveStatus } = await bench.runToEnd(stateMachineArn);
    assert.equal(redriveStatus, 'REDRIVABLE');
    await bench.call('RedriveExecution', { executionArn });
    await bench.states.waitForEnd(String(executionArn));
    const description = await bench.call('DescribeExecution', { executionArn });
    assert.deepEqual(
      [description['status'], description['output'], description['redriveCount']],
      ['SUCCEEDED', '"ok"', 1],
    );
    await assert.rejects(bench.call('RedriveExecution', { executionArn }), withCode('ExecutionNotRedrivable'));
  });
});

describe('[API: DescribeMapRun and its like] Map runs', () => {
  test('children are executions that are found by their Map run, with counts', async () => {
    const bench = makeBench();
    const stateMachineArn = await bench.create('fleet', {
      M: {
        Type: 'Map',
        Items: [1, 2, 3],
        Label: 'Databases',
        ToleratedFailureCount: 1,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'C',
          States: {
            C: { Type: 'Choice', Choices: [{ Condition: '{% $states.input = 2 %}', Next: 'Bad' }], Default: 'Good' },
            Bad: { Type: 'Fail', Error: 'Bad' },
            Good: { Type: 'Succeed' },
          },
        },
        End: true,
      },
    });
    const { executionArn, output } = await bench.runToEnd(stateMachineArn);
    assert.equal(output, '[1,3]');
    const { mapRuns } = await bench.call('ListMapRuns', { executionArn });
    const [{ mapRunArn }] = Object(mapRuns);
    const mapRun = await bench.call('DescribeMapRun', { mapRunArn });
    assert.equal(mapRun['status'], 'SUCCEEDED');
    const counts = Object(mapRun['itemCounts']);
    assert.deepEqual([counts.succeeded, counts.failed, counts.total], [2, 1, 3]);
    const { executions } = await bench.call('ListExecutions', { mapRunArn });
    assert.equal(Object(executions).length, 3);
    const [child] = Object(executions);
    const description = await bench.call('DescribeExecution', { executionArn: child.executionArn });
    assert.equal(description['mapRunArn'], mapRunArn);
    const history = await bench.call('GetExecutionHistory', { executionArn: child.executionArn });
    assert.ok(Object(history['events']).length >= 4);
    const { executions: parents } = await bench.call('ListExecutions', { stateMachineArn });
    assert.equal(Object(parents).length, 1);
  });
});

describe('[none: of the sandbox alone] what it hears and stops', () => {
  test('listeners get every history event and every change of status', async () => {
    const bench = makeBench();
    const heard: StatesEvent[] = [];
    const off = bench.states.onEvent((event) => heard.push(event));
    const stateMachineArn = await bench.create('nightly', done);
    await bench.runToEnd(stateMachineArn);
    const statuses = heard.flatMap((event) => (event.kind === 'status' ? [event.detail.status] : []));
    assert.deepEqual(statuses, ['RUNNING', 'SUCCEEDED']);
    assert.equal(heard.filter((event) => event.kind === 'history').length, 4);
    off();
    const before = heard.length;
    await bench.runToEnd(stateMachineArn);
    assert.equal(heard.length, before);
  });

  test('abortAll ends everything that runs, and takes nothing new', async () => {
    const bench = makeBench();
    const stateMachineArn = await bench.create('nightly', long);
    await bench.call('StartExecution', { stateMachineArn });
    await bench.call('StartExecution', { stateMachineArn });
    assert.equal(bench.states.running().length, 2);
    await bench.states.abortAll();
    assert.equal(bench.states.running().length, 0);
    await assert.rejects(bench.call('StartExecution', { stateMachineArn }), withCode('ServiceUnavailable'));
  });
});
