import type { Call, CallRow } from './row.ts';

const localstack = "LocalStack's snapshots, events/test_events, December 2024";
const schedules = "LocalStack's snapshots, events/test_events_schedule, May 2024";
const reference = 'EventBridge API reference';

const events = (operation: string, input: Record<string, unknown>): Call => ({ service: 'events', operation, input });
const rule = events('PutRule', { Name: 'r', EventPattern: '{"source":["x"]}' });
const arn = 'arn:aws:lambda:eu-central-1:123456789012:function:f';
const target = (id: number) => ({ Id: String(id), Arn: arn });
const entry = { Source: 'own', DetailType: 't', Detail: '{}' };
const put = (...Entries: object[]): Call => events('PutEvents', { Entries });

const invalidSchedule = (ScheduleExpression: string, recorded = schedules): CallRow => ({
  case: `schedule '${ScheduleExpression}'`,
  call: events('PutRule', { Name: 'r', ScheduleExpression }),
  answer: { error: 'ValidationException', message: 'Parameter ScheduleExpression is not valid.' },
  recorded,
});
const validSchedule = (ScheduleExpression: string): CallRow => ({
  case: `schedule '${ScheduleExpression}'`,
  call: events('PutRule', { Name: 'r', ScheduleExpression }),
  answer: { has: { RuleArn: 'arn:aws:events:eu-central-1:123456789012:rule/r' } },
  recorded: schedules,
});
const failedEntry = (name: string, fields: object, ErrorCode: string, ErrorMessage: string): CallRow => ({
  case: name,
  call: put({ ...entry, ...fields }),
  answer: { has: { FailedEntryCount: 1, Entries: [{ ErrorCode, ErrorMessage }] } },
  recorded: localstack,
});
const requiredArgument = (name: string) => `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;

export const eventsRows: readonly CallRow[] = [
  ...[
    'rate(10 seconds)',
    'rate(10 years)',
    'rate(1 minutes)',
    'rate(1 hours)',
    'rate(1 days)',
    'rate(10 minute)',
    'rate(10 hour)',
    'rate(10 day)',
    'rate()',
    'rate(10)',
    'rate(10 minutess)',
    'rate(foo minutes)',
    'rate(0 minutes)',
    'rate(-10 minutes)',
    'rate(10 MINUTES)',
    'rate( 10 minutes )',
    ' rate(10 minutes)',
    'cron(0 1 * * * *)',
    'cron(7 20 * * NOT *)',
    'cron(INVALID)',
    'cron(0 dummy ? * MON-FRI *)',
    'cron(71 8 1 * ? *)',
  ].map((expression) => invalidSchedule(expression)),
  ...[
    'rate(1 minute)',
    'cron(0 2 ? * SAT *)',
    'cron(5,35 14 * * ? *)',
    'cron(15 10 ? * 6L 2002-2005)',
    'cron(0 2 ? * SAT#3 *)',
    'cron(0/5 5 ? JAN 1-5 2022)',
    'cron(0/5 8-17 ? * MON-FRI *)',
  ].map(validSchedule),
  {
    case: 'a schedule on another bus',
    call: events('PutRule', { Name: 'r', EventBusName: 'own', ScheduleExpression: 'rate(1 minute)' }),
    answer: {
      error: 'ValidationException',
      message: 'ScheduleExpression is supported only on the default event bus.',
    },
    recorded: schedules,
  },
  {
    case: 'neither pattern nor schedule',
    call: events('PutRule', { Name: 'r' }),
    answer: {
      error: 'ValidationException',
      message: 'Parameter(s) EventPattern or ScheduleExpression must be specified.',
    },
    recorded: reference,
  },
  {
    case: 'a pattern that is no JSON',
    call: events('PutRule', { Name: 'r', EventPattern: "{'bad': 'quotation'}" }),
    answer: { error: 'InvalidEventPatternException' },
    recorded: localstack,
  },
  {
    case: 'a name with a blank',
    call: events('PutRule', { Name: 'a b', ScheduleExpression: 'rate(1 day)' }),
    answer: {
      error: 'ValidationException',
      message:
        "1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+",
    },
    recorded: localstack,
  },
  {
    case: 'six targets at once',
    before: [rule],
    call: events('PutTargets', { Rule: 'r', Targets: [1, 2, 3, 4, 5, 6].map(target) }),
    answer: {
      error: 'LimitExceededException',
      message: 'The requested resource exceeds the maximum number allowed.',
    },
    recorded: localstack,
  },
  {
    case: 'a sixth target',
    before: [rule, events('PutTargets', { Rule: 'r', Targets: [1, 2, 3, 4, 5].map(target) })],
    call: events('PutTargets', { Rule: 'r', Targets: [target(6)] }),
    answer: { error: 'LimitExceededException' },
    recorded: localstack,
  },
  {
    case: 'a target again',
    before: [rule, events('PutTargets', { Rule: 'r', Targets: [1, 2, 3, 4, 5].map(target) })],
    call: events('PutTargets', { Rule: 'r', Targets: [target(5)] }),
    answer: { has: { FailedEntryCount: 0 } },
    recorded: localstack,
  },
  {
    case: 'a target that is no ARN',
    before: [rule],
    call: events('PutTargets', { Rule: 'r', Targets: [{ Id: '1', Arn: 'invalid' }] }),
    answer: {
      error: 'ValidationException',
      message: 'Parameter invalid is not valid. Reason: Provided Arn is not in correct format.',
    },
    recorded: localstack,
  },
  {
    case: 'a state machine without a role',
    before: [rule],
    call: events('PutTargets', {
      Rule: 'r',
      Targets: [{ Id: '1', Arn: 'arn:aws:states:eu-central-1:123456789012:stateMachine:m' }],
    }),
    answer: {
      error: 'ValidationException',
      message: 'RoleArn is required for target arn:aws:states:eu-central-1:123456789012:stateMachine:m.',
    },
    recorded: reference,
  },
  {
    case: 'a rule with targets is deleted',
    before: [rule, events('PutTargets', { Rule: 'r', Targets: [target(1)] })],
    call: events('DeleteRule', { Name: 'r' }),
    answer: { error: 'ValidationException', message: "Rule can't be deleted since it has targets." },
    recorded: localstack,
  },
  {
    case: 'eleven entries',
    call: put(...Array.from({ length: 11 }, () => entry)),
    answer: { error: 'ValidationException' },
    recorded: localstack,
  },
  { case: 'no entries', call: put(), answer: { error: 'ValidationException' }, recorded: localstack },
  {
    case: 'more than 256 KB',
    call: put({ ...entry, Detail: JSON.stringify({ a: 'x'.repeat(262_144) }) }),
    answer: {
      error: 'ValidationException',
      message: 'Total size of the entries in the request is over the limit.',
    },
    recorded: localstack,
  },
  failedEntry('no source', { Source: undefined }, 'InvalidArgument', requiredArgument('Source')),
  failedEntry('no detail type', { DetailType: undefined }, 'InvalidArgument', requiredArgument('DetailType')),
  failedEntry('no detail', { Detail: undefined }, 'InvalidArgument', requiredArgument('Detail')),
  ...['"text"', '[1]', '{', 'text', 'null', '5'].map((Detail) =>
    failedEntry(`the detail ${Detail}`, { Detail }, 'MalformedDetail', 'Detail is malformed.'),
  ),
  failedEntry(
    'a source of AWS',
    { Source: 'aws.rds' },
    'NotAuthorizedForSourceException',
    'Not authorized for the source.',
  ),
  {
    case: 'an event that is no object',
    call: events('TestEventPattern', { EventPattern: '{"source":["x"]}', Event: '"text"' }),
    answer: { error: 'ValidationException', message: 'Parameter Event is not valid.' },
    recorded: "LocalStack's snapshots, events/test_events_patterns, December 2024",
  },
];
