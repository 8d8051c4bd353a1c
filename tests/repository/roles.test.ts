import assert from 'node:assert/strict';
import { at, entriesAt, stringsIn, textOf } from './files.ts';
import { functionOf, functionTasksOf, machines } from './state-machine.ts';
import { functionsByKey, resources, stateMachinesByKey, statementTexts } from './templates/configuration.ts';

type Template = {
  readonly serverless: unknown;
  readonly roles: unknown;
  readonly texts: readonly string[];
  /** The functions that each machine invokes, by its serverless key. */
  readonly invoked: ReadonlyMap<string, readonly string[]>;
};

/**
 * Actions for which AWS lets no policy name a resource. Sources: service authorization reference; of the deliveries of
 * logs, "Logging in CloudWatch Logs" of the developer guide of Step Functions.
 */
const withoutResources = new Set([
  'ce:GetCostAndUsage', // its resource type is a billing view; that of the account itself has no name that a stage could know
  'ce:GetSavingsPlansCoverage',
  'ce:GetReservationCoverage',
  'cloudwatch:GetMetricData',
  'route53:ListHostedZonesByName',
  'ec2:DescribeVolumes',
  'ec2:DescribeSnapshots',
  'ec2:DescribeImages',
  'ec2:DescribeAddresses',
  'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeTags',
  'rds:DescribeAccountAttributes',
  'rds:DescribeEvents', // its resource type is a subscription of events, and what is asked about is none
  'rds:DescribeOrderableDBInstanceOptions',
  'ec2:DescribeSubnets',
  's3:ListAllMyBuckets',
  'states:SendTaskSuccess', // a token says for itself which execution it is of
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
]);

const logicalId = (key: string) => `${key.charAt(0).toUpperCase()}${key.slice(1)}LambdaFunction`;

function faultsOf({ serverless, roles, texts, invoked }: Template): string[] {
  const faults: string[] = [];
  const owners = new Map<string, string>();
  for (const [key, fields] of entriesAt(serverless, 'functions')) {
    const role = String(at(fields, 'role'));
    const owner = owners.get(role);
    if (owner !== undefined) faults.push(`'${key}' shares its role with '${owner}'`);
    owners.set(role, key);
    const definition = at(roles, 'Resources', role);
    if (definition === undefined) {
      faults.push(`'${key}' has role '${role}', which resources/ lacks`);
      continue;
    }
    const managed = stringsIn(at(definition, 'Properties', 'ManagedPolicyArns')).map((arn) => arn.split('/').at(-1));
    const isInVpc = at(fields, 'vpc') !== undefined;
    const logs = isInVpc ? 'AWSLambdaVPCAccessExecutionRole' : 'AWSLambdaBasicExecutionRole';
    if (!managed.includes(logs)) faults.push(`'${role}' lacks ${logs}: '${key}' could not write its log`);
    if (managed.some((name) => name !== logs && name !== 'AWSXRayDaemonWriteAccess')) {
      faults.push(`'${role}' has more managed policies than it needs: ${managed.join(', ')}`);
    }
    const principal = at(
      definition,
      'Properties',
      'AssumeRolePolicyDocument',
      'Statement',
      '0',
      'Principal',
      'Service',
    );
    if (principal !== 'lambda.amazonaws.com') faults.push(`'${role}' is not a role of Lambda`);
  }
  for (const [name, role] of entriesAt(roles, 'Resources')) {
    for (const statement of statementsOf(role)) {
      if (!stringsIn(at(statement, 'Resource')).includes('*')) continue;
      for (const action of stringsIn(at(statement, 'Action')).filter((one) => !withoutResources.has(one)))
        faults.push(`'${name}' has ${action} on every resource, and AWS lets it name one`);
    }
    const service = at(role, 'Properties', 'AssumeRolePolicyDocument', 'Statement', '0', 'Principal', 'Service');
    if (service === 'lambda.amazonaws.com' && !owners.has(name)) faults.push(`role '${name}' has no function`);
    if (service !== 'states.amazonaws.com') continue;
    const machine = entriesAt(serverless, 'stepFunctions', 'stateMachines').find(
      ([, fields]) => at(fields, 'role', 'Fn::GetAtt', '0') === name,
    );
    if (machine === undefined) {
      faults.push(`role '${name}' has no state machine`);
      continue;
    }
    const invoking = statementsOf(role).filter((statement) =>
      stringsIn(at(statement, 'Action')).includes('lambda:InvokeFunction'),
    );
    const allowed = invoking
      .flatMap((statement) => stringsIn(at(statement, 'Resource')))
      .filter((text) => text !== 'Arn');
    const needed = [...new Set((invoked.get(machine[0]) ?? []).map(logicalId))];
    if (allowed.sort().join() !== needed.sort().join())
      faults.push(`'${name}' may invoke ${allowed.join()}, needs ${needed.join()}`);
  }
  for (const text of texts) {
    let statement = '';
    for (const line of text.split('\n')) {
      if (/^\s*(- )?Sid:/.test(line)) statement = line;
      if (/^\s*(Resource: |- )'\*',?\s*$/.test(line) && !/Sid: '?\w+'?,? (#|\/\/) \w+/.test(statement)) {
        faults.push(`'${statement.trim()}' allows every resource and does not say why`);
      }
      if (
        /Action: .*'\*'|Action: .*:\*/.test(line) &&
        !/Deny/.test(text.slice(0, text.indexOf(line)).split('- Sid:').at(-1) ?? '')
      ) {
        faults.push(`'${statement.trim()}' allows every action`);
      }
    }
  }
  return faults;
}

const statementsOf = (role: unknown) =>
  (at(role, 'Properties', 'Policies', '0', 'PolicyDocument', 'Statement') ?? []) as unknown[];

const keyOf = (workflow: string) => workflow.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

const template = (): Template => ({
  serverless: { functions: functionsByKey(), stepFunctions: { stateMachines: stateMachinesByKey() } },
  roles: { Resources: resources() },
  texts: statementTexts(),
  invoked: new Map(machines().map((machine) => [keyOf(machine.workflow), functionTasksOf(machine).map(functionOf)])),
});

describe('roles', () => {
  test('are one for each function, with its log and nothing that it does not need', () => {
    assert.deepEqual(faultsOf(template()), []);
  });

  test('that are shared, missing, left over, too wide or without a log are reported', () => {
    const sound = template();
    const roles = (change: (text: string) => string): Partial<Template> => {
      const text = JSON.stringify(sound.roles);
      const changed = change(text);
      assert.notEqual(changed, text, 'the companion changed nothing');
      return { roles: JSON.parse(changed) };
    };
    const serverless = (from: string, to: string): Partial<Template> => ({
      serverless: JSON.parse(JSON.stringify(sound.serverless).replace(from, to)),
    });
    const text = textOf('resources/roles/remove-copy.yml');
    const broken: [Partial<Template>, RegExp][] = [
      [
        serverless('"role":"CheckRestoreRole"', '"role":"CheckDeletedRole"'),
        /'checkDeleted' shares its role with 'checkRestore'[\s\S]*role 'CheckRestoreRole' has no function/,
      ],
      [serverless('"role":"CheckRestoreRole"', '"role":"OtherRole"'), /which resources\/ lacks/],
      [
        roles((json) => json.replaceAll('AWSLambdaVPCAccessExecutionRole', 'AWSLambdaBasicExecutionRole')),
        /'TakeWitnessRole' lacks AWSLambdaVPC/,
      ],
      [roles((json) => json.replace('AWSXRayDaemonWriteAccess', 'AdministratorAccess')), /more managed policies/],
      [
        roles((json) => json.replace('"rds:DescribeAccountAttributes"', '"rds:ModifyDBInstance"')),
        /'Plan\w+Role' has rds:ModifyDBInstance on every resource, and AWS lets it name one/,
      ],
      [roles((json) => json.replace('{"Fn::GetAtt":["PlanRunLambdaFunction","Arn"]},', '')), /may invoke/],
      [
        { texts: [textOf('packaging/cloudformation/machine-statements.cjs').replace(/(Sid: 'Trace',) \/\/.*/, '$1')] },
        /'Sid: 'Trace',' allows every resource/,
      ],
      [
        { texts: [textOf('resources/roles/retention.yml').replace(/(Sid: ReadQuotas) #.*/, '$1')] },
        /'- Sid: ReadQuotas' allows every resource/,
      ],
      [
        { texts: [text.replace('Action: rds:DeleteDBInstance', 'Action: rds:*')] },
        /'- Sid: DeleteThrowAwayCopies' allows every action/,
      ],
    ];
    for (const [change, fault] of broken) assert.match(faultsOf({ ...sound, ...change }).join('\n'), fault);
  });
});

const isRegisterOfScope = (resource: string) =>
  /:s3:::pg-gameday-lease-[^/]+\/lease\/drill\/drill-\*\.json$/.test(resource);

test('only what this system made can be deleted, by name and by tag', () => {
  const deleting = Object.entries(resources()).flatMap(([name, role]) =>
    ((at(role, 'Properties', 'Policies', '0', 'PolicyDocument', 'Statement') ?? []) as unknown[])
      .filter((statement) =>
        stringsIn(at(statement, 'Action')).some((action) => /:Delete(?!.*LogDelivery)/.test(action)),
      )
      .map((statement) => ({ name, statement })),
  );
  const allowed: Readonly<Record<string, { readonly name: RegExp; readonly purpose: string }>> = {
    CleanUpDrillRole: { name: /:db:gd-copy-drill-\*-(primary|replica)$/, purpose: 'throw-away copy' },
    DeleteCopyRole: { name: /:db:gd-copy-\*$/, purpose: 'throw-away copy' },
    DeleteLeftoverRole: { name: /:db:gd-copy-\*$/, purpose: 'throw-away copy' },
    DeleteSnapshotRole: { name: /:snapshot:gd-backup-\*$/, purpose: 'backup' },
  };
  // What is restored for real use bears no such tag, and is deleted until it is handed over by who restored it alone.
  const candidates = deleting.filter(({ name }) => name === 'DeleteCandidateRole');
  assert.deepEqual(
    candidates.map(({ statement }) => [
      stringsIn(at(statement, 'Resource')).join().split(':db:').at(-1),
      at(statement, 'Condition'),
    ]),
    [
      [
        '*-restored-*',
        { Null: { 'aws:ResourceTag/pg-gameday:candidate-of': 'false', 'aws:ResourceTag/pg-gameday:made-by': 'true' } },
      ],
    ],
  );
  // The registers of a scope are no evidence, and nobody's lease: what else S3 has, no role deletes.
  const registers = deleting.filter(({ statement }) => stringsIn(at(statement, 'Action')).join() === 's3:DeleteObject');
  assert.deepEqual(
    registers.map(({ name, statement }) => [name, stringsIn(at(statement, 'Resource')).every(isRegisterOfScope)]),
    [['CleanUpDrillRole', true]],
  );
  const others = deleting.filter((one) => !candidates.includes(one) && !registers.includes(one));
  assert.deepEqual(others.map(({ name }) => name).sort(), Object.keys(allowed));
  for (const { name: role, statement } of others) {
    const { name = /(?!)/, purpose } = allowed[role] ?? {};
    for (const resource of stringsIn(at(statement, 'Resource'))) assert.match(resource, name);
    assert.equal(at(statement, 'Condition', 'StringEquals', 'aws:ResourceTag/pg-gameday:made-by'), 'pg-gameday', role);
    assert.equal(at(statement, 'Condition', 'StringEquals', 'aws:ResourceTag/pg-gameday:purpose'), purpose, role);
  }
});
