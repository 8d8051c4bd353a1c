import type { Policies } from './policies.ts';
import { isServiceCaller, names } from './principal.ts';
import { type AccessRequest, applies, type Statement } from './statement.ts';

export type Decision =
  /** `by`: the statements of the caller's role that permit it, each of which alone would do. */
  | { readonly allowed: true; readonly by: readonly Statement[] }
  | { readonly allowed: false; readonly why: 'no statement' | 'identity deny' | 'resource deny' | 'boundary' };

/**
 * AWS's logic within one account: any Deny refuses; otherwise one Allow is enough, in the role's policies or in the
 * resource's. A service that calls by itself has no policies: the resource's policy must name it.
 */
export function evaluate(policies: Policies, request: AccessRequest): Decision {
  const { caller } = request;
  const identity =
    caller.roleName === undefined ? [] : (policies.roles.get(caller.roleName) ?? heldBy(caller.roleName, policies));
  const own = identity.filter((statement) => applies(statement, request));
  const others = [...policies.resources, ...trustOf(policies, request)].filter(
    (statement) =>
      statement.principals !== undefined &&
      names(statement.principals, caller, statement.effect) &&
      applies(statement, request),
  );
  if (own.some(({ effect }) => effect === 'Deny')) {
    return { allowed: false, why: 'identity deny' };
  }
  if (others.some(({ effect }) => effect === 'Deny')) {
    return { allowed: false, why: 'resource deny' };
  }
  // A role is assumed only by whom it trusts; a policy of the caller alone does not do.
  const isTrustRequired = request.action === 'sts:AssumeRole';
  const isByOwn = own.length > 0 && !isServiceCaller(caller) && !isTrustRequired;
  if (!isByOwn && others.length === 0) return { allowed: false, why: 'no statement' };
  // Asked last, so that a policy which permits too much is seen behind its boundary, too.
  const bound = policies.boundaries.get(caller.roleName ?? '')?.filter((statement) => applies(statement, request));
  const isBeyond = bound?.some(({ effect }) => effect === 'Deny') === true || (isByOwn && bound?.length === 0);
  return isBeyond ? { allowed: false, why: 'boundary' } : { allowed: true, by: own };
}

/**
 * A person's session is named after the policies that he has, those of all regions of the stage: `pg-gameday-observer-dev`, and of two
 * `pg-gameday-observer-dev+pg-gameday-bootstrap-dev`.
 */
function heldBy(session: string, { managed }: Policies): readonly Statement[] {
  const names = session.split('+').map((name) => `${name}-`);
  return [...managed].flatMap(([name, statements]) =>
    names.some((start) => name.startsWith(start)) ? statements : [],
  );
}

function trustOf({ trust }: Policies, { action, resource }: AccessRequest): readonly Statement[] {
  return action === 'sts:AssumeRole' ? (trust.get(resource) ?? []) : [];
}
