// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation writes placeholders like this
// What surrounds functions and machines and differs only by a name: a role for each function around its statements; for
// each machine its role, log group, schedule, event rule and the alarms on executions that failed or timed out.
const { answered } = require('./answered-alarm.cjs');
const { machineStatements } = require('./machine-statements.cjs');
const { functionLogs, pascal, readAlarms, readFunctions, readWorkflows } = require('./workflows.cjs');

const LOG_DAYS = 30;

module.exports = async () => ({
  Resources: framesOf({ functions: readFunctions(), workflows: readWorkflows(), alarms: readAlarms() }),
});

function framesOf({ functions, workflows, alarms }) {
  return {
    ...Object.fromEntries(functions.map((one) => [`${pascal(one.key)}Role`, functionRole(one)])),
    ...Object.fromEntries(
      functions.map(({ folder }) => [`${pascal(folder)}FunctionLogs`, logGroup(functionLogs(folder))]),
    ),
    ...Object.assign({}, ...workflows.map((workflow) => machineFrame(workflow, workflows))),
    ...alarms,
  };
}
module.exports.framesOf = framesOf;

const trust = (service, condition) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole', ...condition }],
});
/** Nobody else's machine or rule makes the service act with the role; Lambda does not say for which function it takes one. */
const forOurs = (service, resource) => ({
  Condition: {
    StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
    ArnLike: {
      'aws:SourceArn': {
        'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
      },
    },
  },
});
const policies = (PolicyName, Statement) => ({
  Policies: [{ PolicyName, PolicyDocument: { Version: '2012-10-17', Statement } }],
});
const managed = (name) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:iam::aws:policy/${name}` });

/** Whatever a defect of ours writes into a policy: packaging/access/people.cjs. */
const bounded = { PermissionsBoundary: { Ref: 'Boundary' } };

const logGroup = (LogGroupName) => ({
  Type: 'AWS::Logs::LogGroup',
  Properties: { LogGroupName, RetentionInDays: LOG_DAYS },
});

const functionRole = ({ vpc, statements }) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
    ...bounded,
    ManagedPolicyArns: [
      managed(`service-role/AWSLambda${vpc === true ? 'VPCAccess' : 'Basic'}ExecutionRole`),
      managed('AWSXRayDaemonWriteAccess'),
    ],
    ...(statements.length === 0 ? {} : policies('task', statements)),
  },
});

function machineFrame(workflow, workflows) {
  const { name, id, schedule, event, failedAlarm, timedOutAlarm = timedOutOf(workflow) } = workflow;
  return {
    [`${id}MachineRole`]: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: trust('states.amazonaws.com', forOurs('states', 'stateMachine:*')),
        ...bounded,
        ...policies('machine', machineStatements(workflow, workflows)),
      },
    },
    // Below this prefix AWS needs no resource policy for each group, of which an account has ten.
    [`${id}Logs`]: logGroup(`/aws/vendedlogs/states/${name}-\${sls:stage}`),
    ...(schedule === undefined && event === undefined ? {} : { [`${id}StartRole`]: startRole(id) }),
    ...(schedule === undefined ? {} : { [`${id}Schedule`]: scheduleOf(workflow) }),
    ...(event === undefined ? {} : { [`${id}Event`]: eventRule(workflow) }),
    ...(failedAlarm === undefined ? {} : { [`${id}FailedAlarm`]: alarmOf(workflow, ends.failed, failedAlarm) }),
    ...(timedOutAlarm === undefined
      ? {}
      : { [`${id}TimedOutAlarm`]: alarmOf(workflow, ends.timedOut, { ...failedAlarm, ...timedOutAlarm }) }),
  };
}

const startRole = (id) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: trust('events.amazonaws.com', forOurs('events', 'rule/*')),
    ...bounded,
    ...policies('start', [
      { Sid: 'StartWorkflow', Effect: 'Allow', Action: 'states:StartExecution', Resource: { Ref: id } },
    ]),
  },
});

const conditions = { first: 'IsFirstRegion', second: 'IsSecondRegion' };
const inRegions = (regions) => (conditions[regions] === undefined ? {} : { Condition: conditions[regions] });
const target = ({ name, id }) => ({ Id: name, Arn: { Ref: id }, RoleArn: { 'Fn::GetAtt': [`${id}StartRole`, 'Arn'] } });

/** What starts nothing, because its role or its machine is not as it was, say, rings (resources/platform/events.yml). */
const keptWhenUnstarted = { DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['UnstartedQueue', 'Arn'] } } };

const scheduleOf = (workflow) => ({
  Type: 'AWS::Events::Rule',
  ...inRegions(workflow.regions),
  Properties: {
    Name: `${workflow.name}-\${sls:stage}`,
    Description: workflow.schedule.description,
    ScheduleExpression: workflow.schedule.expression,
    State: 'ENABLED',
    Targets: [{ ...target(workflow), Input: '{}', ...keptWhenUnstarted }],
  },
});

/**
 * The machine gets the event as it is. What cannot be delivered within a quarter of an hour is kept, and rings: whoever waits for an event
 * cannot know that it is late.
 */
const eventRule = (workflow) => ({
  Type: 'AWS::Events::Rule',
  ...inRegions(workflow.regions),
  Properties: {
    Name: `${workflow.name}-event-\${sls:stage}`,
    Description: workflow.event.description,
    EventPattern: workflow.event.pattern,
    State: 'ENABLED',
    Targets: [
      {
        ...target(workflow),
        RetryPolicy: { MaximumEventAgeInSeconds: 900, MaximumRetryAttempts: 20 },
        ...keptWhenUnstarted,
      },
    ],
  },
});

/** A time-out takes the machine away before it can tell anybody, and AWS does not count it among the failures. */
const ends = {
  failed: { name: 'failed', metric: 'ExecutionsFailed' },
  timedOut: { name: 'timed-out', metric: 'ExecutionsTimedOut' },
};

const timedOutOf = ({ name, failedAlarm }) =>
  failedAlarm && {
    description: `An execution of ${name} was ended by its own bound of time: nothing was reported, and what it had begun is as it left it. Its history shows the last state.`,
  };

/** What fails of the way of alert itself cannot go that way. */
const alarmOf = ({ name, id }, end, alarm) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: (alarm.byTopic === true ? notifying : answered)(alarm.severity, {
    AlarmName: `pg-gameday-${name}-${end.name}-\${sls:stage}`,
    AlarmDescription: alarm.description,
    Namespace: 'AWS/States',
    MetricName: end.metric,
    Dimensions: [{ Name: 'StateMachineArn', Value: { Ref: id } }],
    Statistic: 'Sum',
    Period: alarm.period ?? 300,
    EvaluationPeriods: alarm.evaluationPeriods ?? 1,
    ...(alarm.datapointsToAlarm === undefined ? {} : { DatapointsToAlarm: alarm.datapointsToAlarm }),
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  }),
});

const notifying = (severity, properties) => ({ ...properties, AlarmActions: [{ Ref: `${severity}Topic` }] });
