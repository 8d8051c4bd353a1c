import assert from 'node:assert/strict';
import { eventTypes, fastClock, run } from './support.ts';

describe('[Pass State]', () => {
  test('without Output its output is its input', async () => {
    assert.deepEqual((await run({ A: { Type: 'Pass', End: true } }, { a: 1 })).output, { a: 1 });
  });

  test('[API: GetExecutionHistory] entry and exit are written with input and output, and the ids chain', async () => {
    const result = await run({ A: { Type: 'Pass', Output: 2, Next: 'B' }, B: { Type: 'Succeed' } }, 1);
    assert.deepEqual(eventTypes(result), [
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'SucceedStateEntered',
      'SucceedStateExited',
      'ExecutionSucceeded',
    ]);
    assert.deepEqual(
      result.events.map((event) => event.previousEventId),
      [0, 0, 2, 3, 4, 5],
    );
    assert.deepEqual(
      result.events.map((event) => event.id),
      [1, 2, 3, 4, 5, 6],
    );
    assert.equal(result.events[1]?.stateEnteredEventDetails?.input, '1');
    assert.equal(result.events[2]?.stateExitedEventDetails?.output, '2');
  });
});

describe('[Succeed State]', () => {
  test('it ends the machine with its Output', async () => {
    const result = await run({ S: { Type: 'Succeed', Output: '{% $states.input.a %}' } }, { a: 'yes' });
    assert.equal(result.status, 'SUCCEEDED');
    assert.equal(result.output, 'yes');
  });
});

describe('[Fail State]', () => {
  test('Error and Cause fail the execution and may be expressions', async () => {
    const result = await run(
      { F: { Type: 'Fail', Error: 'Bad', Cause: "{% 'n is ' & $string($states.input.n) %}" } },
      { n: 3 },
    );
    assert.equal(result.status, 'FAILED');
    assert.equal(result.error, 'Bad');
    assert.equal(result.cause, 'n is 3');
    assert.deepEqual(eventTypes(result), ['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']);
  });

  test('Error and Cause may be absent', async () => {
    const result = await run({ F: { Type: 'Fail' } });
    assert.equal(result.status, 'FAILED');
    assert.equal(result.error, undefined);
    assert.deepEqual(result.events[2]?.executionFailedEventDetails, {});
  });

  test('an Error that is not a string is a States.QueryEvaluationError', async () => {
    assert.equal((await run({ F: { Type: 'Fail', Error: '{% 1 %}' } })).error, 'States.QueryEvaluationError');
  });
});

describe('[Choice State]', () => {
  const choice = (fields: Record<string, unknown>) => ({
    C: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $states.input.n > 10 %}', Next: 'Big', Assign: { size: 'big' }, Output: 'from the rule' },
        { Condition: '{% $states.input.n > 5 %}', Next: 'Middle' },
      ],
      ...fields,
    },
    Big: { Type: 'Pass', Output: '{% [$states.input, $size] %}', End: true },
    Middle: { Type: 'Pass', End: true },
    Small: { Type: 'Pass', Output: '{% [$states.input, $size] %}', End: true },
  });

  test('the first rule that holds decides, with its own Assign and Output', async () => {
    const result = await run(choice({ Default: 'Small' }), { n: 11 });
    assert.deepEqual(result.path, ['C', 'Big']);
    assert.deepEqual(result.output, ['from the rule', 'big']);
  });

  test('a rule without Output passes the input on', async () => {
    assert.deepEqual((await run(choice({ Default: 'Small' }), { n: 6 })).output, { n: 6 });
  });

  test('with no rule the Default is taken, with the Assign and Output of the state', async () => {
    const fields = { Default: 'Small', Assign: { size: 'small' }, Output: 'from the state' };
    assert.deepEqual((await run(choice(fields), { n: 1 })).output, ['from the state', 'small']);
  });

  test('with no rule and no Default the error is States.NoChoiceMatched', async () => {
    const states = {
      C: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'S' }] },
      S: { Type: 'Succeed' },
    };
    assert.equal((await run(states)).error, 'States.NoChoiceMatched');
  });

  test('a Condition may be a literal, and one that is not a boolean is a States.QueryEvaluationError', async () => {
    const states = (Condition: unknown) => ({
      C: { Type: 'Choice', Choices: [{ Condition, Next: 'S' }] },
      S: { Type: 'Succeed' },
    });
    assert.equal((await run(states(true))).status, 'SUCCEEDED');
    const wrong = await run(states("{% 'true' %}"));
    assert.equal(wrong.error, 'States.QueryEvaluationError');
    assert.match(wrong.cause ?? '', /Expected 'boolean', but was 'string' for value: "true"/);
  });
});

describe('[Wait State]', () => {
  const waited = async (fields: Record<string, unknown>, input: unknown = {}) => {
    const started = Date.now();
    const result = await run({ W: { Type: 'Wait', ...fields, End: true } }, input);
    return { result, milliseconds: Date.now() - started };
  };

  test('Seconds waits that long on the clock', async () => {
    const { result, milliseconds } = await waited({ Seconds: 100 });
    assert.equal(result.status, 'SUCCEEDED');
    assert.ok(milliseconds >= 95 && milliseconds < 900, `${milliseconds} ms`);
  });

  test('Seconds may be an expression, and must give an integer that is not negative', async () => {
    assert.equal((await waited({ Seconds: '{% $states.input.s %}' }, { s: 1 })).result.status, 'SUCCEEDED');
    assert.equal((await waited({ Seconds: '{% -1 %}' })).result.error, 'States.QueryEvaluationError');
    assert.equal((await waited({ Seconds: "{% 'soon' %}" })).result.error, 'States.QueryEvaluationError');
  });

  test('Timestamp waits until then, and not at all when it has passed', async () => {
    const at = new Date(fastClock.now().getTime() + 50_000).toISOString();
    const { result, milliseconds } = await waited({ Timestamp: '{% $states.input.at %}' }, { at });
    assert.equal(result.status, 'SUCCEEDED');
    assert.ok(milliseconds >= 40, `${milliseconds} ms`);
    assert.equal((await waited({ Timestamp: '2020-01-01T00:00:00Z' })).result.status, 'SUCCEEDED');
  });

  test('[Timestamps] a Timestamp that is not RFC 3339 is a States.QueryEvaluationError', async () => {
    assert.equal((await waited({ Timestamp: "{% 'tomorrow' %}" })).result.error, 'States.QueryEvaluationError');
  });
});
