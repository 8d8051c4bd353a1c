import type { Call, CallRow, ExpressionRow, MachineRow } from './row.ts';

const measured = 'measured on AWS, 2026 (TestState and ValidateStateMachineDefinition)';
const localstack = (place: string) => `LocalStack's snapshots, stepfunctions/v2/${place}`;
const items = { items: [{ id: 1 }, { id: 2, x: 2 }] };

const refused = (output: string, reference: string): ExpressionRow => ({
  case: output,
  output,
  input: items,
  answer: {
    refused: `UNSUPPORTED_JSONATA_EXPRESSION: Reference to '${reference}' at the top level is not supported.`,
  },
  recorded: measured,
});
const gives = (output: string, value: unknown, recorded = measured): ExpressionRow => ({
  case: output,
  output,
  input: items,
  answer: { output: value },
  recorded,
});
const fails = (output: string, cause?: string, recorded = measured): ExpressionRow => ({
  case: output,
  output,
  input: items,
  answer: { error: 'States.QueryEvaluationError', ...(cause === undefined ? {} : { cause }) },
  recorded,
});

export const expressionRows: readonly ExpressionRow[] = [
  refused('{% phone %}', 'phone'),
  refused('{% $uppercase(phone) %}', 'phone'),
  refused('{% $ %}', '$'),
  refused('{% $$ %}', '$$'),
  refused('{% $states.input.items[id = $$.x] %}', '$$'),
  refused("{% {'a': phone} %}", 'phone'),
  refused('{% [phone] %}', 'phone'),
  refused('{% phone ~> $uppercase %}', 'phone'),
  refused('{% true ? phone : 1 %}', 'phone'),
  refused('{% ($x := phone; $x) %}', 'phone'),
  refused('{% $states.input.items[0].id + id %}', 'id'),
  refused('{% $map([1], function($v) { phone }) %}', 'phone'),
  refused('{% $states.errorOutput %}', '$states.errorOutput'),
  refused('{% $states.result %}', '$states.result'),
  gives('{% $states.input.items[id = 1].id %}', 1),
  gives('{% $states.input.items[$.id = 2].x %}', 2),
  gives('{% $states.input.items.(id * 2) %}', [2, 4]),
  gives('{% $states.input.items.id.($ + 1) %}', [2, 3]),
  gives('{% $states.input.items^(>id).id %}', [2, 1]),
  gives('{% $states.input.items{$string(id): id} %}', { 1: 1, 2: 2 }),
  gives('{% $map($states.input.items, function($v) { $v.id }) %}', [1, 2]),
  gives('{% $range(1, 9, 9) %}', 1),
  gives('{% $range(-1.7, 2, 1) %}', [-1, 0, 1, 2]),
  gives('{% $range(0, 10, 5) %}', [0, 5, 10]),
  gives('{% $count($range(1, 200000, 1)) %}', 200_000),
  fails('{% $range(1, 2, 0) %}'),
  gives('{% 1/0 %}', 'Infinity'),
  gives('{% $random(42) %}', 0.7275636800328681),
  gives('{% $random(0) %}', 0.730967787376657, 'java.util.Random of the Java platform'),
  fails('{% ($f := function($n) { $f($n + 1) }; $f(0)) %}'),
  fails('{% ($f := function($n) { 1 + $f($n + 1) }; $f(0)) %}'),
  fails('{% ($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(160)) %}'),
  gives('{% ($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(20)) %}', 20),
  fails('{% [1..900000] ~> $count() %}'),
  gives('{% [1..900] ~> $count() %}', 900),
  fails('{% $nobody %}', 'returned nothing (undefined)'),
  fails("{% $eval('1') %}", 'T1006: Attempted to invoke a non-function'),
  fails(
    '{% $randomSeeded($states.input.x) %}',
    "The JSONata expression '$randomSeeded($states.input.x)' specified for the field 'Output' threw an error during evaluation. T1006: Attempted to invoke a non-function",
    localstack('intrinsic_functions/test_math_operations_jsonata'),
  ),
];

const invoke = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true };
const caught = { C: { Type: 'Pass', End: true } };
const catchAll = (...ErrorEquals: string[]) => [{ ErrorEquals, Next: 'C' }];
const branch = (name: string, state: Record<string, unknown>) => ({ StartAt: name, States: { [name]: state } });
const pass = { Type: 'Pass', End: true };

export const machineRows: readonly MachineRow[] = [
  {
    case: 'a caught time-out has an empty cause',
    states: { T: { ...invoke, TimeoutSeconds: 20, Catch: catchAll('States.Timeout') }, ...caught },
    tasks: { hang: true },
    answer: { output: { Error: 'States.Timeout', Cause: '' } },
    recorded: localstack('timeouts/test_timeouts'),
  },
  {
    case: 'a missed heartbeat is a time-out',
    states: { T: { ...invoke, HeartbeatSeconds: 20 } },
    tasks: { hang: true },
    answer: { error: 'States.Timeout' },
    recorded: localstack('timeouts/test_heartbeats'),
  },
  {
    case: 'States.ALL takes the result of a task that is too large',
    states: { T: { ...invoke, Catch: catchAll('States.ALL') }, ...caught },
    tasks: { result: 'x'.repeat(262_145) },
    answer: {
      output: {
        Error: 'States.DataLimitExceeded',
        Cause:
          "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.",
      },
    },
    recorded: localstack('error_handling/test_states_errors, March 2024'),
  },
  {
    case: 'an inline Map over an object',
    states: { M: { Type: 'Map', Items: { a: 1 }, ItemProcessor: branch('I', pass), End: true } },
    answer: { error: 'States.QueryEvaluationError', cause: "Expected 'array', but was 'object'" },
    recorded: localstack('scenarios/test_base_scenarios'),
  },
  {
    case: 'Retry: []',
    states: { T: { ...invoke, Retry: [], Catch: [] } },
    tasks: { result: 1 },
    answer: { output: 1 },
    recorded: localstack('base/test_base'),
  },
  {
    case: 'ToleratedFailurePercentage: 1.1',
    states: {
      M: {
        Type: 'Map',
        Items: [],
        ToleratedFailurePercentage: 1.1,
        ItemProcessor: { ...branch('I', pass), ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
        End: true,
      },
    },
    answer: { output: [] },
    recorded: localstack('scenarios/test_base_scenarios'),
  },
  {
    case: "one name in a Parallel's branch and in its Catch",
    states: {
      P: {
        Type: 'Parallel',
        Branches: [branch('A', { ...invoke, Assign: { x: 1 } })],
        Catch: [{ ErrorEquals: ['States.ALL'], Assign: { x: 2 }, Next: 'D' }],
        End: true,
      },
      D: { Type: 'Pass', Output: '{% $x %}', End: true },
    },
    tasks: { errors: ['Boom'] },
    answer: { output: 2 },
    recorded: localstack('assign/test_assign_base'),
  },
  {
    case: 'a branch that assigns a variable of outside',
    states: {
      S: { Type: 'Pass', Assign: { x: 1 }, Next: 'P' },
      P: { Type: 'Parallel', Branches: [branch('A', { ...pass, Assign: { x: 2 } })], End: true },
    },
    answer: { refused: "'x' is assigned in an outer scope" },
    recorded: 'Step Functions developer guide, variables',
  },
  {
    case: 'a retried Parallel',
    states: {
      P: {
        Type: 'Parallel',
        Branches: [branch('A', invoke)],
        Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 1 }],
        End: true,
      },
    },
    tasks: { errors: ['Boom'], result: 1 },
    answer: {
      output: [1],
      events: ['TaskFailed', 'TaskStateAborted', 'ParallelStateStarted'],
      withoutEvent: 'ParallelStateFailed',
    },
    recorded: localstack('scenarios/test_base_scenarios'),
  },
  {
    case: 'a failing task in a Parallel',
    states: { P: { Type: 'Parallel', Branches: [branch('A', invoke)], End: true } },
    tasks: { errors: ['Boom'] },
    answer: { error: 'Boom', events: ['TaskFailed', 'TaskStateAborted', 'ParallelStateFailed', 'ExecutionFailed'] },
    recorded: localstack('scenarios/test_base_scenarios'),
  },
  {
    case: 'StopExecution in a Wait',
    states: { W: { Type: 'Wait', Seconds: 90_000, End: true } },
    stopIn: 'W',
    answer: { events: ['WaitStateEntered', 'ExecutionAborted'], withoutEvent: 'WaitStateAborted' },
    recorded: localstack('test_sfn_api'),
  },
];

const states = (operation: string, input: Record<string, unknown>): Call => ({ service: 'states', operation, input });
const roleArn = 'arn:aws:iam::123456789012:role/r';
const definition = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'P',
  States: { P: { Type: 'Pass', End: true } },
});
const machine = states('CreateStateMachine', { name: 'm', roleArn, definition });
const stateMachineArn = '<0.stateMachineArn>';
const list = (fields: Record<string, unknown>) => states('ListExecutions', { stateMachineArn, ...fields });
const api = localstack('test_sfn_api');
const notOne = 'failed to satisfy constraint: Member must';

export const statesRows: readonly CallRow[] = [
  {
    case: "StartExecution with input ''",
    before: [machine],
    call: states('StartExecution', { stateMachineArn, input: '' }),
    answer: { error: 'InvalidExecutionInput' },
    recorded: api,
  },
  {
    case: "statusFilter 'succeeded'",
    before: [machine],
    call: list({ statusFilter: 'succeeded' }),
    answer: {
      error: 'ValidationException',
      message: `1 validation error detected: Value 'succeeded' at 'statusFilter' ${notOne} satisfy enum value set: [RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED, PENDING_REDRIVE]`,
    },
    recorded: api,
  },
  ...[1001, 100_000, -1].map(
    (maxResults): CallRow => ({
      case: `maxResults ${maxResults}`,
      before: [machine],
      call: list({ maxResults }),
      answer: {
        error: 'ValidationException',
        message: `1 validation error detected: Value '${maxResults}' at 'maxResults' ${notOne} have value ${maxResults < 0 ? 'greater than or equal to 0' : 'less than or equal to 1000'}`,
      },
      recorded: api,
    }),
  ),
  {
    case: 'an over-long nextToken',
    before: [machine],
    call: list({ nextToken: 'x'.repeat(3097) }),
    answer: { error: 'ValidationException' },
    recorded: api,
  },
  {
    case: 'a token that nobody gave',
    before: [machine],
    call: list({ nextToken: 'x'.repeat(3096) }),
    answer: { error: 'InvalidToken' },
    recorded: api,
  },
  {
    case: 'a top-level name is reported by ValidateStateMachineDefinition',
    call: states('ValidateStateMachineDefinition', {
      definition: JSON.stringify({
        QueryLanguage: 'JSONata',
        StartAt: 'P',
        States: { P: { Type: 'Pass', Output: '{% phone %}', End: true } },
      }),
    }),
    answer: { has: { result: 'FAIL', diagnostics: [{ code: 'UNSUPPORTED_JSONATA_EXPRESSION', severity: 'ERROR' }] } },
    recorded: measured,
  },
];
