import { makeResolver, type Resolver } from './intrinsics.ts';
import { deployedTypes } from './names.ts';
import type { RawTemplate, Resource, StackContext } from './resource.ts';
import type {
  NamedResource,
  PolicyDocument,
  RoleResource,
  RuleTarget,
  StateMachineResource,
  Template,
} from './template.ts';

/** Read as templates of their own, deployed with their owners, or meaningless on a laptop: never listed among the others. */
const WITHOUT_EFFECT = new Set([
  'AWS::CloudFormation::Stack',
  'AWS::Lambda::Version',
  'AWS::IAM::Policy',
  'AWS::IAM::ManagedPolicy',
]);

/** Lambda's own defaults. */
const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MB = 128;

/**
 * Resolves a template for one stack. `codeOf` answers where the code of a function is unpacked, by the S3 key that
 * the packaged template names.
 */
export function readTemplate(
  template: RawTemplate,
  context: StackContext,
  codeOf: (s3Key: string) => string,
): Template {
  const resolver = makeResolver(template, context);
  const resources = Object.entries(template.Resources)
    .filter(([, { Condition }]) => Condition === undefined || resolver.condition(Condition))
    .map(([logicalId, resource]) => named(logicalId, resource, resolver));
  const ofType = (...types: readonly string[]): NamedResource[] => resources.filter(({ type }) => types.includes(type));

  const handled = new Set<string>([...WITHOUT_EFFECT, ...deployedTypes]);
  const take = (...types: readonly string[]): NamedResource[] => {
    for (const type of types) {
      handled.add(type);
    }
    return ofType(...types);
  };

  return {
    stackName: context.stackName,
    region: context.region,
    account: context.account,
    functions: take('AWS::Lambda::Function').map((resource) => lambdaFunction(resource, context, codeOf)),
    stateMachines: take('AWS::StepFunctions::StateMachine').map(stateMachine),
    roles: take('AWS::IAM::Role').map((role) => readRole(role, ofType('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'))),
    managedPolicies: ofType('AWS::IAM::ManagedPolicy').map(({ logicalId, name, arn, properties }) => ({
      name,
      arn: required(arn, logicalId),
      document: policyDocument(properties['PolicyDocument']),
    })),
    rules: take('AWS::Events::Rule').map(({ logicalId, name, arn, properties }) => ({
      logicalId,
      name,
      arn: required(arn, logicalId),
      description: text(properties['Description']),
      enabled: properties['State'] !== 'DISABLED',
      schedule: text(properties['ScheduleExpression']),
      pattern: properties['EventPattern'],
      targets: list(properties['Targets']) as RuleTarget[],
    })),
    buckets: take('AWS::S3::Bucket').map(({ logicalId, name, properties }) => {
      const status = record(properties['VersioningConfiguration'])['Status'];
      return {
        logicalId,
        name,
        versioning: status === 'Enabled' || status === 'Suspended' ? status : undefined,
        properties,
      };
    }),
    topics: take('AWS::SNS::Topic').map(({ logicalId, name, arn, properties }) => ({
      logicalId,
      name,
      arn: required(arn, logicalId),
      kmsMasterKeyId: text(properties['KmsMasterKeyId']),
      subscriptions: list(properties['Subscription']).map((one) => ({
        protocol: String(record(one)['Protocol']),
        endpoint: String(record(one)['Endpoint']),
      })),
    })),
    subscriptions: take('AWS::SNS::Subscription').map(({ properties }) => ({
      topicArn: String(properties['TopicArn']),
      protocol: String(properties['Protocol']),
      endpoint: String(properties['Endpoint']),
      filterPolicy: properties['FilterPolicy'],
    })),
    logGroups: take('AWS::Logs::LogGroup').map(({ name, properties }) => ({
      name,
      retentionInDays: number(properties['RetentionInDays']),
    })),
    alarms: take('AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'),
    budgets: take('AWS::Budgets::Budget'),
    anomalySubscriptions: take('AWS::CE::AnomalySubscription'),
    secrets: take('AWS::SecretsManager::Secret'),
    resourcePolicies: take('AWS::S3::BucketPolicy', 'AWS::SNS::TopicPolicy', 'AWS::Lambda::Permission'),
    resources,
    others: resources.filter(({ type }) => !handled.has(type)),
    outputs: Object.fromEntries(
      Object.entries(template.Outputs ?? {})
        .filter(([, { Condition }]) => Condition === undefined || resolver.condition(Condition))
        .flatMap(([key, { Value }]) => (refersToVersion(Value, template) ? [] : [[key, resolver.resolve(Value)]])),
    ),
  };
}

/** The framework exports qualified ARNs of function versions, which the sandbox does not keep. */
function refersToVersion(value: unknown, template: RawTemplate): boolean {
  const target = record(value)['Ref'];
  return typeof target === 'string' && template.Resources[target]?.Type === 'AWS::Lambda::Version';
}

function named(logicalId: string, resource: Resource, resolver: Resolver): NamedResource {
  try {
    return {
      logicalId,
      type: resource.Type,
      name: resolver.name(logicalId),
      arn: resolver.arn(logicalId),
      properties: record(resolver.resolve(resource.Properties ?? {})),
    };
  } catch (error) {
    throw new Error(`resource '${logicalId}' of the template cannot be resolved`, { cause: error });
  }
}

function lambdaFunction(
  { logicalId, name, arn, properties }: NamedResource,
  context: StackContext,
  codeOf: (s3Key: string) => string,
) {
  const variables = record(record(properties['Environment'])['Variables']);
  return {
    logicalId,
    name,
    region: context.region,
    arn: required(arn, logicalId),
    handler: String(properties['Handler']),
    codeDirectory: codeOf(String(record(properties['Code'])['S3Key'])),
    environment: Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
    timeoutSeconds: number(properties['Timeout']) ?? DEFAULT_TIMEOUT_SECONDS,
    memoryMb: number(properties['MemorySize']) ?? DEFAULT_MEMORY_MB,
    roleArn: String(properties['Role']),
    runtime: String(properties['Runtime']),
    description: text(properties['Description']),
    logGroup: text(record(properties['LoggingConfig'])['LogGroup']),
    reservedConcurrency: number(properties['ReservedConcurrentExecutions']),
    deadLetterArn: text(record(properties['DeadLetterConfig'])['TargetArn']),
  };
}

function stateMachine({ logicalId, name, arn, properties }: NamedResource): StateMachineResource {
  const substitutions = record(properties['DefinitionSubstitutions']);
  const given = properties['DefinitionString'] ?? properties['Definition'];
  const definition = typeof given === 'string' ? given : JSON.stringify(given);
  return {
    logicalId,
    name,
    arn: required(arn, logicalId),
    roleArn: String(properties['RoleArn']),
    type: properties['StateMachineType'] === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
    definition: definition.replace(/\$\{([\w]+)\}/g, (whole, key: string) =>
      substitutions[key] === undefined ? whole : String(substitutions[key]),
    ),
  };
}

function readRole(
  { logicalId, name, arn, properties }: NamedResource,
  policies: readonly NamedResource[],
): RoleResource {
  const attached = policies.filter(({ properties: { Roles } }) => list(Roles).includes(name));
  const separate = attached.map((policy) => ({ PolicyName: policy.name, ...policy.properties }));
  const policyList: Record<string, unknown>[] = [...list(properties['Policies']).map(record), ...separate];
  return {
    logicalId,
    name,
    arn: required(arn, logicalId),
    trust: policyDocument(properties['AssumeRolePolicyDocument']),
    policies: policyList.map((policy) => ({
      name: String(policy['PolicyName']),
      document: policyDocument(policy['PolicyDocument']),
    })),
    managedPolicyArns: list(properties['ManagedPolicyArns']).map(String),
    boundaryArn: text(properties['PermissionsBoundary']),
  };
}

/** A single statement may stand without its list. */
function policyDocument(value: unknown): PolicyDocument {
  const document = record(value);
  const statements = document['Statement'];
  const Statement = (
    Array.isArray(statements) ? statements : statements === undefined ? [] : [statements]
  ) as PolicyDocument['Statement'];
  return { ...document, Statement };
}

function required(arn: string | undefined, logicalId: string): string {
  if (arn === undefined) {
    throw new Error(`resource '${logicalId}' has no ARN`);
  }
  return arn;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return value === undefined || !Number.isFinite(Number(value)) ? undefined : Number(value);
}
