import type { Denied } from '../iam/authorizer.ts';
import type { Grant, GrantUse } from '../iam/usage.ts';
import { type RunNames, withoutRun } from './shape.ts';
import { reasonFor } from './unused-reasons.ts';
import { reasonForWidth } from './wide-reasons.ts';
import { type GrantWidth, widthOf } from './width.ts';

export type PermissionReport = {
  readonly used: number;
  readonly excused: readonly { readonly grant: Grant; readonly reason: string }[];
  /** Granted, never used, and nobody has said why: too many. */
  readonly unused: readonly Grant[];
  /** Each grant beside what it was used for. */
  readonly widths: readonly GrantWidth[];
  readonly excusedWide: readonly { readonly width: GrantWidth; readonly reason: string }[];
  /** Wider than used, and nobody has said why. */
  readonly wide: readonly GrantWidth[];
  /** Refused, each once: missing. */
  readonly missing: readonly string[];
};

export function reportPermissions(
  grants: readonly GrantUse[],
  denials: readonly Denied[],
  names: RunNames,
): PermissionReport {
  const unused = grants.filter(({ uses }) => uses === 0);
  const reduce = withoutRun(names);
  const widths = grants.map((grant) => widthOf(grant, reduce));
  const wider = widths.filter(({ wider }) => wider.length > 0);
  return {
    used: grants.length - unused.length,
    excused: unused.flatMap((grant) => {
      const reason = reasonFor(grant);
      return reason === undefined ? [] : [{ grant, reason }];
    }),
    unused: unused.filter((grant) => reasonFor(grant) === undefined),
    widths,
    excusedWide: wider.flatMap((width) => {
      const reason = reasonForWidth(width);
      return reason === undefined ? [] : [{ width, reason }];
    }),
    wide: wider.filter((width) => reasonForWidth(width) === undefined),
    missing: [...new Set(denials.map(({ caller, action, resource }) => `${caller}: ${action} on ${resource}`))],
  };
}

export const isSound = ({ unused, wide, missing }: PermissionReport): boolean =>
  unused.length === 0 && wide.length === 0 && missing.length === 0;

export function permissionLines({
  used,
  excused,
  unused,
  excusedWide,
  wide,
  missing,
}: Omit<PermissionReport, 'widths'>): string[] {
  const reasons = Map.groupBy(excused, ({ reason }) => reason);
  const widths = Map.groupBy(excusedWide, ({ reason }) => reason);
  return [
    `${used} permissions are granted and used`,
    `${excused.length} are granted and cannot be used here:`,
    ...[...reasons].map(([reason, entries]) => `  ${entries.length} × ${reason}`),
    `${unused.length} are granted and were not used${unused.length === 0 ? '' : ':'}`,
    ...unused.map(({ role, sid, action, resource }) => `  ${role} ${sid}: ${action} on ${resource}`),
    `${excusedWide.length} are wider than what they were used for, for a reason:`,
    ...[...widths].flatMap(([reason, entries]) => [
      `  ${entries.length} × ${reason}`,
      ...entries.map(({ width }) => `      ${widthLine(width)}`),
    ]),
    `${wide.length} are wider than what they were used for${wide.length === 0 ? '' : ':'}`,
    ...wide.map((width) => `  ${widthLine(width)}`),
    `${missing.length} were needed and refused${missing.length === 0 ? '' : ':'}`,
    ...missing.map((line) => `  ${line}`),
  ];
}

const widthLine = ({ grant: { role, sid, action }, wider }: GrantWidth) =>
  `${role} ${sid}: ${action} ${wider.join('; ')}`;

/** What each role is granted, and beneath each grant what it was used for. */
export function grantTable({ widths }: Pick<PermissionReport, 'widths'>): string[] {
  const roles = Map.groupBy(widths, ({ grant }) => grant.role);
  return [...roles].sort().flatMap(([role, entries]) => [
    role,
    ...entries.flatMap((width) => {
      const { sid, action, resource, uses, tagKeys } = width.grant;
      const tags = tagKeys === undefined ? '' : `, tags ${tagKeys.join(', ')}`;
      return [
        `  ${sid}: ${action} on ${resource}${tags}`,
        ...(uses === 0 ? [`    not used: ${reasonFor(width.grant) ?? 'no reason is known'}`] : []),
        ...width.shapes.map((shape) => `    used on ${shape}`),
        ...(width.wider.length === 0 ? [] : [`    wider: ${reasonForWidth(width) ?? 'no reason is known'}`]),
      ];
    }),
  ]);
}
