// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the framework writes placeholders like this
import assert from 'node:assert/strict';
import people from '../../../packaging/access/people.cjs';
import frames from '../../../packaging/cloudformation/frames.cjs';
import { readFunctions, readWorkflows } from '../../../packaging/cloudformation/workflows.cjs';
import { accessCells, accessTable, persons } from '../../../sandbox/permissions/people/access-table.ts';
import { documentedTable, needlessStatements } from '../../../sandbox/permissions/people/documented.ts';
import { readTemplate } from '../../../sandbox/template/read-template.ts';

/** What names the evidence, one machine's role and one function; the roles themselves are looked at in the package. */
const role = (name: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: { RoleName: name, AssumeRolePolicyDocument: { Statement: [] }, PermissionsBoundary: { Ref: 'Boundary' } },
});
const stageOf = (stage: string) => {
  const { BackupAndVerifyMachineRole: _, ...resources } = people.peopleOf(readWorkflows());
  const text = JSON.stringify({
    Resources: {
      ...resources,
      EvidenceBucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: `pg-gameday-${stage}-evidence` } },
      BackupAndVerifyMachineRole: role(`pg-gameday-${stage}-machine`),
      PlanRun: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          FunctionName: `pg-gameday-${stage}-planRun`,
          Code: { S3Key: 'a' },
          Role: 'arn:aws:iam::123456789012:role/a',
        },
      },
    },
  });
  const context = {
    ...{
      stackName: `pg-gameday-${stage}`,
      region: 'us-east-1',
      account: '123456789012',
      partition: 'aws',
      parameters: {},
    },
  };
  const template = readTemplate(JSON.parse(text.replaceAll('${sls:stage}', stage)), context, () => '/nowhere');
  return { stage, template };
};

describe('what people may do', () => {
  const stages = [stageOf('test'), stageOf('prod')];

  test('is what docs/access.md says, and each statement is missed by somebody', async () => {
    // Those of functions are in the package alone.
    const shown = persons.filter((person) => person !== 'functions');
    const column = 3 + persons.indexOf('functions');
    const documented = (await documentedTable()).map((line) =>
      line
        .split(' | ')
        .toSpliced(column - 1, 1)
        .join(' | '),
    );
    for (const { stage } of stages) assert.deepEqual(accessTable(accessCells(stages), stage, shown), documented);
    assert.deepEqual(needlessStatements(stages), []);
  });

  test('is nothing in another stage, but where AWS knows no resource', () => {
    const abroad = accessCells(stages).filter((cell) => cell.isAllowed && cell.of !== cell.in);
    const ofPeople = abroad.filter(({ person }) => ['observer', 'operator', 'approver', 'bootstrap'].includes(person));
    const actions = new Set(ofPeople.map(({ action }) => action));
    assert.deepEqual([...actions].sort(), [
      'cloudwatch:DescribeAlarms',
      'ec2:DescribeSubnets',
      'kms:GetKeyPolicy',
      'rds:DescribeDBInstances',
      'rds:DescribeDBParameters',
      'states:ListStateMachines',
      'states:SendTaskSuccess',
    ]);
  });

  test('has the boundary of every role that is made', () => {
    const made = frames.framesOf({ functions: readFunctions(), workflows: readWorkflows(), alarms: {} });
    const roles = Object.values(made).filter(({ Type }) => Type === 'AWS::IAM::Role');
    assert.ok(roles.length > 80, `${roles.length} roles`);
    for (const { Properties } of roles) assert.deepEqual(Properties['PermissionsBoundary'], { Ref: 'Boundary' });
  });
});
