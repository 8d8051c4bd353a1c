import type { NamedResource, PolicyDocument, RoleResource, Template } from '../template/template.ts';
import { managedPolicy } from './managed-policies.ts';
import { readPolicy, type Statement } from './statement.ts';

/** Every policy of a template, read. */
export type Policies = {
  /** By the role's name. */
  readonly roles: ReadonlyMap<string, readonly Statement[]>;
  /** Beyond these a role may nothing, by its name; one without a boundary has no entry. */
  readonly boundaries: ReadonlyMap<string, readonly Statement[]>;
  /** What the stack makes for people to attach, by the policy's name. */
  readonly managed: ReadonlyMap<string, readonly Statement[]>;
  /** Who may become a role, by the role's ARN. */
  readonly trust: ReadonlyMap<string, readonly Statement[]>;
  /** Of buckets, topics and functions. */
  readonly resources: readonly Statement[];
};

/** Throws with every fault of every policy: what the sandbox does not understand it does not enforce, and says so. */
export function readPolicies({ roles, managedPolicies, resourcePolicies, functions }: Template): Policies {
  const faults: string[] = [];
  const managed = new Map(
    managedPolicies.map(({ name, document }) => [
      name,
      readPolicy(document, { owner: name, policy: name, kind: 'identity' }, faults),
    ]),
  );
  const policies: Policies = {
    roles: new Map(roles.map((role) => [role.name, readRole(role, faults)])),
    boundaries: new Map(roles.flatMap((role) => boundaryOf(role, managed, faults))),
    managed,
    trust: new Map(
      roles.map(({ arn, logicalId, trust }) => [
        arn,
        readPolicy(trust, { owner: logicalId, policy: 'trust', kind: 'trust' }, faults),
      ]),
    ),
    resources: resourcePolicies.flatMap((resource) => readResourcePolicy(resource, functions, faults)),
  };
  if (faults.length > 0) {
    throw new Error(
      `policies of the template cannot be enforced\n${faults.map((fault) => `  ${fault}`).join('\n')}\n` +
        'HINT: Correct the policy, or teach it to sandbox/iam.',
    );
  }
  return policies;
}

function readRole({ logicalId, policies, managedPolicyArns }: RoleResource, faults: string[]): Statement[] {
  const managed = managedPolicyArns.flatMap((arn) => {
    const found = managedPolicy(arn);
    if (found === undefined) {
      faults.push(`${logicalId}: managed policy '${arn}' is not known to the sandbox`);
    }
    return found === undefined ? [] : [found];
  });
  return [...policies, ...managed].flatMap(({ name, document }) =>
    readPolicy(document, { owner: logicalId, policy: name, kind: 'identity' }, faults),
  );
}

function boundaryOf(
  { logicalId, name, boundaryArn }: RoleResource,
  managed: ReadonlyMap<string, readonly Statement[]>,
  faults: string[],
): [string, readonly Statement[]][] {
  if (boundaryArn === undefined) return [];
  const found = managed.get(boundaryArn.split('/').pop() ?? '');
  if (found === undefined)
    faults.push(`${logicalId}: permissions boundary '${boundaryArn}' is no policy of the template`);
  return [[name, found ?? []]];
}

function readResourcePolicy(
  { logicalId, type, properties }: NamedResource,
  functions: Template['functions'],
  faults: string[],
): Statement[] {
  const document =
    type === 'AWS::Lambda::Permission'
      ? functionPolicy(properties, functions)
      : (properties['PolicyDocument'] as PolicyDocument | undefined);
  const statements = document?.Statement;
  const Statement = Array.isArray(statements) ? statements : statements === undefined ? [] : [statements];
  return readPolicy({ Statement }, { owner: logicalId, policy: type, kind: 'resource' }, faults);
}

/** CloudFormation writes a statement of a function's policy as properties of its own. */
function functionPolicy(
  properties: Readonly<Record<string, unknown>>,
  functions: Template['functions'],
): PolicyDocument {
  const { Action, FunctionName, Principal, SourceArn, SourceAccount, FunctionUrlAuthType, InvokedViaFunctionUrl } =
    properties;
  const called = functions.find(({ name, arn }) => name === FunctionName || arn === FunctionName);
  const principal = String(Principal);
  return {
    Statement: [
      {
        Effect: 'Allow',
        Action: String(Action),
        Resource: called?.arn ?? String(FunctionName),
        Principal: /\.amazonaws\.com$/.test(principal) ? { Service: principal } : { AWS: principal },
        Condition: {
          ...(SourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': SourceArn } }),
          ...(SourceAccount === undefined ? {} : { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
          // By whoever knows the address, and by it alone.
          ...(FunctionUrlAuthType === undefined
            ? {}
            : { StringEquals: { 'lambda:FunctionUrlAuthType': FunctionUrlAuthType } }),
          ...(InvokedViaFunctionUrl === undefined
            ? {}
            : { Bool: { 'lambda:InvokedViaFunctionUrl': String(InvokedViaFunctionUrl) } }),
        },
      },
    ],
  };
}
