// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation writes placeholders like this
// What a state machine may do, read from its definition: exactly the functions that it invokes and the machines that it
// starts; and what every machine needs.
const { pascal } = require('./workflows.cjs');

const arn = (service, resource) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
});

/** All states, also those within a Map and within the branches of a Parallel. */
const statesOf = (definition) =>
  Object.entries(definition.States ?? {}).flatMap(([name, state]) => [
    { name, ...state },
    ...(state.ItemProcessor === undefined ? [] : statesOf(state.ItemProcessor)),
    ...(state.Branches ?? []).flatMap(statesOf),
  ]);

/** Statements of a machine's role. `workflows` are all of them: what is started must be one. */
function machineStatements(workflow, workflows) {
  const states = statesOf(workflow.definition);
  const tasks = states.filter(({ Type }) => Type === 'Task');
  const invoked = new Set();
  const started = new Map();
  for (const task of tasks) {
    const [, kind] = /^arn:aws:states:::(.+)$/.exec(task.Resource ?? '') ?? [];
    if (/^lambda:invoke(\.waitForTaskToken)?$/.test(kind)) invoked.add(functionOf(workflow, task));
    else if (/^states:startExecution(\.sync(:2)?|\.waitForTaskToken)?$/.test(kind)) {
      const name = startedBy(workflow, task, workflows);
      started.set(name, started.get(name) === true || kind.includes('.sync'));
    } else if (!isStated(workflow, kind)) {
      throw new Error(
        `state '${task.name}' of '${workflow.name}' calls '${task.Resource}', which no statement of it in workflows.yml allows`,
      );
    }
  }
  for (const { name, ItemReader, ResultWriter } of states)
    for (const { Resource } of [ItemReader, ResultWriter].filter((part) => part !== undefined))
      if (!isStated(workflow, Resource))
        throw new Error(
          `state '${name}' of '${workflow.name}' calls '${Resource}', which no statement of it in workflows.yml allows`,
        );
  const machines = [...started.keys()];
  const awaited = [...started].flatMap(([name, isAwaited]) => (isAwaited ? [name] : []));
  const isFleet = states.some(({ ItemProcessor }) => ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED');
  return [
    ...(invoked.size === 0 ? [] : [invokeTasks([...invoked])]),
    ...(machines.length === 0 ? [] : [startMachines(machines)]),
    ...(awaited.length === 0 ? [] : awaitMachines(awaited)),
    ...(isFleet ? runMap(workflow.name) : []),
    ...(workflow.statements ?? []),
    trace,
  ];
}

function functionOf({ name: workflow }, { name, Arguments }) {
  const key = Arguments?.FunctionName?.['Fn::GetAtt']?.[0];
  if (typeof key === 'string') return key;
  throw new Error(`state '${name}' of '${workflow}' invokes a function that it does not name by Fn::GetAtt`);
}

function startedBy({ name: workflow }, { name, Arguments }, workflows) {
  const id = Arguments?.StateMachineArn?.Ref;
  const found = workflows.find((one) => one.id === id);
  if (found !== undefined) return found.name;
  throw new Error(
    `state '${name}' of '${workflow}' starts ${JSON.stringify(Arguments?.StateMachineArn)}, which is no workflow`,
  );
}

/** An action is compared without its service, whose name differs: `aws-sdk:sfn:startExecution` is `states:StartExecution`. */
const isStated = ({ statements = [] }, kind = '') => {
  const action = kind.split(':').at(-1).split('.')[0].toLowerCase();
  return statements.some(
    ({ Effect, Action }) =>
      Effect === 'Allow' && [Action].flat().some((one) => String(one).split(':')[1]?.toLowerCase() === action),
  );
};

const invokeTasks = (keys) => ({
  Sid: 'InvokeTasks',
  Effect: 'Allow',
  Action: 'lambda:InvokeFunction',
  Resource: keys.map((key) => ({ 'Fn::GetAtt': [`${pascal(key)}LambdaFunction`, 'Arn'] })),
});

const startMachines = (names) => ({
  Sid: 'StartMachines',
  Effect: 'Allow',
  Action: 'states:StartExecution',
  Resource: names.map((name) => ({ Ref: pascal(name) })),
});

const awaitMachines = (names) => [
  {
    Sid: 'AwaitMachines', // and stop them when their starter is stopped
    Effect: 'Allow',
    Action: ['states:DescribeExecution', 'states:StopExecution'],
    Resource: names.map((name) => arn('states', `execution:${name}-\${sls:stage}:*`)),
  },
  {
    Sid: 'HearOfEnds', // Step Functions learns their end by a rule that it keeps itself
    Effect: 'Allow',
    Action: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
    Resource: arn('events', 'rule/StepFunctionsGetEventsForStepFunctionsExecutionRule'),
  },
];

/** Each item of a distributed Map is a child execution of the machine itself. */
const runMap = (name) => [
  {
    Sid: 'RunMap',
    Effect: 'Allow',
    Action: 'states:StartExecution',
    Resource: arn('states', `stateMachine:${name}-\${sls:stage}`),
  },
  {
    Sid: 'AwaitMap', // as AWS demands of a machine with a distributed Map, and to take a failed run up again
    Effect: 'Allow',
    Action: ['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution'],
    Resource: [arn('states', `execution:${name}-\${sls:stage}:*`), arn('states', `execution:${name}-\${sls:stage}/*`)],
  },
];

const trace = {
  Sid: 'Trace', // X-Ray and log delivery have no resources to name
  Effect: 'Allow',
  Action: [
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'logs:CreateLogDelivery',
    'logs:GetLogDelivery',
    'logs:UpdateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:DescribeResourcePolicies',
    'logs:DescribeLogGroups',
  ],
  Resource: '*',
};

module.exports = { machineStatements, statesOf };
