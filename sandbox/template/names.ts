import { createHash } from 'node:crypto';
import type { Resource, StackContext } from './resource.ts';

/**
 * Physical names and ARNs as CloudFormation gives them: an explicit name is kept, otherwise the stack's name, the
 * logical id and a suffix, here derived from both and the region so that two starts of a sandbox agree, and two regions
 * of one account have different roles and buckets.
 */
export function physicalName(context: StackContext, logicalId: string, explicit: unknown): string {
  if (typeof explicit === 'string' && explicit !== '') {
    return explicit;
  }
  const prefix = `${context.stackName}-${logicalId}`.slice(0, LONGEST_PREFIX);
  return `${prefix}-${suffix(context, logicalId)}`;
}

/** With its suffix no longer than the shortest limit of a name: 63 for a bucket. */
const LONGEST_PREFIX = 50;

/** The property that holds a resource's explicit name. */
export const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Events::Rule': 'Name',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::CompositeAlarm': 'AlarmName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::RDS::DBInstance': 'DBInstanceIdentifier',
  'AWS::RDS::DBParameterGroup': 'DBParameterGroupName',
  'AWS::RDS::DBSubnetGroup': 'DBSubnetGroupName',
  'AWS::SSM::Parameter': 'Name',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::SQS::Queue': 'QueueName',
};

/** Resources whose names are lower case only. */
const LOWER_CASE = new Set([
  'AWS::S3::Bucket',
  'AWS::RDS::DBInstance',
  'AWS::RDS::DBParameterGroup',
  'AWS::RDS::DBSubnetGroup',
]);

export function nameOf(
  context: StackContext,
  logicalId: string,
  resource: Resource,
  resolve: (value: unknown) => unknown,
): string {
  const property = NAME_PROPERTIES[resource.Type];
  const explicit = property === undefined ? undefined : resolve(resource.Properties[property]);
  const name = physicalName(context, logicalId, explicit);
  const given = typeof explicit === 'string';
  return !given && LOWER_CASE.has(resource.Type) ? name.toLowerCase() : name;
}

/** `Fn::GetAtt … Arn`, or undefined for a type whose ARN this reader does not know. */
export function arnOf(context: StackContext, type: string, name: string): string | undefined {
  const { partition, region, account } = context;
  const regional = (service: string, resource: string): string =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  switch (type) {
    case 'AWS::Lambda::Function':
      return regional('lambda', `function:${name}`);
    case 'AWS::StepFunctions::StateMachine':
      return regional('states', `stateMachine:${name}`);
    case 'AWS::IAM::Role':
      return `arn:${partition}:iam::${account}:role/${name}`;
    case 'AWS::Events::Rule':
      return regional('events', `rule/${name}`);
    case 'AWS::S3::Bucket':
      return `arn:${partition}:s3:::${name}`;
    case 'AWS::SNS::Topic':
      return regional('sns', name);
    case 'AWS::Logs::LogGroup':
      // CloudFormation's attribute ends like this; policies and destinations are written for it.
      return regional('logs', `log-group:${name}:*`);
    case 'AWS::CloudWatch::Alarm':
    case 'AWS::CloudWatch::CompositeAlarm':
      return regional('cloudwatch', `alarm:${name}`);
    case 'AWS::SecretsManager::Secret':
      return regional('secretsmanager', `secret:${name}-${suffix(context, name).slice(0, 6)}`);
    case 'AWS::KMS::Key':
      return regional('kms', `key/${uuid(context, name)}`);
    case 'AWS::SQS::Queue':
      return regional('sqs', name);
    case 'AWS::DynamoDB::Table':
      return regional('dynamodb', `table/${name}`);
    case 'AWS::RDS::DBInstance':
      return regional('rds', `db:${name}`);
    default:
      return undefined;
  }
}

/** What `Ref` gives: a few types answer with their ARN or an id of their own. */
export function refOf(context: StackContext, type: string, name: string): string {
  switch (type) {
    case 'AWS::SNS::Topic':
    case 'AWS::StepFunctions::StateMachine':
    case 'AWS::SecretsManager::Secret':
      return arnOf(context, type, name) ?? name;
    case 'AWS::KMS::Key':
      return uuid(context, name);
    case 'AWS::SQS::Queue':
      return `https://sqs.${context.region}.amazonaws.com/${context.account}/${name}`;
    default:
      return name;
  }
}

function suffix(context: StackContext, logicalId: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  const hash = createHash('sha256').update(`${context.stackName} ${context.region} ${logicalId}`).digest();
  return [...hash.subarray(0, 12)].map((byte) => letters.charAt(byte % letters.length)).join('');
}

function uuid(context: StackContext, name: string): string {
  const hex = createHash('sha256').update(`${context.stackName} ${name}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
