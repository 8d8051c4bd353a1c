// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation writes its placeholders like this
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { readPackage } from '../../../sandbox/template/read-package.ts';
import { readTemplate } from '../../../sandbox/template/read-template.ts';
import type { RawTemplate } from '../../../sandbox/template/resource.ts';

const context = {
  stackName: 'gameday-dev',
  region: 'eu-central-1',
  account: '123456789012',
  partition: 'aws',
  parameters: {},
};

function read(resources: Record<string, unknown>, more: Partial<RawTemplate> = {}) {
  return readTemplate({ ...more, Resources: resources } as RawTemplate, context, (key) => `/code/${key}`);
}

const restore = {
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: 'gameday-dev-startRestore',
    Handler: 'functions/x/start-restore.handler',
    Runtime: 'nodejs24.x',
    Code: { S3Bucket: 'b', S3Key: 'serverless/startRestore.zip' },
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Timeout: 60,
    MemorySize: 512,
    Environment: { Variables: { TOPIC: { Ref: 'Alerts' }, BUCKET: { Ref: 'Evidence' }, LEVEL: 5 } },
  },
};
const role = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
    },
    Policies: [
      {
        PolicyName: 'write',
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Action: ['s3:PutObject'],
              Resource: [{ 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Evidence', 'Arn'] }, '/*']] }],
              Condition: { StringEquals: { 'aws:ResourceTag/app': 'gameday' } },
            },
          ],
        },
      },
    ],
  },
};
const Alerts = { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alerts' } };
const Evidence = { Type: 'AWS::S3::Bucket', Properties: { VersioningConfiguration: { Status: 'Enabled' } } };

describe('the template reader', () => {
  test('resolves a function with its environment, role and code', () => {
    const { functions, buckets, roles } = read({ StartRestoreLambdaFunction: restore, Role: role, Alerts, Evidence });
    const [fn] = functions;
    assert.equal(fn?.arn, 'arn:aws:lambda:eu-central-1:123456789012:function:gameday-dev-startRestore');
    assert.equal(fn?.codeDirectory, '/code/serverless/startRestore.zip');
    assert.equal(fn?.roleArn, roles[0]?.arn);
    assert.deepEqual(fn?.environment, {
      TOPIC: 'arn:aws:sns:eu-central-1:123456789012:alerts',
      BUCKET: buckets[0]?.name,
      LEVEL: '5',
    });
    assert.deepEqual([fn?.timeoutSeconds, fn?.memoryMb], [60, 512]);
  });

  test("a function without timeout and memory has Lambda's defaults", () => {
    const { Timeout, MemorySize, Environment, ...Properties } = restore.Properties;
    assert.ok(Timeout && MemorySize && Environment);
    const [fn] = read({ F: { ...restore, Properties }, Role: role, Evidence }).functions;
    assert.deepEqual([fn?.timeoutSeconds, fn?.memoryMb, fn?.environment], [3, 128, {}]);
  });

  test('a role keeps its conditions, takes a single statement, and gets the policies that name it', () => {
    const extra = {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'extra',
        Roles: [{ Ref: 'Role' }],
        PolicyDocument: { Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] },
      },
    };
    const [read1] = read({ Role: role, Evidence, Extra: extra }).roles;
    assert.equal(read1?.trust.Statement.length, 1);
    assert.deepEqual(
      read1?.policies.map(({ name }) => name),
      ['write', 'extra'],
    );
    const [statement] = read1?.policies[0]?.document.Statement ?? [];
    assert.match(String(statement?.Resource?.[0]), /^arn:aws:s3:::gameday-dev-evidence-[a-z0-9]{12}\/\*$/);
    assert.deepEqual(statement?.Condition, { StringEquals: { 'aws:ResourceTag/app': 'gameday' } });
  });

  test('names without an explicit one are stable, carry the logical id, and fit a bucket', () => {
    const long = 'E'.repeat(80);
    const one = read({ [long]: Evidence }).buckets[0]?.name ?? '';
    assert.equal(one, read({ [long]: Evidence }).buckets[0]?.name);
    assert.match(one, /^[a-z0-9-]{3,63}$/);
    assert.notEqual(one, read({ [`${long}F`]: Evidence }).buckets[0]?.name);
  });

  test('a state machine definition has its references filled in and its expressions untouched', () => {
    const definition = { Arguments: { FunctionName: '${fn}', Payload: "{% '${!keep}' & $states.input.x %}" } };
    const DefinitionString = { 'Fn::Sub': [JSON.stringify(definition), { fn: { 'Fn::GetAtt': ['F', 'Arn'] } }] };
    const machine = {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { StateMachineName: 'm', DefinitionString, RoleArn: 'r' },
    };
    const [found] = read({ F: restore, Role: role, Alerts, Evidence, M: machine }).stateMachines;
    assert.deepEqual(JSON.parse(found?.definition ?? ''), {
      Arguments: {
        FunctionName: 'arn:aws:lambda:eu-central-1:123456789012:function:gameday-dev-startRestore',
        Payload: "{% '${keep}' & $states.input.x %}",
      },
    });
    assert.equal(found?.arn, 'arn:aws:states:eu-central-1:123456789012:stateMachine:m');
  });

  test('conditions decide about resources, values and outputs', () => {
    const Conditions = {
      Prod: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
      NotProd: { 'Fn::Not': [{ Condition: 'Prod' }] },
    };
    const conditional = { Conditions, Parameters: { Stage: { Default: 'dev' } } };
    const topic = {
      Type: 'AWS::SNS::Topic',
      Properties: {
        TopicName: { 'Fn::If': ['Prod', 'p', 'd'] },
        DisplayName: { 'Fn::If': ['Prod', 'x', { Ref: 'AWS::NoValue' }] },
      },
    };
    const { topics, buckets, outputs } = read(
      { T: topic, B: { ...Evidence, Condition: 'Prod' } },
      {
        ...conditional,
        Outputs: { Gone: { Value: 'x', Condition: 'Prod' }, Kept: { Value: { Ref: 'T' }, Condition: 'NotProd' } },
      },
    );
    assert.deepEqual(
      topics.map(({ name }) => name),
      ['d'],
    );
    assert.equal(buckets.length, 0);
    assert.deepEqual(outputs, { Kept: 'arn:aws:sns:eu-central-1:123456789012:d' });
  });

  test('rules have their schedule, pattern and targets', () => {
    const Targets = [{ Id: 't', Arn: { Ref: 'Alerts' }, Input: '{"a":1}' }];
    const { rules } = read({
      Nightly: {
        Type: 'AWS::Events::Rule',
        Properties: { ScheduleExpression: 'rate(1 day)', State: 'DISABLED', Targets },
      },
      OnEvent: { Type: 'AWS::Events::Rule', Properties: { EventPattern: { source: ['aws.rds'] }, Targets: [] } },
      Alerts,
    });
    assert.deepEqual(
      rules.map(({ enabled, schedule, pattern }) => [enabled, schedule, pattern]),
      [
        [false, 'rate(1 day)', undefined],
        [true, undefined, { source: ['aws.rds'] }],
      ],
    );
    assert.equal(rules[0]?.targets[0]?.Arn, 'arn:aws:sns:eu-central-1:123456789012:alerts');
  });

  test('the other intrinsic functions', () => {
    const value = (Description: unknown) =>
      read(
        {
          A: {
            Type: 'AWS::Events::Rule',
            Properties: { Description: { 'Fn::Join': ['', [Description]] }, Targets: [] },
          },
        },
        { Mappings: { M: { a: { b: 'mapped' } } } },
      ).rules[0]?.description;
    assert.equal(value({ 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }), 'b');
    assert.equal(value({ 'Fn::FindInMap': ['M', 'a', 'b'] }), 'mapped');
    assert.equal(
      value({
        'Fn::Sub': 'arn:${AWS::Partition}:${AWS::Region}:${AWS::AccountId}:${AWS::StackName}:${AWS::URLSuffix}',
      }),
      'arn:aws:eu-central-1:123456789012:gameday-dev:amazonaws.com',
    );
    assert.equal(value({ 'Fn::Base64': 'x' }), 'eA==');
  });

  test('resources that it does not deploy are listed, and alarms are given as they are', () => {
    const { others, alarms } = read({
      Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
      Late: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmName: 'late', Threshold: 3 } },
    });
    assert.deepEqual(
      others.map(({ logicalId, type }) => [logicalId, type]),
      [['Vpc', 'AWS::EC2::VPC']],
    );
    assert.deepEqual(alarms[0]?.properties, { AlarmName: 'late', Threshold: 3 });
  });

  test('a reference to nothing names the resource that makes it', () => {
    const broken = { Type: 'AWS::SNS::Topic', Properties: { DisplayName: { Ref: 'Nobody' } } };
    assert.throws(
      () => read({ Broken: broken }),
      (error: Error) => /'Broken'/.test(error.message) && /'Nobody'/.test(String(error.cause)),
    );
  });
});

describe('a packaged service', () => {
  test('is read from its directory, its archives unpacked', async () => {
    const root = await mkdtemp(join(tmpdir(), 'sandbox-template-'));
    try {
      const directory = join(root, 'package');
      await mkdir(directory);
      const template = { Resources: { F: restore, Role: role, Alerts, Evidence } };
      await writeFile(join(directory, 'cloudformation-template-update-stack.json'), JSON.stringify(template));
      const state = { service: { service: 'gameday', provider: { stage: 'test' } } };
      await writeFile(join(directory, 'serverless-state.json'), JSON.stringify(state));
      const archive = zipSync({ 'functions/x/start-restore.mjs': strToU8('export const handler = () => 1;') });
      await writeFile(join(directory, 'startRestore.zip'), archive);
      const options = { directory, codeDirectory: join(root, 'code'), region: 'eu-central-1', account: '123456789012' };
      const { stackName, functions } = await readPackage(options);
      assert.equal(stackName, 'gameday-test');
      const code = await readFile(join(functions[0]?.codeDirectory ?? '', 'functions/x/start-restore.mjs'), 'utf8');
      assert.equal(code, 'export const handler = () => 1;');

      await rm(join(directory, 'startRestore.zip'));
      await assert.rejects(readPackage(options), (error: Error) =>
        /archive 'startRestore.zip' is not in/.test(error.message),
      );
      await writeFile(join(directory, 'startRestore.zip'), zipSync({ '../../outside': strToU8('x') }));
      await assert.rejects(readPackage(options), /leaves its directory/);
      await assert.rejects(readPackage({ ...options, directory: root }), /HINT: Run 'npm run package' first\./);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});
