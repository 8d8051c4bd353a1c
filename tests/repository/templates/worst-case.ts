// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Serverless writes placeholders like this
/**
 * A stage as large as this house is planned for: 10 databases with 30 alarms and more each, 25 workflows, each beyond the
 * present ones as large as the largest of them. It is composed as Serverless composes it, without bundling anything.
 */
import databaseAlarms from '../../../packaging/cloudformation/database-alarms.cjs';
import frames from '../../../packaging/cloudformation/frames.cjs';
import functions from '../../../packaging/cloudformation/functions.cjs';
import stateMachines from '../../../packaging/cloudformation/state-machines.cjs';
import {
  pascal,
  readAlarmFiles,
  readAlarms,
  readFunctions,
  readWorkflows,
  type TaskFunction,
  type Workflow,
} from '../../../packaging/cloudformation/workflows.cjs';
import { dashboardsOf } from '../../../packaging/health/database-dashboards.cjs';
import healthAlarms from '../../../packaging/health/health-alarms.cjs';
import { muteRulesOf } from '../../../packaging/health/mute-rules.cjs';
import { coldLogsOf } from '../../../packaging/logs/cold-logs.cjs';
import homes from '../../../packaging/stacks/homes.cjs';
import { splitStacks } from '../../../packaging/stacks/split-stacks.mjs';
import { entriesAt, filesOf, yamlOf } from '../files.ts';
import type { Packaged } from './packaged.ts';

const WORKFLOWS = 25;
const DATABASES = 10;
/** Planned for replication, capacity, security and maintenance of each database. */
const ALARMS_MORE = 30;
/** Workflows that come go to as many stacks of their own. */
const STACKS_MORE = 3;

/** By file, as the plugin writes it. Fewer `stacks` and more `workflows` than planned are how a test makes it too large. */
export async function worstCase(stacks = STACKS_MORE, workflows = WORKFLOWS): Promise<Map<string, Packaged>> {
  const [ownFunctions, ownWorkflows] = [readFunctions(), readWorkflows()];
  const more = Array.from({ length: workflows - ownWorkflows.length }, (_, index) => index + 1);
  const largest = ownWorkflows.reduce((one, other) => (sizeOf(one) > sizeOf(other) ? one : other));
  const given = {
    functions: [...ownFunctions, ...more.flatMap((index) => copiesOf(ownFunctions, index))],
    workflows: [...ownWorkflows, ...more.map((index) => copyOf(largest, ownFunctions, index, stacks))],
  };
  const alarms = await alarmsOfDatabases();
  const health = await healthAlarms.healthAlarmsOf('prod', largeFleet(), {});
  const databases = largeFleet();
  const maintenance = [{ databases: Object.keys(databases), days: ['sunday'], from: '02:00', minutes: 120 }];
  const muteRules = muteRulesOf({ stage: 'prod', policy: { databases, maintenance }, alarms: health, timeZone: 'UTC' });
  const dashboards = await dashboardsOf('prod', databases, health);
  const cold = coldLogsOf({
    ...given,
    instances: Object.values(databases).flatMap(({ instance, replicas }) => [instance, ...replicas]),
    cold: { glacierAfterDays: 30, expireAfterDays: 366 },
  });
  const template = {
    Resources: {
      ServerlessDeploymentBucket: { Type: 'AWS::S3::Bucket' },
      ...Object.fromEntries(
        filesOf('resources/platform/*.yml').flatMap(({ path }) => entriesAt(yamlOf(path), 'Resources')),
      ),
      ...Object.fromEntries(['P1', 'P2', 'P3', 'P4'].map((one) => [`${one}Topic`, { Type: 'AWS::SNS::Topic' }])),
      ...frames.framesOf({ ...given, alarms: readAlarms() }),
      ...lambdasOf(given.functions),
      ...machinesOf(given.workflows),
      ...alarms,
      ...health,
      ...muteRules,
      ...dashboards,
      ...cold,
    },
  };
  const plain = JSON.parse(
    JSON.stringify(template)
      .replaceAll('${sls:stage}', 'prod')
      .replaceAll(/\$\{self:custom\.[^}]*\}/g, 'us-west-2'),
  );
  const stackOf = homes.homesOf({
    ...given,
    alarmFiles: readAlarmFiles(),
    databaseAlarms: Object.keys(alarms),
    healthAlarms: health,
    muteRules,
    ofDatabases: Object.keys(dashboards),
  });
  const { root, nested } = splitStacks(
    plain,
    (id) => stackOf.get(id),
    (file) => file,
  );
  return new Map([['own stack', root], ...nested] as [string, Packaged][]);
}

const sizeOf = ({ definition }: Workflow) => JSON.stringify(definition).length;

/** Ten functions of a folder: backup-and-verify has six. */
const copiesOf = (own: readonly TaskFunction[], index: number): TaskFunction[] =>
  [...own.filter(({ folder }) => folder === 'backup-and-verify'), ...own.slice(0, 4)].map((one, nth) => ({
    ...one,
    key: `${one.key}${index}x${nth}`,
    folder: `workflow-${index}`,
  }));

/** It invokes functions of its own. */
function copyOf(largest: Workflow, own: readonly TaskFunction[], index: number, stacks: number): Workflow {
  const copies = copiesOf(own, index);
  const text = copies.reduce(
    (definition, { key }) => definition.replaceAll(`["${key.replace(/\d+x\d+$/, '')}","Arn"]`, `["${key}","Arn"]`),
    JSON.stringify(largest.definition),
  );
  return {
    ...largest,
    name: `workflow-${index}`,
    id: `Workflow${index}`,
    stack: `topic-${index % stacks}`,
    schedule: { expression: 'rate(1 hour)', description: 'Hourly' },
    event: { pattern: { source: ['aws.cloudwatch'] }, description: 'An alarm' },
    regions: 'each',
    definition: JSON.parse(text),
  };
}

async function alarmsOfDatabases(): Promise<Record<string, object>> {
  const { Resources } = await databaseAlarms({ resolveVariable: async () => 'prod' });
  const own = Object.entries(Resources);
  return Object.fromEntries(
    Array.from({ length: DATABASES }, (_, database) =>
      Array.from({ length: own.length + ALARMS_MORE }, (_, index) => {
        const [id = '', alarm] = own[index % own.length] ?? [];
        const name = `${alarm?.Properties.AlarmName}-${database}-${index}`;
        return [
          `${id}${database}x${index}`,
          { ...alarm, Properties: { ...alarm?.Properties, AlarmName: name } },
        ] as const;
      }),
    ).flat(),
  );
}

/** Each on an instance of its own with a replica. */
const largeFleet = () =>
  Object.fromEntries(
    Array.from({ length: DATABASES }, (_, index) => [
      `database-${index}`,
      { instance: `instance-${index}`, replicas: [`replica-${index}`] },
    ]),
  );

/** As Serverless compiles a function of a stage with a VPC. */
const lambdasOf = (list: readonly TaskFunction[]) =>
  Object.fromEntries(
    Object.entries(functions.functionsOf(list)).map(([key, { handler, role, timeout, memorySize, vpc }]) => [
      `${pascal(key)}LambdaFunction`,
      {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Code: {
            S3Bucket: { Ref: 'ServerlessDeploymentBucket' },
            S3Key: `serverless/pg-gameday/prod/1795971568598-2026-01-01T00:00:00.000Z/${key}.zip`,
          },
          Handler: handler,
          Runtime: 'nodejs24.x',
          FunctionName: `pg-gameday-prod-${key}`,
          MemorySize: memorySize,
          Timeout: timeout,
          Architectures: ['arm64'],
          TracingConfig: { Mode: 'Active' },
          Environment: {
            Variables: {
              STAGE: 'prod',
              EVIDENCE_BUCKET: { Ref: 'EvidenceBucket' },
              COPY_SECURITY_GROUP_ID: { Ref: 'CopySecurityGroup' },
              ...Object.fromEntries(
                ['P1', 'P2', 'P3', 'P4'].map((one) => [`${one}_TOPIC_ARN`, { Ref: `${one}Topic` }]),
              ),
            },
          },
          Role: { 'Fn::GetAtt': [role, 'Arn'] },
          ...(vpc === undefined
            ? {}
            : {
                VpcConfig: {
                  SecurityGroupIds: [{ Ref: 'VerifierSecurityGroup' }],
                  SubnetIds: ['subnet-0', 'subnet-1'],
                },
              }),
        },
      },
    ]),
  );

/** As serverless-step-functions writes them: indented by two. */
const machinesOf = (workflows: readonly Workflow[]) =>
  Object.fromEntries(
    Object.values(stateMachines.machinesOf(workflows)).map(({ id, name, role }, index) => [
      id,
      {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          DefinitionString: { 'Fn::Sub': [JSON.stringify(workflows[index]?.definition, undefined, 2), {}] },
          StateMachineName: name,
          RoleArn: role,
        },
      },
    ]),
  );
