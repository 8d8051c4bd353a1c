/** A CloudFormation template as JSON, before its intrinsic functions are resolved. */
export type RawTemplate = {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Condition?: string }>>;
};

export type Resource = {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
};

/** Where a stack is deployed: what the pseudo parameters answer. */
export type StackContext = {
  readonly stackName: string;
  readonly region: string;
  readonly account: string;
  readonly partition: string;
  readonly parameters: Readonly<Record<string, string>>;
};

/** How CloudFormation calls what it makes of a type. */
export type ResourceKind = {
  /** The property that holds its explicit name. */
  readonly nameProperty?: string;
  /** A name that CloudFormation makes has no capitals. */
  readonly isLowerCase?: boolean;
  /** `Fn::GetAtt … Arn`. */
  readonly arn?: (context: StackContext, name: string) => string;
  /** `Ref`, where that is not its name. */
  readonly ref?: (context: StackContext, name: string) => string;
};

export const regionalArn = (service: string, kind: (name: string) => string) => (context: StackContext, name: string) =>
  `arn:${context.partition}:${service}:${context.region}:${context.account}:${kind(name)}`;
