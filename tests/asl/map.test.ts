import assert from 'node:assert/strict';
import { countOf, eventTypes, failing, fastClock, hanging, run, task } from './support.ts';

const processor = (state: Record<string, unknown>) => ({ StartAt: 'Each', States: { Each: state } });
const map = (fields: Record<string, unknown>) => ({ M: { Type: 'Map', End: true, ...fields } });

describe('[Map State] inline', () => {
  test('every item is an iteration’s input, and the result is the array of outputs in item order', async () => {
    const ItemProcessor = processor({ Type: 'Pass', Output: '{% $states.input * 2 %}', End: true });
    assert.deepEqual((await run(map({ Items: [1, 2, 3], ItemProcessor }))).output, [2, 4, 6]);
  });

  test('without Items the state’s input is the array', async () => {
    const ItemProcessor = processor({ Type: 'Pass', End: true });
    assert.deepEqual((await run(map({ ItemProcessor }), ['a'])).output, ['a']);
  });

  test('Items may be an expression, and an object is a States.QueryEvaluationError', async () => {
    const states = map({ Items: '{% $states.input.o %}', ItemProcessor: processor({ Type: 'Pass', End: true }) });
    assert.deepEqual((await run(states, { o: ['a'] })).output, ['a']);
    const result = await run(states, { o: { a: 1 } });
    assert.equal(result.error, 'States.QueryEvaluationError');
    assert.match(result.cause ?? '', /Expected 'array', but was 'object'/);
  });

  test('Items that are neither array nor object are a States.QueryEvaluationError', async () => {
    const ItemProcessor = processor({ Type: 'Pass', End: true });
    assert.equal((await run(map({ ItemProcessor }), 5)).error, 'States.QueryEvaluationError');
  });

  test('an empty array gives an empty array', async () => {
    const ItemProcessor = processor({ Type: 'Pass', End: true });
    assert.deepEqual((await run(map({ Items: [], ItemProcessor }))).output, []);
  });

  test('ItemSelector makes each input, with Map.Item of the context object', async () => {
    const ItemProcessor = processor({
      Type: 'Pass',
      Output: '{% $merge([$states.input, {"again": $states.context.Map.Item.Index}]) %}',
      End: true,
    });
    const ItemSelector = {
      index: '{% $states.context.Map.Item.Index %}',
      value: '{% $states.context.Map.Item.Value %}',
      all: '{% $count($states.input) %}',
    };
    const result = await run(map({ ItemSelector, ItemProcessor }), ['x', 'y']);
    assert.deepEqual(result.output, [
      { index: 0, value: 'x', all: 2, again: 0 },
      { index: 1, value: 'y', all: 2, again: 1 },
    ]);
  });

  test('MaxConcurrency bounds how many run at a time', async () => {
    for (const MaxConcurrency of [1, 2, '{% 1 + 1 %}']) {
      let running = 0;
      let most = 0;
      await run(
        map({ Items: [1, 2, 3, 4, 5], MaxConcurrency, ItemProcessor: processor(task()) }),
        {},
        {
          tasks: async (_resource, _arguments, { signal }) => {
            running += 1;
            most = Math.max(most, running);
            await fastClock.wait(5000, signal);
            running -= 1;
          },
        },
      );
      assert.equal(most, MaxConcurrency === 1 ? 1 : 2);
    }
  });

  test('a failing iteration stops the others and fails the state with its error', async () => {
    const hang = hanging();
    const result = await run(
      map({ Items: ['hang', 'fail'], ItemProcessor: processor(task()) }),
      {},
      {
        tasks: async (resource, item, options) => {
          if (item === 'fail') {
            throw Object.assign(new Error('bad item'), { name: 'BadItem' });
          }
          return await hang(resource, item, options);
        },
      },
    );
    assert.equal(result.error, 'BadItem');
    assert.equal(hang.aborted(), 1);
    assert.equal(countOf(result, 'MapIterationAborted'), 1);
    assert.equal(countOf(result, 'MapIterationFailed'), 1);
    assert.deepEqual(eventTypes(result).slice(-2), ['MapStateFailed', 'ExecutionFailed']);
  });

  test('the state can be retried and caught like a task', async () => {
    const Retry = [{ ErrorEquals: ['Once'] }];
    const result = await run(
      map({ Items: [1], Retry, ItemProcessor: processor(task()) }),
      {},
      { tasks: failing('Once') },
    );
    assert.deepEqual(result.output, ['done']);
  });

  test('the history has the state’s start with its length, and each iteration with its index', async () => {
    const result = await run(map({ Items: ['a'], ItemProcessor: processor({ Type: 'Pass', End: true }) }));
    assert.deepEqual(eventTypes(result).slice(1, -1), [
      'MapStateEntered',
      'MapStateStarted',
      'MapIterationStarted',
      'PassStateEntered',
      'PassStateExited',
      'MapIterationSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
    ]);
    assert.equal(result.events[2]?.mapStateStartedEventDetails?.length, 1);
    assert.deepEqual(result.events[3]?.mapIterationStartedEventDetails, { name: 'M', index: 0 });
  });
});

describe('[Map State] distributed', () => {
  const distributed = (state: Record<string, unknown>) => ({
    ...processor(state),
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
  });
  const failOdd = async (_resource: string, item: unknown) => {
    if (Number(item) % 2 === 1) {
      throw Object.assign(new Error('odd'), { name: 'Odd' });
    }
    return item;
  };

  test('every item is an execution of its own, with its own name and context', async () => {
    const ItemProcessor = distributed({ Type: 'Pass', Output: '{% $states.context.Execution.Id %}', End: true });
    const result = await run(map({ Items: [1, 2], Label: 'Fleet', ItemProcessor }), {}, { name: 'nightly' });
    const ids = Object(result.output);
    assert.deepEqual(
      result.children.map((child) => [child.input, child.status, child.path]),
      [
        [1, 'SUCCEEDED', ['Each']],
        [2, 'SUCCEEDED', ['Each']],
      ],
    );
    assert.match(ids[0], /^arn:aws:states:eu-central-1:123456789012:execution:nightly\/Fleet:[0-9a-f-]{36}$/);
    assert.notEqual(ids[0], ids[1]);
    assert.deepEqual(eventTypes(result).slice(1, -1), [
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
    ]);
    assert.match(
      String(result.events[3]?.mapRunStartedEventDetails?.mapRunArn),
      /^arn:aws:states:eu-central-1:123456789012:mapRun:nightly\/Fleet:[0-9a-f-]{36}$/,
    );
  });

  test('the children do not see the parent’s variables', async () => {
    const ItemProcessor = distributed({ Type: 'Pass', Output: '{% $x %}', End: true });
    const states = { A: { Type: 'Pass', Assign: { x: 1 }, Next: 'M' }, ...map({ Items: [1], ItemProcessor }) };
    const { children } = await run(states);
    assert.match(children[0]?.cause ?? '', /'\$x' specified for the field 'Output' returned nothing/);
  });

  test('one failed child fails the state when nothing is tolerated', async () => {
    const result = await run(map({ Items: [2, 3], ItemProcessor: distributed(task()) }), {}, { tasks: failOdd });
    assert.equal(result.error, 'States.ExceedToleratedFailureThreshold');
    assert.equal(result.cause, 'The specified tolerated failure threshold was exceeded');
    assert.deepEqual(eventTypes(result).slice(-3), ['MapRunFailed', 'MapStateFailed', 'ExecutionFailed']);
  });

  test('failures up to ToleratedFailureCount are tolerated, and the others’ outputs stay in order', async () => {
    const fields = { Items: [1, 2, 3, 4], ItemProcessor: distributed(task()) };
    const tolerated = await run(map({ ...fields, ToleratedFailureCount: 2 }), {}, { tasks: failOdd });
    assert.deepEqual(tolerated.output, [2, 4]);
    const exceeded = await run(map({ ...fields, ToleratedFailureCount: 1 }), {}, { tasks: failOdd });
    assert.equal(exceeded.error, 'States.ExceedToleratedFailureThreshold');
  });

  test('ToleratedFailurePercentage counts against all items, and may be an expression', async () => {
    const fields = { Items: [1, 2, 3, 4], ItemProcessor: distributed(task()) };
    const tolerated = await run(map({ ...fields, ToleratedFailurePercentage: '{% 50 %}' }), {}, { tasks: failOdd });
    assert.equal(tolerated.status, 'SUCCEEDED');
    const exceeded = await run(map({ ...fields, ToleratedFailurePercentage: 49 }), {}, { tasks: failOdd });
    assert.equal(exceeded.status, 'FAILED');
  });

  test('an exceeded threshold aborts the children that still run', async () => {
    const hang = hanging();
    const result = await run(
      map({ Items: [0, 1], ItemProcessor: distributed(task()) }),
      {},
      { tasks: (resource, item, options) => (item === 1 ? failOdd(resource, item) : hang(resource, item, options)) },
    );
    assert.equal(result.status, 'FAILED');
    assert.equal(hang.aborted(), 1);
  });

  test('ItemBatcher groups items, and BatchInput goes to each batch', async () => {
    const ItemBatcher = { MaxItemsPerBatch: 2, BatchInput: { run: '{% $states.input.run %}' } };
    const ItemProcessor = distributed({ Type: 'Pass', End: true });
    const result = await run(map({ Items: [1, 2, 3], ItemBatcher, ItemProcessor }), { run: 'r' });
    assert.deepEqual(result.output, [
      { BatchInput: { run: 'r' }, Items: [1, 2] },
      { BatchInput: { run: 'r' }, Items: [3] },
    ]);
  });

  test('ItemReader reads a JSON array from S3, up to MaxItems', async () => {
    const ItemReader = {
      Resource: 'arn:aws:states:::s3:getObject',
      Arguments: { Bucket: 'b', Key: '{% $states.input.key %}' },
      ReaderConfig: { InputType: 'JSON', MaxItems: 2 },
    };
    const fields = { ItemReader, ItemProcessor: distributed({ Type: 'Pass', End: true }) };
    const result = await run(
      map(fields),
      { key: 'k' },
      {
        tasks: async (_resource, taskArguments) => {
          assert.deepEqual(taskArguments, { Bucket: 'b', Key: 'k' });
          return { Body: '[1, 2, 3]' };
        },
      },
    );
    assert.deepEqual(result.output, [1, 2]);
    const unreadable = await run(map(fields), { key: 'k' }, { tasks: failing('S3.NoSuchKeyException') });
    assert.equal(unreadable.error, 'States.ItemReaderFailed');
  });

  test('ResultWriter writes succeeded and failed children and a manifest, whose place is the result', async () => {
    const written = new Map<string, string>();
    const result = await run(
      map({
        Items: [1, 2],
        ToleratedFailureCount: 1,
        ItemProcessor: distributed(task()),
        ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Arguments: { Bucket: 'b', Prefix: 'out' } },
      }),
      {},
      {
        tasks: async (resource, taskArguments) => {
          if (resource.endsWith('putObject')) {
            const { Key, Body } = Object(taskArguments);
            written.set(Key.replace(/^out\/[0-9a-f-]{36}\//, ''), Body);
            return {};
          }
          return await failOdd(resource, taskArguments);
        },
      },
    );
    assert.deepEqual([...written.keys()].sort(), ['FAILED_0.json', 'SUCCEEDED_0.json', 'manifest.json']);
    const [failed] = JSON.parse(written.get('FAILED_0.json') ?? '');
    assert.deepEqual([failed.Status, failed.Error], ['FAILED', 'Odd']);
    const output = Object(result.output);
    assert.equal(output.ResultWriterDetails.Bucket, 'b');
    assert.match(output.ResultWriterDetails.Key, /^out\/.*\/manifest\.json$/);
  });
});
