/** One action on one resource that an API call needs; `context` adds condition keys that only this call has. */
export type RequiredPermission = {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
};

export type Input = Readonly<Record<string, unknown>>;

/** What the emulated services report the authoriser: AWS's authorisation sees the resources, too. */
export type World = {
  /** Undefined when there is no such resource, or none that has tags. */
  tagsOf(arn: string): Readonly<Record<string, string>> | undefined;
  /** The full ARN of a secret given by name, partial or full ARN. */
  secretArn(region: string, secretId: string): string | undefined;
  /** The key under which a snapshot, an instance or its retained backup lies, by its ARN. */
  keyOf(arn: string): string | undefined;
  /** A key of AWS's own asks nobody for a permission. */
  isCustomerKey(arn: string): boolean;
  objectExists(bucket: string, key: string): boolean;
  /** `18`: the default parameter and option groups are named after it. */
  postgresMajor(): string;
};

export type Call = { readonly region: string; readonly account: string; readonly world: World };

/** An empty list: AWS asks for no permission. */
export type PermissionsOf = (input: Input, call: Call) => readonly RequiredPermission[];

export type PermissionsTable = Readonly<Record<string, PermissionsOf>>;

export function text(input: Input, member: string): string | undefined {
  const value = input[member];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function list(input: Input, member: string): readonly Input[] {
  const value = input[member];
  return Array.isArray(value) ? (value as Input[]) : [];
}

/** The condition keys of the tags that a request brings along; RDS says Key, Step Functions says key. */
export function requestTags(tags: readonly Input[]): Record<string, readonly string[]> {
  const pairs = tags.map((tag) => [String(tag['Key'] ?? tag['key']), String(tag['Value'] ?? tag['value'] ?? '')]);
  return pairs.length === 0
    ? {}
    : {
        ...Object.fromEntries(pairs.map(([key, value]) => [`aws:RequestTag/${key}`, [value ?? '']])),
        'aws:TagKeys': pairs.map(([key]) => key ?? ''),
      };
}

/** Handing a role to a service is an action of its own. */
export function passRole(roleArn: string | undefined, service: string): RequiredPermission[] {
  return roleArn === undefined
    ? []
    : [{ action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': [service] } }];
}
