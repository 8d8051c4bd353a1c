import type { CliExample } from './example.ts';

const account = '123456789012';
const roleArn = `arn:aws:iam::${account}:role/cli`;
const machines = `arn:aws:states:us-east-1:${account}:stateMachine`;
const executions = `arn:aws:states:us-east-1:${account}:execution`;
const definition = (states: object) =>
  JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states });
const create = (name: string, states: object): CliExample => [
  'CreateStateMachine',
  `stepfunctions create-state-machine --name ${name} --role-arn ${roleArn} --definition '${definition(states)}'`,
];
const start = (machine: string, name: string): CliExample => [
  'StartExecution',
  `stepfunctions start-execution --state-machine-arn ${machines}:${machine} --name ${name}`,
];
/** Its token is in what the machine reported the topic. */
const readToken = (execution: string): CliExample => [
  'GetExecutionHistory',
  `stepfunctions get-execution-history --execution-arn ${executions}:waiting:${execution} --query events[?taskScheduledEventDetails].taskScheduledEventDetails.parameters`,
  { token: /Message[\\": ]+([^\\"]+)/ },
];
const refused = { Refused: { Type: 'Fail', Error: 'Refused', Cause: 'on purpose' } };

export const states: readonly CliExample[] = [
  [
    'ValidateStateMachineDefinition',
    `stepfunctions validate-state-machine-definition --definition '${definition(refused)}'`,
  ],
  [
    'TestState',
    `stepfunctions test-state --definition '{"QueryLanguage":"JSONata","Type":"Pass","End":true}' --role-arn arn:aws:iam::123456789012:role/cli`,
  ],
  create('refused', refused),
  ['ListStateMachines', 'stepfunctions list-state-machines'],
  ['DescribeStateMachine', `stepfunctions describe-state-machine --state-machine-arn ${machines}:refused`],
  ['TagResource', `stepfunctions tag-resource --resource-arn ${machines}:refused --tags key=team,value=cli`],
  ['ListTagsForResource', `stepfunctions list-tags-for-resource --resource-arn ${machines}:refused`],
  ['UntagResource', `stepfunctions untag-resource --resource-arn ${machines}:refused --tag-keys team`],
  start('refused', 'first'),
  ['DescribeExecution', `stepfunctions describe-execution --execution-arn ${executions}:refused:first`],
  [
    'DescribeStateMachineForExecution',
    `stepfunctions describe-state-machine-for-execution --execution-arn ${executions}:refused:first`,
  ],
  ['ListExecutions', `stepfunctions list-executions --state-machine-arn ${machines}:refused --status-filter FAILED`],
  ['RedriveExecution', `stepfunctions redrive-execution --execution-arn ${executions}:refused:first`],
  [
    'UpdateStateMachine',
    `stepfunctions update-state-machine --state-machine-arn ${machines}:refused --definition '${definition({ Done: { Type: 'Succeed' } })}'`,
  ],
  create('waiting', {
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sns:publish.waitForTaskToken',
      Arguments: { TopicArn: `arn:aws:sns:us-east-1:${account}:cli`, Message: '{% $states.context.Task.Token %}' },
      End: true,
    },
  }),
  start('waiting', 'agreed'),
  readToken('agreed'),
  ['SendTaskHeartbeat', 'stepfunctions send-task-heartbeat --task-token {token}'],
  ['SendTaskSuccess', `stepfunctions send-task-success --task-token {token} --task-output '{"agreed":true}'`],
  start('waiting', 'declined'),
  readToken('declined'),
  ['SendTaskFailure', 'stepfunctions send-task-failure --task-token {token} --error Declined --cause cli'],
  start('waiting', 'given-up'),
  ['StopExecution', `stepfunctions stop-execution --execution-arn ${executions}:waiting:given-up --cause cli`],
  create('fleet', {
    Each: {
      Type: 'Map',
      Items: [1, 2],
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'One',
        States: { One: { Type: 'Pass', End: true } },
      },
      End: true,
    },
  }),
  start('fleet', 'night'),
  [
    'ListMapRuns',
    `stepfunctions list-map-runs --execution-arn ${executions}:fleet:night`,
    { mapRun: /"mapRunArn": "(.*?)"/ },
  ],
  ['DescribeMapRun', 'stepfunctions describe-map-run --map-run-arn {mapRun}'],
  ['DeleteStateMachine', `stepfunctions delete-state-machine --state-machine-arn ${machines}:refused`],
];
