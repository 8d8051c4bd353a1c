import type { LambdaFunction } from '../services/lambda/function.ts';

/** A packaged stack as the sandbox deploys it: typed lists of what it emulates, and the rest by type. */
export type Template = {
  readonly stackName: string;
  readonly region: string;
  readonly account: string;
  readonly functions: readonly (LambdaFunction & { readonly logicalId: string })[];
  readonly stateMachines: readonly StateMachineResource[];
  readonly roles: readonly RoleResource[];
  readonly managedPolicies: readonly PolicyResource[];
  readonly rules: readonly RuleResource[];
  readonly buckets: readonly BucketResource[];
  readonly topics: readonly TopicResource[];
  readonly subscriptions: readonly SubscriptionResource[];
  readonly logGroups: readonly LogGroupResource[];
  readonly alarms: readonly NamedResource[];
  readonly budgets: readonly NamedResource[];
  readonly anomalySubscriptions: readonly NamedResource[];
  readonly secrets: readonly NamedResource[];
  /** Policies of buckets, topics and functions: enforced, not deployed. */
  readonly resourcePolicies: readonly NamedResource[];
  /** All of them: a service takes its own types from here. */
  readonly resources: readonly NamedResource[];
  /** Everything that the sandbox does not deploy, for its list and for whoever wants to read one. */
  readonly others: readonly NamedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
};

/** `properties` are resolved: no intrinsic function is left in them. */
export type NamedResource = {
  readonly logicalId: string;
  readonly type: string;
  readonly name: string;
  readonly arn: string | undefined;
  readonly properties: Readonly<Record<string, unknown>>;
};

export type StateMachineResource = {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** The definition as the service gets it: JSON text. */
  readonly definition: string;
};

export type PolicyDocument = { readonly Version?: string; readonly Statement: readonly PolicyStatement[] };

export type PolicyStatement = {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly Principal?: unknown;
};

export type RoleResource = {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly trust: PolicyDocument;
  /** Inline policies, and AWS::IAM::Policy and ManagedPolicy resources that name the role. */
  readonly policies: readonly { readonly name: string; readonly document: PolicyDocument }[];
  readonly managedPolicyArns: readonly string[];
  /** The ARN of the policy beyond which it may nothing. */
  readonly boundaryArn: string | undefined;
};

/** A policy that the stack makes and attaches to nobody: people get it, or it is a boundary. */
export type PolicyResource = { readonly name: string; readonly arn: string; readonly document: PolicyDocument };

export type RuleResource = {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly enabled: boolean;
  readonly schedule: string | undefined;
  readonly pattern: unknown;
  readonly targets: readonly RuleTarget[];
};

export type RuleTarget = {
  readonly Id: string;
  readonly Arn: string;
  readonly RoleArn?: string | undefined;
  readonly Input?: string | undefined;
  readonly InputPath?: string | undefined;
  readonly InputTransformer?:
    | { readonly InputPathsMap?: Record<string, string> | undefined; readonly InputTemplate: string }
    | undefined;
  readonly RetryPolicy?:
    | { readonly MaximumRetryAttempts?: number | string; readonly MaximumEventAgeInSeconds?: number | string }
    | undefined;
  readonly DeadLetterConfig?: { readonly Arn?: string } | undefined;
};

export type BucketResource = {
  readonly logicalId: string;
  readonly name: string;
  readonly versioning: 'Enabled' | 'Suspended' | undefined;
  readonly properties: Readonly<Record<string, unknown>>;
};

export type TopicResource = {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** Who may publish to an encrypted topic depends on the policy of its key. */
  readonly kmsMasterKeyId: string | undefined;
  readonly subscriptions: readonly { readonly protocol: string; readonly endpoint: string }[];
};

export type SubscriptionResource = {
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly filterPolicy: unknown;
};

export type LogGroupResource = { readonly name: string; readonly retentionInDays: number | undefined };
