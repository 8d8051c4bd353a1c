import type { RemedyTarget } from '../../contracts/remediation/remediation.ts';
import type { Sought } from './blockers.ts';

/** What the database says of a role. */
export type RoleReading = {
  readonly oid: number;
  /** One that the fence was bootstrapped for: an application's, which nobody administers with. */
  readonly isNamed: boolean;
  readonly canLogin: boolean;
  /** This remedy has taken LOGIN from it. */
  readonly isIsolated: boolean;
  /** Kept out, because another instance serves the application. */
  readonly isFenced: boolean;
  readonly sessions: number;
};
export type RoleTarget = Extract<RemedyTarget, { kind: 'role' }>;

/** The role of a finding, where it still logs in and is one that may be kept out. */
export function leakedRole(name: string | undefined, found: RoleReading | undefined): Sought<RoleTarget> {
  if (name === undefined) return { refusal: 'the finding names no role' };
  if (found === undefined) return { refusal: `role '${name}' is not there`, isGone: true };
  const { oid, isNamed, canLogin, isIsolated, isFenced, sessions } = found;
  if (!isNamed)
    return {
      refusal: `role '${name}' is none of an application: capabilities.fence.roles does not name it. A person changes its password`,
    };
  if (isFenced)
    return {
      refusal: `role '${name}' is kept out by the fence: nobody logs in as it. Change its password before the fence is lifted`,
    };
  if (!canLogin)
    return { refusal: `role '${name}' ${isIsolated ? 'was isolated before' : 'cannot log in'}`, isGone: true };
  return { target: { kind: 'role', name, oid, sessions } };
}
