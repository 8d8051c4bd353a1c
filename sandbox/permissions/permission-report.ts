import type { Denied } from '../iam/authorizer.ts';
import type { Grant, GrantUse } from '../iam/usage.ts';
import { reasonFor } from './unused-reasons.ts';

export type PermissionReport = {
  readonly used: number;
  readonly excused: readonly { readonly grant: Grant; readonly reason: string }[];
  /** Granted, never used, and nobody has said why: too many. */
  readonly unused: readonly Grant[];
  /** Refused, each once: missing. */
  readonly missing: readonly string[];
};

export function reportPermissions(grants: readonly GrantUse[], denials: readonly Denied[]): PermissionReport {
  const unused = grants.filter(({ uses }) => uses === 0);
  return {
    used: grants.length - unused.length,
    excused: unused.flatMap((grant) => {
      const reason = reasonFor(grant);
      return reason === undefined ? [] : [{ grant, reason }];
    }),
    unused: unused.filter((grant) => reasonFor(grant) === undefined),
    missing: [...new Set(denials.map(({ caller, action, resource }) => `${caller}: ${action} on ${resource}`))],
  };
}

export function permissionLines({ used, excused, unused, missing }: PermissionReport): string[] {
  const reasons = Map.groupBy(excused, ({ reason }) => reason);
  return [
    `${used} permissions are granted and used`,
    `${excused.length} are granted and cannot be used here:`,
    ...[...reasons].map(([reason, entries]) => `  ${entries.length} × ${reason}`),
    `${unused.length} are granted and were not used${unused.length === 0 ? '' : ':'}`,
    ...unused.map(({ role, sid, action, resource }) => `  ${role} ${sid}: ${action} on ${resource}`),
    `${missing.length} were needed and refused${missing.length === 0 ? '' : ':'}`,
    ...missing.map((line) => `  ${line}`),
  ];
}
