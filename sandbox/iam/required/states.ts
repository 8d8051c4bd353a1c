import { list, type PermissionsOf, type PermissionsTable, passRole, requestTags, text } from './permission.ts';

const on =
  (action: string, member: string): PermissionsOf =>
  (input) => [{ action: `states:${action}`, resource: text(input, member) ?? '*' }];

const onAll =
  (action: string): PermissionsOf =>
  () => [{ action: `states:${action}`, resource: '*' }];

/** After the service authorization reference of AWS Step Functions. */
export const statesPermissions: PermissionsTable = {
  CreateStateMachine: (input, { region, account }) => [
    {
      action: 'states:CreateStateMachine',
      resource: `arn:aws:states:${region}:${account}:stateMachine:${text(input, 'name') ?? '*'}`,
      context: requestTags(list(input, 'tags')),
    },
    ...passRole(text(input, 'roleArn'), 'states.amazonaws.com'),
  ],
  UpdateStateMachine: (input) => [
    { action: 'states:UpdateStateMachine', resource: text(input, 'stateMachineArn') ?? '*' },
    ...passRole(text(input, 'roleArn'), 'states.amazonaws.com'),
  ],
  DescribeStateMachine: on('DescribeStateMachine', 'stateMachineArn'),
  DeleteStateMachine: on('DeleteStateMachine', 'stateMachineArn'),
  ListStateMachines: onAll('ListStateMachines'),
  ValidateStateMachineDefinition: onAll('ValidateStateMachineDefinition'),
  TestState: (input) => [
    { action: 'states:TestState', resource: '*' },
    ...passRole(text(input, 'roleArn'), 'states.amazonaws.com'),
  ],
  ListTagsForResource: on('ListTagsForResource', 'resourceArn'),
  TagResource: (input) => [
    {
      action: 'states:TagResource',
      resource: text(input, 'resourceArn') ?? '*',
      context: requestTags(list(input, 'tags')),
    },
  ],
  UntagResource: on('UntagResource', 'resourceArn'),
  StartExecution: on('StartExecution', 'stateMachineArn'),
  StopExecution: on('StopExecution', 'executionArn'),
  RedriveExecution: on('RedriveExecution', 'executionArn'),
  DescribeExecution: on('DescribeExecution', 'executionArn'),
  DescribeStateMachineForExecution: on('DescribeStateMachineForExecution', 'executionArn'),
  GetExecutionHistory: on('GetExecutionHistory', 'executionArn'),
  ListExecutions: (input) => [
    {
      action: 'states:ListExecutions',
      resource: text(input, 'stateMachineArn') ?? text(input, 'mapRunArn') ?? '*',
    },
  ],
  DescribeMapRun: on('DescribeMapRun', 'mapRunArn'),
  ListMapRuns: on('ListMapRuns', 'executionArn'),
  SendTaskSuccess: onAll('SendTaskSuccess'),
  SendTaskFailure: onAll('SendTaskFailure'),
  SendTaskHeartbeat: onAll('SendTaskHeartbeat'),
};
