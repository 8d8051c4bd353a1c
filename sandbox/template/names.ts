import { registry } from '../services/registry.ts';
import { type Resource, type ResourceKind, regionalArn, type StackContext } from './resource.ts';
import { suffix } from './suffix.ts';

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

/** Of types that no service emulates: others refer to them all the same. */
const withoutService: Readonly<Record<string, ResourceKind>> = {
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    arn: ({ partition, account }, name) => `arn:${partition}:iam::${account}:role/${name}`,
  },
  'AWS::IAM::ManagedPolicy': {
    nameProperty: 'ManagedPolicyName',
    arn: ({ partition, account }, name) => `arn:${partition}:iam::${account}:policy/${name}`,
    ref: ({ partition, account }, name) => `arn:${partition}:iam::${account}:policy/${name}`,
  },
  'AWS::SSM::Parameter': { nameProperty: 'Name' },
  'AWS::DynamoDB::Table': { nameProperty: 'TableName', arn: regionalArn('dynamodb', (name) => `table/${name}`) },
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    arn: regionalArn('sqs', (name) => name),
    ref: ({ region, account }, name) => `https://sqs.${region}.amazonaws.com/${account}/${name}`,
  },
};

const kinds: Readonly<Record<string, ResourceKind>> = Object.assign(
  {},
  withoutService,
  ...registry.definitions.map(({ resources }) => resources ?? {}),
);
const kindOf = (type: string): ResourceKind => (Object.hasOwn(kinds, type) ? (kinds[type] ?? {}) : {});

/** The property that holds the explicit name of such a resource, if it can have one. */
export const namePropertyOf = (type: string): string | undefined => kindOf(type).nameProperty;

/** The types that a service deploys by itself. */
export const deployedTypes: readonly string[] = registry.definitions.flatMap(({ resources, deploy }) =>
  deploy === undefined ? [] : Object.keys(resources ?? {}),
);

export function nameOf(
  context: StackContext,
  logicalId: string,
  resource: Resource,
  resolve: (value: unknown) => unknown,
): string {
  const { nameProperty, isLowerCase } = kindOf(resource.Type);
  const explicit = nameProperty === undefined ? undefined : resolve(resource.Properties[nameProperty]);
  const name = physicalName(context, logicalId, explicit);
  return typeof explicit !== 'string' && isLowerCase === true ? name.toLowerCase() : name;
}

/** `Fn::GetAtt … Arn`, or undefined for a type whose ARN nobody has written down. */
export const arnOf = (context: StackContext, type: string, name: string): string | undefined =>
  kindOf(type).arn?.(context, name);

/** What `Ref` gives: a few types answer with their ARN or an id of their own. */
export const refOf = (context: StackContext, type: string, name: string): string =>
  kindOf(type).ref?.(context, name) ?? name;
