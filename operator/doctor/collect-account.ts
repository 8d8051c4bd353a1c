import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import {
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
  type RouteTable,
  type Subnet,
} from '@aws-sdk/client-ec2';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { GetFunctionConfigurationCommand, LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { DescribeAccountAttributesCommand, DescribeDBSubnetGroupsCommand, RDSClient } from '@aws-sdk/client-rds';
import {
  GetBucketEncryptionCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { paginateListStateMachines, SFNClient } from '@aws-sdk/client-sfn';
import { paginateListSubscriptionsByTopic, paginateListTopics, SNSClient } from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { severityOfDescription } from '../../shared/domain/alert/severity.ts';
import { ifPresent, look } from './collected.ts';
import type { Collected, DeploymentFacts, Facts, NetworkFacts, Quota, TopicSubscription } from './facts.ts';

export const collectAccount = (region: string): Promise<Collected<string>> =>
  look('ask whose credentials these are', async () => {
    const { Account = 'unknown' } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
    return Account;
  });

export const collectQuotas = (region: string): Promise<Facts['quotas']> =>
  look('read the quotas of RDS', async () => {
    const { AccountQuotas = [] } = await new RDSClient({ region }).send(new DescribeAccountAttributesCommand({}));
    const quota = (name: string): Quota => {
      const found = AccountQuotas.find(({ AccountQuotaName }) => AccountQuotaName === name);
      if (found?.Used === undefined || found.Max === undefined) throw new Error(`RDS reports no quota '${name}'`);
      return { used: found.Used, most: found.Max };
    };
    return { snapshots: quota('ManualSnapshots'), instances: quota('DBInstances') };
  });

export const collectNetwork = (
  region: string,
  policy: { readonly vpcId: string; readonly subnetIds: readonly string[]; readonly databaseSubnetGroup: string },
): Promise<Collected<NetworkFacts>> =>
  look('describe the network', async () => {
    const ec2 = new EC2Client({ region });
    const ofVpc = { Filters: [{ Name: 'vpc-id', Values: [policy.vpcId] }] };
    const subnets: Subnet[] = [];
    const missingSubnets: string[] = [];
    for (const id of policy.subnetIds) {
      const one = await ifPresent(
        ec2.send(new DescribeSubnetsCommand({ SubnetIds: [id] })),
        'InvalidSubnetID.NotFound',
      );
      if (one === undefined) missingSubnets.push(id);
      subnets.push(...(one?.Subnets ?? []));
    }
    const [{ VpcEndpoints = [] }, { RouteTables = [] }, groups] = await Promise.all([
      ec2.send(new DescribeVpcEndpointsCommand(ofVpc)),
      ec2.send(new DescribeRouteTablesCommand(ofVpc)),
      ifPresent(
        new RDSClient({ region }).send(
          new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: policy.databaseSubnetGroup }),
        ),
        'DBSubnetGroupNotFoundFault',
      ),
    ]);
    const group = groups?.DBSubnetGroups?.[0];
    return {
      subnets: subnets.map(({ SubnetId = '', VpcId = '', AvailabilityZone = '' }) => ({
        id: SubnetId,
        vpcId: VpcId,
        zone: AvailabilityZone,
      })),
      missingSubnets,
      databaseSubnetGroup: group && {
        vpcId: group.VpcId ?? '',
        zones: (group.Subnets ?? []).map(({ SubnetAvailabilityZone }) => SubnetAvailabilityZone?.Name ?? ''),
      },
      endpoints: VpcEndpoints.filter(({ State }) => /^available$/i.test(State ?? '')).map(
        ({ ServiceName = '' }) => ServiceName.split('.').at(-1) ?? '',
      ),
      subnetsWithNat: policy.subnetIds.filter((id) => hasNat(RouteTables, id)),
    };
  });

/** A subnet without a route table of its own follows the VPC's main one. */
function hasNat(tables: readonly RouteTable[], subnetId: string): boolean {
  const own = tables.find(({ Associations }) => Associations?.some(({ SubnetId }) => SubnetId === subnetId));
  const main = tables.find(({ Associations }) => Associations?.some(({ Main }) => Main));
  return ((own ?? main)?.Routes ?? []).some(
    ({ DestinationCidrBlock, NatGatewayId, State }) =>
      DestinationCidrBlock === '0.0.0.0/0' && NatGatewayId !== undefined && State !== 'blackhole',
  );
}

/** What bears the name of the stage. */
export const collectDeployment = (region: string, stage: string): Promise<Collected<DeploymentFacts>> =>
  look('list what is deployed', async () => {
    const isOurs = (name: string) => name.startsWith('pg-gameday-') || name.endsWith(`-${stage}`);
    const functions: string[] = [];
    const lambda = new LambdaClient({ region });
    for await (const page of paginateListFunctions({ client: lambda }, {})) {
      functions.push(...(page.Functions ?? []).map(({ FunctionName = '' }) => FunctionName).filter(isOurs));
    }
    const stateMachines: string[] = [];
    for await (const page of paginateListStateMachines({ client: new SFNClient({ region }) }, {})) {
      stateMachines.push(...(page.stateMachines ?? []).map(({ name = '' }) => name));
    }
    return {
      functions,
      stateMachines,
      rules: await rulesOf(region, isOurs),
      alarms: await alarmsOf(region, stage),
      topics: await topicsOf(region, stage),
      evidence: await evidenceOf(
        region,
        lambda,
        functions.find((name) => name.endsWith(`-${stage}-planRun`)),
      ),
    };
  });

async function rulesOf(region: string, isOurs: (name: string) => boolean): Promise<DeploymentFacts['rules']> {
  const client = new EventBridgeClient({ region });
  const found: DeploymentFacts['rules'][number][] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListRulesCommand({ NextToken }));
    found.push(
      ...(page.Rules ?? [])
        .map(({ Name = '', State }) => ({ name: Name, isEnabled: State !== 'DISABLED' }))
        .filter(({ name }) => isOurs(name)),
    );
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

async function alarmsOf(region: string, stage: string): Promise<DeploymentFacts['alarms']> {
  const found: DeploymentFacts['alarms'][number][] = [];
  for await (const page of paginateDescribeAlarms({ client: new CloudWatchClient({ region }) }, {})) {
    for (const { AlarmName = '', AlarmDescription = '', ActionsEnabled, AlarmActions = [] } of page.MetricAlarms ??
      []) {
      // What states its severity starts alert by its event, and has no actions that could be switched off.
      const isAnswered = severityOfDescription(AlarmDescription) !== undefined && AlarmActions.length === 0;
      const acts = isAnswered || (ActionsEnabled === true && AlarmActions.length > 0);
      // By its name too: one without actions is to be seen. Any other that acts on other topics is another system's.
      const isOurs = AlarmActions.some((arn) => topicOfStage(stage).test(arn)) || alarmOfStage(stage).test(AlarmName);
      if (isOurs) found.push({ name: AlarmName, acts });
    }
  }
  return found;
}

/** The names that the topics let publish (packaging/cloudformation/severity-topics.cjs). */
const alarmOfStage = (stage: string) => new RegExp(`^(pg-gameday|backup-and-verify)-.+-${stage}$`);

const topicOfStage = (stage: string) => new RegExp(`:(pg-gameday-.+-${stage})$`);

async function topicsOf(region: string, stage: string): Promise<DeploymentFacts['topics']> {
  const client = new SNSClient({ region });
  const found: DeploymentFacts['topics'][number][] = [];
  for await (const page of paginateListTopics({ client }, {})) {
    for (const { TopicArn = '' } of page.Topics ?? []) {
      const name = topicOfStage(stage).exec(TopicArn)?.[1];
      if (name === undefined) continue;
      const subscriptions: TopicSubscription[] = [];
      for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn })) {
        // Until it is confirmed its ARN is the word PendingConfirmation.
        for (const { SubscriptionArn = '', Protocol = '', Endpoint = '' } of Subscriptions)
          subscriptions.push({
            protocol: Protocol,
            endpoint: Endpoint,
            isConfirmed: SubscriptionArn.startsWith('arn:'),
          });
      }
      found.push({ name, subscriptions });
    }
  }
  return found;
}

/** The bucket is named by the environment of the functions that write to it. */
async function evidenceOf(
  region: string,
  lambda: LambdaClient,
  functionName: string | undefined,
): Promise<DeploymentFacts['evidence']> {
  if (functionName === undefined) return undefined;
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
  const bucket = Environment?.Variables?.['EVIDENCE_BUCKET'];
  if (bucket === undefined) return undefined;
  const s3 = new S3Client({ region, forcePathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined });
  const { Status = 'Off' } = await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }));
  const encryption = await ifPresent(
    s3.send(new GetBucketEncryptionCommand({ Bucket: bucket })),
    'ServerSideEncryptionConfigurationNotFoundError',
  );
  const lock = await ifPresent(
    s3.send(new GetObjectLockConfigurationCommand({ Bucket: bucket })),
    'ObjectLockConfigurationNotFoundError',
  );
  const lockedDays = lock?.ObjectLockConfiguration?.Rule?.DefaultRetention?.Days ?? 0;
  const [rule] = encryption?.ServerSideEncryptionConfiguration?.Rules ?? [];
  const algorithm = rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ?? 'none';
  return { bucket, versioning: Status, encryption: algorithm, lockedDays };
}
