import assert from 'node:assert/strict';
import { readFunctions, readWorkflows } from '../../../packaging/cloudformation/workflows.cjs';
import { coldLogsOf, logGroupIds } from '../../../packaging/logs/cold-logs.cjs';

const functions = readFunctions();
const workflows = readWorkflows();
const cold = { glacierAfterDays: 30, expireAfterDays: 366 };
const resources = coldLogsOf({ functions, workflows, instances: ['orders-prod', 'orders-prod-replica'], cold });
const filters = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::Logs::SubscriptionFilter');

describe('the logs that are kept for a year', () => {
  test('are those of every function and machine but of the function that masks them, which would get its own', () => {
    const ids = logGroupIds({ functions, workflows });
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(ids.includes('CollectHealthFunctionLogs') && ids.includes('CollectHealthLogs'));
    assert.ok(!ids.some((id) => id.startsWith('ColdLogs')));
    const folders = new Set(functions.map(({ folder }) => folder));
    assert.equal(ids.length, folders.size - 1 + workflows.length);
    for (const id of ids) assert.deepEqual(resources[`${id}Cold`]?.Properties['LogGroupName'], { Ref: id });
  });

  test('are those of the servers, too, in the region where they are', () => {
    const servers = filters.filter(([, { Properties }]) => typeof Properties['LogGroupName'] === 'string');
    assert.deepEqual(
      servers.map(([, { Properties, Condition }]) => [Properties['LogGroupName'], Condition]),
      [
        ['/aws/rds/instance/orders-prod/postgresql', 'IsFirstRegion'],
        ['/aws/rds/instance/orders-prod-replica/postgresql', 'IsFirstRegion'],
      ],
    );
  });

  test('are all masked on their way, whole, and go to Glacier after a month and away after a year', () => {
    for (const [, { Properties }] of filters) {
      assert.equal(Properties['FilterPattern'], '');
      assert.deepEqual(Properties['DestinationArn'], { 'Fn::GetAtt': ['ColdLogsStream', 'Arn'] });
    }
    const to = resources['ColdLogsStream']?.Properties['ExtendedS3DestinationConfiguration'] as {
      ProcessingConfiguration: unknown;
    };
    assert.match(JSON.stringify(to.ProcessingConfiguration), /"Enabled":true.*MaskLogRecordsLambdaFunction/);
    const { LifecycleConfiguration } = resources['ColdLogsBucket']?.Properties ?? {};
    const [year] = (LifecycleConfiguration as { Rules: Record<string, unknown>[] }).Rules;
    assert.deepEqual(year, {
      ...{ Id: 'a-year-of-logs', Status: 'Enabled', ExpirationInDays: 366 },
      Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 30 }],
    });
  });
});
