import type { PolicyDocument, PolicyStatement } from '../template/template.ts';
import type { Caller } from '../wire/service.ts';
import { type Condition, type RequestContext, readCondition } from './condition.ts';
import { matchesArn, matchesPattern } from './pattern.ts';
import { type Principals, readPrincipals } from './principal.ts';

/** One action on one resource that a call needs. */
export type AccessRequest = {
  readonly caller: Caller;
  readonly action: string;
  readonly resource: string;
  readonly context: RequestContext;
};

export type Statement = {
  /** Where it is written: role or resource, policy, and its Sid or its place. */
  readonly owner: string;
  readonly policy: string;
  readonly sid: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly notAction: boolean;
  readonly resources: readonly string[];
  readonly notResource: boolean;
  readonly condition: Condition;
  /** The tag keys beyond which a request may name none; undefined: any. */
  readonly tagKeys: readonly string[] | undefined;
  /** Absent in a policy of a role. */
  readonly principals: Principals | undefined;
};

const KNOWN_MEMBERS = new Set([
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
  'Principal',
]);

/**
 * Reads a policy. Everything that the sandbox does not understand becomes a fault: a statement that is read wrongly
 * would permit or refuse in silence.
 */
export function readPolicy(
  document: PolicyDocument,
  place: { readonly owner: string; readonly policy: string; readonly kind: 'identity' | 'resource' | 'trust' },
  faults: string[],
): Statement[] {
  return document.Statement.map((statement, index) => {
    const sid = statement.Sid ?? `#${index + 1}`;
    const own: string[] = [];
    const read = readStatement(statement, { ...place, sid }, own);
    faults.push(...own.map((fault) => `${place.owner}, policy '${place.policy}', statement '${sid}': ${fault}`));
    return read;
  });
}

function readStatement(
  statement: PolicyStatement,
  { kind, ...place }: { owner: string; policy: string; sid: string; kind: 'identity' | 'resource' | 'trust' },
  faults: string[],
): Statement {
  for (const member of Object.keys(statement).filter((name) => !KNOWN_MEMBERS.has(name))) {
    faults.push(`member '${member}' is not known to the sandbox`);
  }
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    faults.push(`Effect is '${String(statement.Effect)}', must be 'Allow' or 'Deny'`);
  }
  const actions = oneOf(statement.Action, statement.NotAction, 'Action', faults);
  // A trust policy is about its own role and names no resource.
  const resources = kind === 'trust' ? ['*'] : oneOf(statement.Resource, statement.NotResource, 'Resource', faults);
  for (const action of actions.filter((one) => one !== '*' && !/^[a-z0-9-]+:[A-Za-z0-9*?]+$/.test(one))) {
    faults.push(`action '${action}' is no 'service:Action'`);
  }
  for (const resource of resources) {
    if (resource !== '*' && resource.split(':').length < 6) {
      faults.push(`resource '${resource}' is neither '*' nor an ARN of six parts`);
    }
    if (resource.includes('${')) {
      faults.push(`policy variable in '${resource}' is not known to the sandbox`);
    }
  }
  if (kind === 'identity' && statement.Principal !== undefined) {
    faults.push('a policy of a role has no Principal');
  }
  return {
    ...place,
    effect: statement.Effect,
    actions,
    notAction: statement.NotAction !== undefined,
    resources,
    notResource: kind !== 'trust' && statement.NotResource !== undefined,
    condition: readCondition(statement.Condition ?? {}, faults),
    tagKeys: tagKeysIn(statement.Condition ?? {}),
    principals: kind === 'identity' ? undefined : readPrincipals(statement.Principal, faults),
  };
}

function tagKeysIn(condition: NonNullable<PolicyStatement['Condition']>): readonly string[] | undefined {
  const keys = condition['ForAllValues:StringEquals']?.['aws:TagKeys'];
  return keys === undefined ? undefined : [keys].flat().map(String);
}

/** Whether the statement speaks of this request. */
export function applies(statement: Statement, { action, resource, context }: AccessRequest): boolean {
  return (
    statement.actions.some((pattern) => matchesAction(pattern, action)) !== statement.notAction &&
    statement.resources.some((pattern) => matchesArn(pattern, resource)) !== statement.notResource &&
    statement.condition(context)
  );
}

export const matchesAction = (pattern: string, action: string) => matchesPattern(pattern, action, { ignoreCase: true });

function oneOf(plain: unknown, negated: unknown, member: string, faults: string[]): string[] {
  if ((plain === undefined) === (negated === undefined)) {
    faults.push(`must have either ${member} or Not${member}`);
  }
  const given = plain ?? negated ?? [];
  return (Array.isArray(given) ? given : [given]).map(String);
}
