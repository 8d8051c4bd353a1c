import type { Caller } from '../wire/service.ts';

/** Whom a statement of a resource's policy or of a trust policy speaks of. */
export type Principals = {
  readonly anyone: boolean;
  /** ARNs of roles, users and sessions. */
  readonly arns: readonly string[];
  /** A whole account: its own policies decide who of it may; alone it permits nobody, and it refuses everybody. */
  readonly accounts: readonly string[];
  /** `lambda.amazonaws.com` */
  readonly services: readonly string[];
};

export function readPrincipals(principal: unknown, faults: string[]): Principals {
  if (principal === '*') {
    return { anyone: true, arns: [], accounts: [], services: [] };
  }
  if (typeof principal !== 'object' || principal === null) {
    faults.push(`Principal is '${String(principal)}', must be '*' or an object`);
    return { anyone: false, arns: [], accounts: [], services: [] };
  }
  const members = Object.entries(principal).map(([kind, value]) => [kind, list(value)] as const);
  for (const [kind] of members.filter(([name]) => name !== 'AWS' && name !== 'Service')) {
    faults.push(`Principal has '${kind}', the sandbox knows 'AWS' and 'Service'`);
  }
  const aws = members.flatMap(([kind, values]) => (kind === 'AWS' ? values : []));
  return {
    anyone: aws.includes('*'),
    arns: aws.filter((one) => one.startsWith('arn:') && !one.endsWith(':root')),
    accounts: aws.flatMap((one) => /^(?:arn:[^:]+:iam::)?(\d{12})(?::root)?$/.exec(one)?.[1] ?? []),
    services: members.flatMap(([kind, values]) => (kind === 'Service' ? values : [])),
  };
}

/** A call that AWS makes by itself carries its service principal instead of an ARN. */
export const isServiceCaller = (caller: Caller) => caller.roleName === undefined && !caller.arn.startsWith('arn:');

export function names(principals: Principals, caller: Caller, effect: 'Allow' | 'Deny'): boolean {
  if (isServiceCaller(caller)) {
    return principals.services.includes(caller.arn) || principals.anyone;
  }
  const roleArn = `arn:aws:iam::${caller.account}:role/${caller.roleName}`;
  return (
    principals.anyone ||
    principals.arns.some((arn) => arn === caller.arn || arn === roleArn) ||
    (effect === 'Deny' && principals.accounts.includes(caller.account))
  );
}

const list = (value: unknown) => (Array.isArray(value) ? value : [value]).map(String);
