import type { Template } from '../template/template.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Authorize } from '../wire/dispatch.ts';
import type { CallContext } from '../wire/service.ts';
import { denial } from './denial.ts';
import { evaluate } from './evaluate.ts';
import { checkMapRoles } from './map-roles.ts';
import { type Policies, readPolicies } from './policies.ts';
import { isServiceCaller } from './principal.ts';
import type { Input, RequiredPermission, World } from './required/permission.ts';
import { requiredPermissions } from './required/required-permissions.ts';
import type { Statement } from './statement.ts';
import { checkTrust } from './trust.ts';
import { type GrantUse, Usage } from './usage.ts';

export type Denied = { readonly caller: string; readonly action: string; readonly resource: string };

export type Authorizer = {
  readonly authorize: Authorize;
  /** What the template's roles may do, and how often a call needed it. */
  grants(): readonly GrantUse[];
  /** What people may do by the policies that the template makes for them, and how often a call needed it. */
  grantsOfPeople(): readonly GrantUse[];
  /** Every refusal so far, oldest first. */
  denials(): readonly Denied[];
  /** Takes one statement away from a role, until the next call of this; `undefined` gives everything back. */
  withhold(statement: { readonly role: string; readonly policy: string; readonly sid: string } | undefined): void;
};

/**
 * Authorises each call by the policies of the template, as AWS does in one account. Only the operator, a person with
 * administrator's rights, is not asked. Throws when a policy cannot be understood or a role not be assumed.
 */
export function makeAuthorizer(
  template: Template,
  worldOf: () => World,
  /** The same template deployed in other regions. */
  elsewhere: readonly Template[] = [],
): Authorizer {
  const own = readPolicies(template);
  const others = elsewhere.map((one) => readPolicies(one));
  const shipped = together([own, ...others]);
  for (const one of [template, ...elsewhere]) {
    checkTrust(one, shipped);
    checkMapRoles(one, shipped);
  }
  let policies: Policies = shipped;
  // The statements of another region's stack are the same ones, written for that region.
  const usage = new Usage(own, others);
  const usageOfPeople = new Usage({ ...own, roles: own.managed });
  const denied: Denied[] = [];

  return {
    authorize(context, input) {
      const { caller, region, service, operation } = context;
      if (caller.roleName === undefined && !isServiceCaller(caller)) {
        return undefined;
      }
      const required = requiredPermissions(service, operation);
      if (required === undefined) {
        return unknownOperation(context);
      }
      const world = worldOf();
      const call = { region, account: caller.account, world };
      for (const permission of required((input ?? {}) as Input, call)) {
        const { action, resource } = permission;
        const decision = evaluate(policies, {
          caller,
          action,
          resource,
          context: contextOf(context, permission, world),
        });
        if (!decision.allowed) {
          denied.push({ caller: caller.arn, action, resource });
          return denial(context, permission, decision.why);
        }
        usage.record(decision.by, permission);
        usageOfPeople.record(decision.by, permission);
      }
      return undefined;
    },
    grants: () => usage.grants(),
    grantsOfPeople: () => usageOfPeople.grants(),
    denials: () => [...denied],
    withhold(taken) {
      const stays = ({ owner, policy, sid }: Statement) =>
        taken === undefined || owner !== taken.role || policy !== taken.policy || sid !== taken.sid;
      const roles = [...shipped.roles].map(([name, statements]) => [name, statements.filter(stays)] as const);
      policies = { ...shipped, roles: new Map(roles) };
    },
  };
}

const together = (all: readonly Policies[]): Policies => ({
  roles: new Map(all.flatMap(({ roles }) => [...roles])),
  boundaries: new Map(all.flatMap(({ boundaries }) => [...boundaries])),
  managed: new Map(all.flatMap(({ managed }) => [...managed])),
  trust: new Map(all.flatMap(({ trust }) => [...trust])),
  resources: all.flatMap(({ resources }) => resources),
});

function contextOf(
  { caller, region }: CallContext,
  permission: RequiredPermission,
  world: World,
): Map<string, readonly string[]> {
  const isService = isServiceCaller(caller);
  // What is there already bears its own tags, whatever the request would have it created with.
  const tags = world.tagsOf(permission.resource) ?? borneByCreated(permission);
  const kind = permission.resource.split(':')[5];
  const entries: [string, readonly string[]][] = [
    // The loopback endpoint stands for AWS's, which every client reaches by TLS.
    ['aws:SecureTransport', ['true']],
    ['aws:RequestedRegion', [region]],
    ['aws:PrincipalIsAWSService', [String(isService)]],
    ['aws:ResourceAccount', [caller.account]],
    ...(isService ? [] : [principal(caller.account, caller.roleName)]),
    ...(isService ? [] : [['aws:PrincipalAccount', [caller.account]] as [string, string[]]]),
    ...(isService ? [['aws:SourceAccount', [caller.account]] as [string, string[]]] : []),
    ...(caller.arn === 'firehose.amazonaws.com' ? [['sts:ExternalId', [caller.account]] as [string, string[]]] : []),
    ...(caller.sourceArn === undefined ? [] : [['aws:SourceArn', [caller.sourceArn]] as [string, string[]]]),
    ...Object.entries(tags).flatMap(([key, value]): [string, string[]][] => [
      [`aws:ResourceTag/${key}`, [value]],
      ...(permission.resource.startsWith('arn:aws:rds:')
        ? [[`rds:${kind}-tag/${key}`, [value]] as [string, string[]]]
        : []),
    ]),
    ...Object.entries(permission.context ?? {}).filter(([key]) => !key.startsWith(resourceTag)),
    ...Object.entries(permission.context ?? {}).flatMap(([key, value]): [string, readonly string[]][] =>
      key.startsWith('aws:RequestTag/') ? [[key.replace('aws:RequestTag/', 'rds:req-tag/'), value]] : [],
    ),
  ];
  return new Map(entries.map(([key, value]) => [key.toLowerCase(), value]));
}

const resourceTag = 'aws:ResourceTag/';

const borneByCreated = ({ context = {} }: RequiredPermission): Record<string, string> =>
  Object.fromEntries(
    Object.entries(context).flatMap(([key, [value = '']]) =>
      key.startsWith(resourceTag) ? [[key.slice(resourceTag.length), value]] : [],
    ),
  );

const principal = (account: string, roleName: string | undefined): [string, string[]] => [
  'aws:PrincipalArn',
  [`arn:aws:iam::${account}:role/${roleName}`],
];

function unknownOperation({ service, operation }: CallContext): AwsError {
  return new AwsError(
    'NotImplemented',
    `the sandbox does not know which permissions '${service}:${operation}' needs, so no role may call it\n` +
      'HINT: Add the operation to its table in sandbox/iam/required.',
    { status: 501 },
  );
}
