// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources write their own
import type { MistakesInFile } from '../mistake.ts';

/** What is generated from workflows.yml, operations.yml and the machines. */
export const packaging: readonly MistakesInFile[] = [
  {
    file: 'packaging/access/people.cjs',
    tests: ['tests/unit/packaging/people.test.ts'],
    mistakes: [
      {
        name: 'the boundary lets databases of people be deleted',
        find: "['rds:DeleteDBInstance', 'rds:DeleteDBInstanceAutomatedBackup',",
        replace: "['rds:DeleteDBInstanceAutomatedBackup',",
      },
      {
        name: 'a rule of the bucket may remove evidence that nobody may',
        find: ", 's3:PutLifecycleConfiguration'",
        replace: '',
      },
      {
        name: 'an older version of the boundary may come into force',
        find: "'iam:SetDefaultPolicyVersion', ",
        replace: '',
      },
      {
        name: 'the boundary holds what this system made',
        find: "'aws:ResourceTag/pg-gameday:made-by': 'true', 'aws:ResourceTag/pg-gameday:candidate-of': 'true'",
        replace: "'aws:ResourceTag/pg-gameday:candidate-of': 'true'",
      },
      {
        name: 'evidence of another stage is not kept',
        find: "[ourBuckets(''), ourBuckets('/*')]",
        replace: "[evidence, evidenceKeys('*')]",
      },
      {
        name: 'an operator starts machines of every stage',
        find: "here('states', `stateMachine:${name}`)),\n  ),\n  allow(\n    'StopExecutions'",
        replace: "here('states', 'stateMachine:*')),\n  ),\n  allow(\n    'StopExecutions'",
      },
      {
        name: 'an approver reads all evidence',
        find: "evidenceKeys('remediation/approvals/*')",
        replace: "evidenceKeys('*')",
      },
    ],
  },
  {
    file: 'packaging/plugins/account-guard.mjs',
    tests: ['tests/unit/packaging/plugins.test.ts'],
    mistakes: [
      {
        name: 'a stage is removed from any account',
        find: "['deploy', 'remove', 'rollback']",
        replace: "['deploy', 'rollback']",
      },
      { name: 'the account of another stage will do', find: 'stages[stage]?.account', replace: 'stages.dev?.account' },
    ],
  },
  {
    file: 'packaging/cloudformation/frames.cjs',
    tests: [
      'tests/unit/packaging/frames.test.ts',
      'tests/unit/packaging/people.test.ts',
      'tests/repository/resources/alarm-metrics.test.ts',
    ],
    mistakes: [
      {
        name: 'a schedule that starts nothing is forgotten',
        find: "Input: '{}', ...keptWhenUnstarted }",
        replace: "Input: '{}' }",
      },
      {
        name: 'an alarm watches another machine',
        find: "Dimensions: [{ Name: 'StateMachineArn', Value: { Ref: id } }]",
        replace: "Dimensions: [{ Name: 'StateMachineArn', Value: { Ref: 'BackupAndVerify' } }]",
      },
      {
        name: 'an alarm watches another metric of the machine',
        find: "metric: 'ExecutionsFailed'",
        replace: "metric: 'ExecutionsStarted'",
      },
      {
        name: 'an execution that timed out rings nowhere',
        find: "metric: 'ExecutionsTimedOut'",
        replace: "metric: 'ExecutionsFailed'",
      },
      {
        name: 'a time-out of a workflow whose failure rings has no alarm',
        find: 'timedOutAlarm = timedOutOf(workflow)',
        replace: 'timedOutAlarm',
      },
      {
        name: 'a role trusts the machines of every account',
        find: "    StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },\n",
        replace: '',
      },
      {
        name: 'roles of functions have no boundary',
        find: "trust('lambda.amazonaws.com'),\n    ...bounded,",
        replace: "trust('lambda.amazonaws.com'),",
      },
      {
        name: 'a rule may start every machine',
        find: "Action: 'states:StartExecution', Resource: { Ref: id } }",
        replace: "Action: 'states:StartExecution', Resource: '*' }",
      },
      {
        name: 'what decides for both regions runs in each',
        find: "first: 'IsFirstRegion'",
        replace: 'first: undefined',
      },
    ],
  },
  {
    file: 'packaging/cloudformation/database-alarms.cjs',
    tests: ['tests/unit/packaging/database-alarms.test.ts', 'tests/repository/resources/alarm-metrics.test.ts'],
    mistakes: [
      {
        name: 'silence is no alarm',
        find: "TreatMissingData: 'breaching', // nobody looks",
        replace: "TreatMissingData: 'notBreaching', // nobody looks",
      },
      { name: 'an alarm fires a day late', find: 'verifiedBackupHours: 30', replace: 'verifiedBackupHours: 54' },
      {
        name: 'a database that is backed up by hand has the alarms of a night',
        find: 'database?.nightly !== false',
        replace: 'database !== null',
      },
      {
        name: 'two databases have an alarm of one name',
        find: 'AlarmName: `${kind}-${database}-${stage}`',
        replace: 'AlarmName: `${kind}-${stage}`',
      },
      {
        name: 'a metric is watched under another service',
        find: "dimensions('watch-backups', database)",
        replace: "dimensions('backup-and-verify', database)",
      },
      {
        name: 'a late measure pages',
        find: '    DatapointsToAlarm: 2, // one',
        replace: '    DatapointsToAlarm: 1, // one',
      },
    ],
  },
  {
    file: 'packaging/cloudformation/severity-topics.cjs',
    tests: ['tests/repository/resources/platform.test.ts', 'tests/repository/alarm-topics.test.ts'],
    mistakes: [
      {
        name: 'an alarm of any name may publish',
        find: "    Condition: {\n      ArnLike: {\n        'aws:SourceArn': ours.map((name) => ({ 'Fn::Sub': `${alarms}${name}` })),\n      },\n    },\n",
        replace: '    ...(alarms === undefined ? {} : {}),\n',
      },
    ],
  },
  {
    file: 'packaging/cloudformation/machine-statements.cjs',
    tests: ['tests/unit/packaging/machine-statements.test.ts', 'tests/repository/roles.test.ts'],
    mistakes: [
      {
        name: 'a machine may start every machine',
        find: 'Resource: names.map((name) => ({ Ref: pascal(name) })),',
        replace: "Resource: '*',",
      },
      {
        name: 'a fleet may not stop what it has started',
        find: "['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution']",
        replace: "['states:RedriveExecution']",
      },
      {
        name: 'a call that no statement allows is packaged',
        find: '} else if (!isStated(workflow, kind)) {',
        replace: '} else if (kind === undefined) {',
      },
    ],
  },
  {
    file: 'packaging/cloudformation/mail-subscriptions.cjs',
    tests: ['tests/unit/packaging/mail-subscriptions.test.ts'],
    mistakes: [
      {
        name: 'everybody gets mail of every severity',
        find: 'severities === undefined ? {}',
        replace: 'severities !== undefined ? {}',
      },
    ],
  },
  {
    file: 'packaging/stacks/split-stacks.mjs',
    tests: ['tests/unit/packaging/split-stacks.test.ts'],
    mistakes: [
      {
        name: 'a reference to another stack is left as it is',
        find: "if (key === 'Ref' && isForeign(argument)) return",
        replace: "if (key === 'Ref' && homes.get(argument) === home) return",
      },
      { name: 'a stack does not wait for what it needs', find: 'dependsOn.add(other);', replace: '' },
    ],
  },
  {
    file: 'packaging/plugins/both-regions.mjs',
    tests: ['tests/unit/packaging/plugins.test.ts'],
    mistakes: [
      {
        name: 'the first region is deployed although the second failed',
        find: 'if (code !== 0)',
        replace: 'if (code === 0)',
      },
      { name: 'one region of choice deploys both', find: 'if (options.region !== undefined || ', replace: 'if (' },
    ],
  },
  {
    file: 'packaging/cloudformation/functions.cjs',
    tests: ['tests/repository/roles.test.ts'],
    mistakes: [
      {
        name: 'a function has the role of another',
        find: 'role: `${pascal(key)}Role`',
        replace: 'role: `${pascal(functions[0].key)}Role`',
      },
    ],
  },
];
