import { kmsPermissions, lambdaPermissions, secretsPermissions, stsPermissions } from './functions-and-secrets.ts';
import { eventsPermissions, snsPermissions } from './messaging.ts';
import { budgetsPermissions, costExplorerPermissions, ec2Permissions, loadBalancerPermissions } from './money.ts';
import { cloudwatchPermissions, logsPermissions } from './observability.ts';
import type { PermissionsOf, PermissionsTable } from './permission.ts';
import { rdsPermissions } from './rds.ts';
import { s3Permissions } from './s3.ts';
import { statesPermissions } from './states.ts';

/** By signing name, which for CloudWatch is not the prefix of its actions. */
const tables: Readonly<Record<string, PermissionsTable>> = {
  rds: rdsPermissions,
  s3: s3Permissions,
  states: statesPermissions,
  sns: snsPermissions,
  events: eventsPermissions,
  monitoring: cloudwatchPermissions,
  logs: logsPermissions,
  lambda: lambdaPermissions,
  secretsmanager: secretsPermissions,
  kms: kmsPermissions,
  sts: stsPermissions,
  ce: costExplorerPermissions,
  budgets: budgetsPermissions,
  ec2: ec2Permissions,
  elasticloadbalancing: loadBalancerPermissions,
};

/** Undefined when nobody has written down what an operation needs; such a call is refused, never let through. */
export function requiredPermissions(service: string, operation: string): PermissionsOf | undefined {
  const table = Object.hasOwn(tables, service) ? tables[service] : undefined;
  return table !== undefined && Object.hasOwn(table, operation) ? table[operation] : undefined;
}
