import assert from 'node:assert/strict';
import { eventTypes, run, task } from './support.ts';

const evaluate = async (Output: unknown, input: unknown = {}) =>
  await run({ P: { Type: 'Pass', Output, End: true } }, input);

describe('[Expressions]', () => {
  test('a string that is wholly one {% … %} is replaced by the value of the expression', async () => {
    assert.deepEqual((await evaluate('{% $states.input.n + 1 %}', { n: 41 })).output, 42);
  });

  test('a string that only contains {% … %} stays as it is', async () => {
    assert.equal((await evaluate('n is {% $states.input.n %}', { n: 1 })).output, 'n is {% $states.input.n %}');
  });

  test('expressions are replaced anywhere inside objects and arrays, and literals stay', async () => {
    const result = await evaluate({ a: [{ b: '{% $states.input.x %}' }, 2], c: null }, { x: 'y' });
    assert.deepEqual(result.output, { a: [{ b: 'y' }, 2], c: null });
  });

  test('[JSONata Runtime Errors] an expression that gives nothing is a States.QueryEvaluationError that names expression and field', async () => {
    const result = await evaluate({ deep: ['{% $states.input.missing %}'] });
    assert.equal(result.error, 'States.QueryEvaluationError');
    assert.match(
      result.cause ?? '',
      /^An error occurred while executing the state 'P' \(entered at the event id #2\)\. The JSONata expression '\$states\.input\.missing' specified for the field 'Output\/deep\[0\]' returned nothing \(undefined\)\.$/,
    );
  });

  test('[JSONata Evaluation] an undefined member inside an object constructor is left out, as JSONata does', async () => {
    assert.deepEqual((await evaluate("{% {'a': $states.input.missing, 'b': 1} %}")).output, { b: 1 });
  });

  test('[JSONata Runtime Errors] a JSONata type error is a States.QueryEvaluationError with JSONata’s code', async () => {
    const result = await evaluate("{% 1 + 'x' %}");
    assert.equal(result.error, 'States.QueryEvaluationError');
    assert.match(result.cause ?? '', /T2002/);
  });

  test('[JSONata Runtime Errors] an expression that gives a function is a States.QueryEvaluationError', async () => {
    assert.equal((await evaluate('{% function($x) { $x } %}')).error, 'States.QueryEvaluationError');
    assert.equal((await evaluate('{% $sum %}')).error, 'States.QueryEvaluationError');
  });

  test('[JSONata Runtime Errors] a failed evaluation writes EvaluationFailed with error, cause, location and state', async () => {
    const result = await evaluate('{% $states.input.missing %}');
    assert.deepEqual(eventTypes(result), [
      'ExecutionStarted',
      'PassStateEntered',
      'EvaluationFailed',
      'ExecutionFailed',
    ]);
    const details = result.events[2]?.evaluationFailedEventDetails;
    assert.deepEqual(details, {
      error: 'States.QueryEvaluationError',
      cause: result.cause,
      location: 'Output',
      state: 'P',
    });
  });

  test('[The Context Object] it reports execution, machine and state', async () => {
    const result = await run(
      { P: { Type: 'Pass', Output: '{% $states.context %}', End: true } },
      { n: 1 },
      { name: 'nightly', executionName: 'e-1' },
    );
    const context = Object(result.output);
    assert.equal(context.Execution.Id, 'arn:aws:states:eu-central-1:123456789012:execution:nightly:e-1');
    assert.equal(context.Execution.Name, 'e-1');
    assert.deepEqual(context.Execution.Input, { n: 1 });
    assert.equal(context.Execution.RoleArn, 'arn:aws:iam::123456789012:role/nightly');
    assert.equal(context.StateMachine.Name, 'nightly');
    assert.equal(context.State.Name, 'P');
    assert.equal(context.State.RetryCount, 0);
    assert.ok(Date.parse(context.State.EnteredTime) >= Date.parse(context.Execution.StartTime));
  });

  test('[Reserved "states" Variable with JSONata] $states.result exists in Output and Assign of a task, $states.errorOutput only in a Catch', async () => {
    const result = await run({ T: task({ Output: '{% $states.result + 1 %}' }) }, {}, { tasks: async () => 1 });
    assert.equal(result.output, 2);
    await assert.rejects(run({ T: task({ Output: '{% $states.errorOutput %}' }) }), /'\$states\.errorOutput'/);
    await assert.rejects(run({ T: task({ Arguments: '{% $states.result %}' }) }), /'\$states\.result'/);
  });
});

describe('[developer guide: JSONata functions provided by Step Functions]', () => {
  test('$partition cuts an array into chunks, the last one shorter', async () => {
    assert.deepEqual((await evaluate('{% $partition([1,2,3,4,5], 2) %}')).output, [[1, 2], [3, 4], [5]]);
    assert.equal((await evaluate('{% $partition([1], 0) %}')).error, 'States.QueryEvaluationError');
  });

  test('$range includes both ends, counts down too, and refuses a zero step', async () => {
    assert.deepEqual((await evaluate('{% $range(0, 10, 5) %}')).output, [0, 5, 10]);
    assert.deepEqual((await evaluate('{% $range(3, 1, -1) %}')).output, [3, 2, 1]);
    assert.equal((await evaluate('{% $range(1, 2, 0) %}')).error, 'States.QueryEvaluationError');
  });

  test('$hash knows the five algorithms', async () => {
    assert.equal(
      (await evaluate("{% $hash('abc', 'SHA-256') %}")).output,
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    assert.equal((await evaluate("{% $hash('abc', 'MD5') %}")).output, '900150983cd24fb0d6963f7d28e17f72');
    assert.equal((await evaluate("{% $hash('abc', 'CRC') %}")).error, 'States.QueryEvaluationError');
  });

  test('$random with a seed repeats itself, and lies between 0 and 1', async () => {
    const result = await evaluate('{% [$random(7), $random(7), $random()] %}');
    const [first, second, third] = Object(result.output);
    assert.equal(first, second);
    assert.ok(third >= 0 && third < 1);
  });

  test('$uuid gives a version 4 UUID', async () => {
    assert.match(String((await evaluate('{% $uuid() %}')).output), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/);
  });

  test('$parse reads JSON text', async () => {
    assert.deepEqual((await evaluate(`{% $parse('{"a": [1]}').a %}`)).output, [1]);
    assert.equal((await evaluate("{% $parse('{') %}")).error, 'States.QueryEvaluationError');
  });

  test('[JSONata Restrictions] $eval is not there', async () => {
    assert.match((await evaluate("{% $eval('1+1') %}")).cause ?? '', /T1006: Attempted to invoke a non-function/);
  });
});
