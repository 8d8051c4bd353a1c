import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { cp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { deliberateBugs } from '../../sandbox/fault-sweep/deliberate-bugs.ts';
import { packageStage } from '../../sandbox/package/package-stage.ts';
import { accessCells } from '../../sandbox/permissions/people/access-table.ts';
import { accessFaults, deployedStages, readStagePackage } from '../../sandbox/permissions/people/documented.ts';
import { readOperationsFile } from '../../shared/policy/read-file.ts';
import { note } from '../support/note.ts';
import { at, stringsIn, textOf } from './files.ts';
import { assertUploaded, tryDeploy } from './templates/deploy-trial.ts';
import { figuresOf, limitFaults } from './templates/limits.ts';
import { joined, type Packaged, packagedTemplates } from './templates/packaged.ts';
import { faultsOf, resourcesOf } from './templates/template-faults.ts';
import { upgradeFromSingleStack } from './templates/upgrade.ts';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
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

const subnetsOf = (template: unknown): string[] =>
  resourcesOf(template, 'AWS::Lambda::Function').flatMap(([, lambda]) =>
    stringsIn(at(lambda, 'Properties', 'VpcConfig', 'SubnetIds')),
  );

describe('serverless package', () => {
  const { prod } = readOperationsFile(fileURLToPath(new URL('../../operations.yml', import.meta.url))).stages;
  const second = prod.dr ?? assert.fail('stage prod has no second region');
  let place: string;
  const templates = new Map<string, unknown>();
  const stacks = new Map<string, Map<string, Packaged>>();

  beforeAll(async () => {
    place = mkdtempSync(path.join(tmpdir(), 'package-'));
    for (const stage of stages) {
      await packageStage(stage, path.join(place, stage), { environment: bareEnvironment(place), fresh: true });
    }
    await packageStage('prod', path.join(place, 'second'), {
      environment: bareEnvironment(place),
      region: second.region,
      fresh: true,
    });
    for (const stage of [...stages, 'second']) {
      stacks.set(stage, packagedTemplates(path.join(place, stage)));
      templates.set(stage, joined(stacks.get(stage) ?? new Map()));
    }
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

  test('writes stacks that stay below every limit, of which the own one holds what outlives a release', () => {
    for (const [stage, files] of stacks) {
      for (const [file, template] of files) {
        const { resources, bytes } = figuresOf(template);
        note(`${stage} ${file}: ${resources} resources, ${Math.round(bytes / 1000)} kB`);
        assert.deepEqual(limitFaults(`${stage} ${file}`, template), []);
      }
      const [[, own] = assert.fail('there is no stack'), ...nested] = files;
      const lasting = ['S3::Bucket', 'SNS::Topic', 'SNS::Subscription', 'SQS::Queue', 'EC2::SecurityGroup'];
      for (const type of lasting.map((one) => `AWS::${one}`))
        assert.deepEqual(
          nested.flatMap(([file, one]) =>
            // The robot's own, which nobody has to confirm.
            resourcesOf(one, type).flatMap(([id]) => (id === 'TestRobotSubscription' ? [] : [`${file}: ${id}`])),
          ),
          [],
          type,
        );
      assert.deepEqual(
        resourcesOf(own, 'AWS::Lambda::Function').map(([id]) => id),
        ['SendNotificationLambdaFunction'],
      );
    }
  });

  test('is deployed by Serverless, with the nested templates where the stack looks for them', async () => {
    const directory = path.join(place, 'to-deploy'); // the framework works in it
    await cp(path.join(place, 'dev'), directory, { recursive: true });
    const trial = await tryDeploy(['deploy', '--stage', 'dev', '--package', directory]);
    assert.equal(trial.code, 0, trial.output);
    assert.deepEqual(trial.asked, ['CreateStack us-east-1', 'UpdateStack us-east-1']);
    assertUploaded(trial, ['us-east-1']);
  });

  test('is deployed into the account of its stage alone: with the credentials of another one nothing is asked for', async () => {
    const directory = path.join(place, 'dev-of-another');
    await cp(path.join(place, 'dev'), directory, { recursive: true });
    const trial = await tryDeploy(['deploy', '--package', directory, '--stage', 'dev'], { account: '210987654321' });
    assert.notEqual(trial.code, 0);
    assert.match(trial.output, /account of the credentials is 210987654321, that of stage 'dev' is 123456789012/);
    assert.deepEqual([trial.asked, [...trial.uploaded]], [[], []]);
  });

  test('gives people what docs/access.md says, of which each statement is missed by somebody', async () => {
    const packages = await Promise.all(deployedStages.map((stage) => readStagePackage(stage, path.join(place, stage))));
    assert.deepEqual(await accessFaults(packages), []);
    assert.ok(accessCells(packages).length >= 120);
  });

  test('bounds every role that it makes', () => {
    for (const stage of [...stages, 'second']) {
      const unbounded = resourcesOf(templates.get(stage), 'AWS::IAM::Role').filter(
        ([, role]) => at(role, 'Properties', 'PermissionsBoundary') === undefined,
      );
      assert.deepEqual(Object.fromEntries(unbounded), {});
    }
  });

  test('an upgrade from the single stack goes in two steps, and loses no evidence and nothing that people are wired to', async () => {
    for (const region of [prod.region, second.region]) await upgradeFromSingleStack(path.join(place, 'prod'), region);
  });

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
      inBoth.map(([id]) => id.replace(/Schedule$/, '')).sort(),
      // Of drills nothing is due in the first region.
      'AlertTest CollectHealth DrDrill DrReadiness KeepLease SweepLeftovers WatchAlerts WatchBackups'.split(' '),
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
        text.replace('"LogGroup":"/pg-gameday/prod/instances"', '"LogGroup":"/pg-gameday/prod/verification"'),
      ),
      ...changed((text) =>
        text.replace('"LogGroupName":"/pg-gameday/prod/notification"', '"LogGroupName":"/pg-gameday/prod/other"'),
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
      "'NotificationFunctionLogs' keeps its log for ever",
      "'StartRestoreLambdaFunction' logs elsewhere than the functions of its folder",
      "'SendNotificationLambdaFunction' has no log group",
      "'Remediation' is not traced",
      "'Remediation' may not send its traces",
      "'SendNotificationLambdaFunction' is not traced",
      "'SendNotificationLambdaFunction' may not send its traces",
      "'SendNotificationLambdaFunction' runs on nodejs20.x",
      "'SendNotificationLambdaFunction' is not arm64",
      "'CheckSnapshotLambdaFunction' shares the role of 'PlanRunLambdaFunction'",
      "'CheckBeforeLambdaFunction' reads a database from outside the VPC",
      "'CheckBeforeRole' allows every action by 'DescribeInstances'",
      "'CheckBeforeRole' allows every resource by 'DescribeInstances', and resources/ does not say why",
    ]);
  });

  test('cfn-lint finds no error in any stage', async () => {
    const lint = (...files: readonly string[]) =>
      execute('cfn-lint', ['--non-zero-exit-code', 'error', '--', ...files]).catch(
        (error: { code?: unknown }) => error,
      );
    if ('code' in (await execute('cfn-lint', ['--version']).catch((error: { code?: unknown }) => error))) {
      note('cfn-lint is not installed: the templates are only read');
      return;
    }
    const broken = path.join(place, 'broken.json');
    const text = readFileSync(path.join(place, 'prod/stack-backups.json'), 'utf8');
    await writeFile(broken, text.replace('"AWS::IAM::Role"', '"AWS::IAM::Roles"'));
    const files = [...stacks].flatMap(([stage, files]) =>
      [...files.keys()].map((file) => path.join(place, stage, file)),
    );
    assert.ok('code' in (await lint(broken)), 'a broken template is refused');
    const result = await lint(...files);
    assert.ok(!('code' in result), JSON.stringify(result));
  });

  test('sources are packaged with an edit that is not made here', async () => {
    const [edit = assert.fail('there is none')] = deliberateBugs.flatMap(({ edits = [] }) => edits);
    const target = path.join(place, 'edited');
    await packageStage('dev', target, { environment: bareEnvironment(place), edits: [edit] });
    assert.ok(readdirSync(target).includes('serverless-state.json'));
    assert.ok(!textOf(edit.file).includes(edit.replace));
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
    const target = path.join(place, 'refused');
    const command = path.join(root, 'node_modules/.bin/serverless');
    const words = [command, 'package', '--stage', 'prod', '--package', target];
    // The command of a deployment, and the sandbox, which reports them before the framework says a word.
    for (const packaging of [
      () => execute(process.execPath, words, { cwd: root, env: environment }),
      () => packageStage('prod', target, { environment }),
    ]) {
      await assert.rejects(packaging, (error: Error & { stdout?: string; stderr?: string }) => {
        const text = `${error.message}\n${error.stdout ?? ''}\n${error.stderr ?? ''}`;
        assert.match(text, / has 3 faults$/m);
        assert.match(text, / platform: observed nothing, expected /);
        assert.match(text, / plattform: observed an unknown key, expected no such key/);
        assert.match(text, / backupPlan\.bracket\.marginSeconds: observed "five", expected type number/);
        return true;
      });
    }
    assert.ok(!readdirSync(place).includes('refused'));
  });
});
