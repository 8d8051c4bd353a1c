import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { packageStage } from '../../sandbox/package/package-stage.ts';
import { readOperationsFile } from '../../shared/policy/read-file.ts';
import { note } from '../support/note.ts';
import { at, entriesAt, filesOf, stringsIn, textOf } from './files.ts';

const execute = promisify(execFile);
const stages = ['dev', 'test', 'prod'] as const;

/** Every attempt to reach another computer throws. */
const noNetwork = `data:text/javascript,${encodeURIComponent(
  `import net from 'node:net'; import dns from 'node:dns';
   const refuse = (what) => () => { throw new Error(\`the network was used: \${what}\`); };
   net.Socket.prototype.connect = refuse('connect');
   for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) dns[name] = refuse(name);`,
)}`;

/** Nothing of AWS, no home directory, no network. */
function bareEnvironment(home: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS_|HOME$|NODE_OPTIONS$|NODE_TEST)/.test(name));
  return { ...Object.fromEntries(kept), HOME: home, NODE_OPTIONS: `--import ${noNetwork}`, ...more };
}

const resourcesOf = (template: unknown, type: string) =>
  entriesAt(template, 'Resources').filter(([, resource]) => at(resource, 'Type') === type);

const statementsOf = (role: unknown): unknown[] =>
  entriesAt(role, 'Properties', 'Policies').flatMap(([, policy]) =>
    entriesAt(policy, 'PolicyDocument', 'Statement').map(([, statement]) => statement),
  );

/** `Sid` of each statement that is commented in resources/ as needing every resource. */
const explained = () =>
  filesOf('resources/*.yml').flatMap(({ text }) =>
    [...text.matchAll(/Sid: (\w+) # .+/g)].map(([, sid]) => String(sid)),
  );

function faultsOf(template: unknown, stage: string): string[] {
  const faults: string[] = [];
  const roles = new Map<string, string>();
  const functions = resourcesOf(template, 'AWS::Lambda::Function');
  if (functions.length === 0) faults.push('there is no function');
  for (const [id, lambda] of functions) {
    const properties = at(lambda, 'Properties');
    if (at(properties, 'Runtime') !== 'nodejs24.x') faults.push(`'${id}' runs on ${at(properties, 'Runtime')}`);
    if (stringsIn(at(properties, 'Architectures')).join() !== 'arm64') faults.push(`'${id}' is not arm64`);
    const role = String(at(properties, 'Role', 'Fn::GetAtt', '0'));
    const managed = JSON.stringify(at(template, 'Resources', role, 'Properties', 'ManagedPolicyArns'));
    if (at(properties, 'TracingConfig', 'Mode') !== 'Active') faults.push(`'${id}' is not traced`);
    if (!managed.includes(':policy/AWSXRayDaemonWriteAccess')) faults.push(`'${id}' may not send its traces`);
    const owner = roles.get(role);
    if (owner !== undefined) faults.push(`'${id}' shares the role of '${owner}'`);
    roles.set(role, id);
    // Who reads the password of a database connects to it.
    const isReader = statementsOf(at(template, 'Resources', role)).some(
      (statement) =>
        stringsIn(at(statement, 'Action')).includes('secretsmanager:GetSecretValue') &&
        !stringsIn(at(statement, 'Resource')).every((arn) => /:secret:pg-gameday-receivers\/\w+\/\*$/.test(arn)),
    );
    const subnets = stringsIn(at(properties, 'VpcConfig', 'SubnetIds'));
    if (stage !== 'dev' && isReader && subnets.length < 2) faults.push(`'${id}' reads a database from outside the VPC`);
    if (!isReader && subnets.length > 0) faults.push(`'${id}' is in the VPC and reads no database`);
    if (stage === 'dev' && subnets.length > 0) faults.push(`'${id}' is in a VPC, which the sandbox has not`);
  }
  const groups = resourcesOf(template, 'AWS::Logs::LogGroup');
  for (const [id, group] of groups) {
    if (!(Number(at(group, 'Properties', 'RetentionInDays')) > 0)) faults.push(`'${id}' keeps its log for ever`);
  }
  const names = groups.map(([, group]) => at(group, 'Properties', 'LogGroupName'));
  for (const [id, lambda] of functions) {
    // Lambda makes a group itself where there is none, and that one is kept for ever.
    if (!names.includes(`/aws/lambda/${at(lambda, 'Properties', 'FunctionName')}`))
      faults.push(`'${id}' has no log group`);
  }
  for (const [id, machine] of resourcesOf(template, 'AWS::StepFunctions::StateMachine')) {
    const logs = at(
      machine,
      'Properties',
      'LoggingConfiguration',
      'Destinations',
      '0',
      'CloudWatchLogsLogGroup',
      'LogGroupArn',
    );
    const group = String(at(logs, 'Fn::GetAtt', '0'));
    if (!groups.some(([name]) => name === group)) faults.push(`'${id}' has no log group`);
    if (at(machine, 'Properties', 'TracingConfiguration', 'Enabled') !== true) faults.push(`'${id}' is not traced`);
    const role = at(template, 'Resources', String(at(machine, 'Properties', 'RoleArn', 'Fn::GetAtt', '0')));
    const actions = statementsOf(role).flatMap((statement) => stringsIn(at(statement, 'Action')));
    if (!actions.includes('xray:PutTraceSegments')) faults.push(`'${id}' may not send its traces`);
  }
  for (const [id, role] of resourcesOf(template, 'AWS::IAM::Role')) {
    for (const statement of statementsOf(role)) {
      const sid = String(at(statement, 'Sid'));
      if (at(statement, 'Effect') !== 'Allow') continue;
      if (stringsIn(at(statement, 'Action')).some((action) => action === '*' || action.endsWith(':*')))
        faults.push(`'${id}' allows every action by '${sid}'`);
      if (stringsIn(at(statement, 'Resource')).includes('*') && !explained().includes(sid))
        faults.push(`'${id}' allows every resource by '${sid}', and resources/ does not say why`);
    }
  }
  return faults;
}

const subnetsOf = (template: unknown): string[] =>
  resourcesOf(template, 'AWS::Lambda::Function').flatMap(([, lambda]) =>
    stringsIn(at(lambda, 'Properties', 'VpcConfig', 'SubnetIds')),
  );

describe('serverless package', () => {
  const { prod } = readOperationsFile(fileURLToPath(new URL('../../operations.yml', import.meta.url))).stages;
  const second = prod.dr ?? assert.fail('stage prod has no second region');
  let place: string;
  const templates = new Map<string, unknown>();
  const fileOf = (stage: string) => path.join(place, stage, 'cloudformation-template-update-stack.json');

  beforeAll(async () => {
    place = mkdtempSync(path.join(tmpdir(), 'package-'));
    for (const stage of stages) {
      await packageStage(stage, path.join(place, stage), { environment: bareEnvironment(place), fresh: true });
      templates.set(stage, JSON.parse(readFileSync(fileOf(stage), 'utf8')));
    }
    await packageStage('prod', path.join(place, 'second'), {
      environment: bareEnvironment(place),
      region: second.region,
      fresh: true,
    });
    templates.set('second', JSON.parse(readFileSync(fileOf('second'), 'utf8')));
  });
  afterAll(async () => await rm(place, { recursive: true }));

  for (const stage of stages) {
    test(`writes stage ${stage} without credentials and network, with a bundle for each function`, () => {
      const functions = resourcesOf(templates.get(stage), 'AWS::Lambda::Function');
      const bundles = readdirSync(path.join(place, stage)).filter((name) => name.endsWith('.zip'));
      assert.deepEqual(
        bundles.sort(),
        functions.map(([, lambda]) => path.basename(String(at(lambda, 'Properties', 'Code', 'S3Key')))).sort(),
      );
    });

    test(`gives each function of stage ${stage} its runtime, its own narrow role and its network`, () => {
      assert.deepEqual(faultsOf(templates.get(stage), stage), []);
    });
  }

  test('locks evidence in the stage that wants it, and in no other', () => {
    const lock = (stage: string) =>
      at(templates.get(stage), 'Resources', 'EvidenceBucket', 'Properties', 'ObjectLockConfiguration');
    assert.equal(lock('dev'), undefined);
    assert.equal(lock('test'), undefined);
    assert.deepEqual(lock('prod'), {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 366 } },
    });
  });

  test('writes one template for both regions of a stage, each with its network, and with each schedule once', () => {
    const inFirst = [...new Set([...subnetsOf(templates.get('prod'))])];
    assert.deepEqual([...new Set(subnetsOf(templates.get('second')))], second.network?.subnetIds);
    const replaced = JSON.stringify(templates.get('second'))
      .replaceAll(JSON.stringify(second.network?.subnetIds), JSON.stringify(inFirst))
      .replaceAll(String(second.network?.vpcId), String(prod.network?.vpcId));
    // Keys of archives bear the time of packaging.
    const plain = (text: string) => text.replaceAll(/"S3Key":"[^"]*"/g, '').replaceAll(/"CodeSha256":"[^"]*"/g, '');
    const ids = (text: string) => Object.keys(JSON.parse(text).Resources).filter((id) => !/LambdaVersion/.test(id));
    assert.deepEqual(ids(replaced), ids(JSON.stringify(templates.get('prod'))));
    for (const type of ['AWS::IAM::Role', 'AWS::EC2::SecurityGroup', 'AWS::CloudWatch::Alarm', 'AWS::S3::Bucket']) {
      const [one, other] = [JSON.parse(replaced), templates.get('prod')].map((template) =>
        plain(JSON.stringify(resourcesOf(template, type))),
      );
      assert.equal(one, other, type);
    }
    const inBoth = resourcesOf(templates.get('prod'), 'AWS::Events::Rule').filter(
      ([, rule]) => at(rule, 'Condition') === undefined && at(rule, 'Properties', 'ScheduleExpression') !== undefined,
    );
    assert.deepEqual(
      inBoth.map(([id]) => id).sort(),
      ['SweepLeftoversSchedule', 'WatchBackupsSchedule'],
      'what decides for both regions runs in one: give its schedule the condition IsFirstRegion',
    );
    // Their names are of the whole account.
    const global = ['AWS::CloudWatch::Dashboard', 'AWS::Budgets::Budget', 'AWS::CE::AnomalyMonitor'];
    for (const [id, resource] of global.flatMap((type) => resourcesOf(templates.get('prod'), type)))
      assert.equal(at(resource, 'Condition'), 'IsFirstRegion', id);
    for (const [id, role] of resourcesOf(templates.get('prod'), 'AWS::IAM::Role'))
      assert.equal(at(role, 'Properties', 'RoleName'), undefined, id);
  });

  test('a region that the stage has not is refused', async () => {
    const options = { environment: bareEnvironment(place), region: 'eu-west-1' };
    await assert.rejects(
      packageStage('prod', path.join(place, 'refused'), options),
      /region 'eu-west-1' is not of stage 'prod', known are 'us-east-1', 'us-west-2'/,
    );
    assert.ok(!readdirSync(place).includes('refused'));
  });

  test('a template with each of these faults is refused', () => {
    const changed = (change: (text: string) => string) =>
      faultsOf(JSON.parse(change(JSON.stringify(templates.get('prod')))), 'prod');
    const faults = [
      ...changed((text) => text.replace(/,?"RetentionInDays":30/, '')),
      ...changed((text) =>
        text.replace('"LogGroupName":"/aws/lambda/pg-gameday-prod-planRun"', '"LogGroupName":"/aws/lambda/other"'),
      ),
      ...changed((text) =>
        text.replace('"TracingConfiguration":{"Enabled":true}', '"TracingConfiguration":{"Enabled":false}'),
      ),
      ...changed((text) => text.replace('"xray:PutTraceSegments",', '')),
      ...changed((text) => text.replace('"TracingConfig":{"Mode":"Active"}', '"TracingConfig":{"Mode":"PassThrough"}')),
      ...changed((text) => text.replace('AWSXRayDaemonWriteAccess', 'AmazonSSMReadOnlyAccess')),
      ...changed((text) => text.replace('nodejs24.x', 'nodejs20.x')),
      ...changed((text) => text.replace('["arm64"]', '["x86_64"]')),
      ...changed((text) => text.replace('"Fn::GetAtt":["CheckSnapshotRole"', '"Fn::GetAtt":["PlanRunRole"')),
      ...changed((text) => text.replace(/,"VpcConfig":\{.*?\]\}/, '')),
      ...changed((text) => text.replace('"Action":"rds:DescribeDBInstances"', '"Action":"rds:*"')),
      ...changed((text) =>
        text.replace(/("Action":"rds:DescribeDBInstances","Resource":)\{"Fn::Sub":"[^"]*"\}/, '$1"*"'),
      ),
    ];
    assert.deepEqual(faults, [
      "'PlanRunLogGroup' keeps its log for ever",
      "'PlanRunLambdaFunction' has no log group",
      "'BackupAndVerify' is not traced",
      "'BackupAndVerify' may not send its traces",
      "'PlanRunLambdaFunction' is not traced",
      "'SendNotificationLambdaFunction' may not send its traces",
      "'PlanRunLambdaFunction' runs on nodejs20.x",
      "'PlanRunLambdaFunction' is not arm64",
      "'CheckSnapshotLambdaFunction' shares the role of 'PlanRunLambdaFunction'",
      "'TakeWitnessLambdaFunction' reads a database from outside the VPC",
      "'PlanRunRole' allows every action by 'DescribeInstances'",
      "'PlanRunRole' allows every resource by 'DescribeInstances', and resources/ does not say why",
    ]);
  });

  test('cfn-lint finds no error in any stage', async () => {
    const lint = (file: string) =>
      execute('cfn-lint', ['--non-zero-exit-code', 'error', '--', file]).catch((error: { code?: unknown }) => error);
    if ('code' in (await execute('cfn-lint', ['--version']).catch((error: { code?: unknown }) => error))) {
      note('cfn-lint is not installed: the templates are only read');
      return;
    }
    const broken = path.join(place, 'broken.json');
    const text = readFileSync(fileOf('prod'), 'utf8');
    await writeFile(broken, text.replace('"AWS::SNS::Topic"', '"AWS::SNS::Topics"'));
    const [refused, ...results] = await Promise.all([broken, ...[...stages, 'second'].map(fileOf)].map(lint));
    assert.ok(refused !== undefined && 'code' in refused, 'a broken template is refused');
    for (const result of results) assert.ok(!('code' in result), JSON.stringify(result));
  });

  test('faults of operations.yml refuse the package, and all of them are reported', async () => {
    const file = path.join(place, 'operations.yml');
    await writeFile(
      file,
      textOf('operations.yml')
        .replace(/marginSeconds: 5 .*/, 'marginSeconds: five')
        .replace('platform:', 'plattform:'),
    );
    const environment = bareEnvironment(place, { OPERATIONS_FILE: file });
    await assert.rejects(packageStage('prod', path.join(place, 'refused'), { environment }), ({ message }: Error) => {
      assert.match(message, /^'serverless package --stage prod' ended with 1/);
      assert.match(message, / has 3 faults$/m);
      assert.match(message, / platform: observed nothing, expected /);
      assert.match(message, / plattform: observed an unknown key, expected no such key/);
      assert.match(message, / backupPlan\.bracket\.marginSeconds: observed "five", expected type number/);
      return true;
    });
    assert.ok(!readdirSync(place).includes('refused'));
  });
});
