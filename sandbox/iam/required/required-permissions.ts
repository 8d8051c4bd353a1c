import { registry } from '../../services/registry.ts';
import type { PermissionsOf, PermissionsTable } from './permission.ts';

/** By signing name, which for CloudWatch is not the prefix of its actions. */
const tables: Readonly<Record<string, PermissionsTable>> = Object.fromEntries(
  registry.definitions.map(({ id, permissions }) => [id, permissions]),
);

/** Undefined when nobody has written down what an operation needs; such a call is refused, never let through. */
export function requiredPermissions(service: string, operation: string): PermissionsOf | undefined {
  const table = Object.hasOwn(tables, service) ? tables[service] : undefined;
  return table !== undefined && Object.hasOwn(table, operation) ? table[operation] : undefined;
}
