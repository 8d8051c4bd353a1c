import type { CloudwatchLogsExportConfiguration } from '@aws-sdk/client-rds';
import { invalidCombination, invalidValue } from './errors.ts';

const logTypes = ['postgresql', 'upgrade', 'iam-db-auth-error'];

export function checkedLogExports(types: readonly string[]): string[] {
  const unknown = types.find((type) => !logTypes.includes(type));
  if (unknown === undefined) return [...new Set(types)].sort();
  throw invalidCombination(`You cannot use the log types '${unknown}' with engine version postgres.`);
}

export function changedLogExports(
  present: readonly string[],
  { EnableLogTypes: on = [], DisableLogTypes: off = [] }: CloudwatchLogsExportConfiguration = {},
): string[] {
  checkedLogExports(off);
  return checkedLogExports([...present.filter((type) => !off.includes(type)), ...on]);
}

/** Seconds between two measurements; 0 is none. RDS measures with a role that it is given. */
export function checkedMonitoring(seconds: number, roleArn: string | undefined) {
  if (![0, 1, 5, 10, 15, 30, 60].includes(seconds)) throw invalidValue(`Invalid MonitoringInterval: ${seconds}`);
  if (seconds > 0 && roleArn === undefined) {
    throw invalidCombination(
      'A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.',
    );
  }
  return { seconds, roleArn };
}

const supports = ['open-source-rds-extended-support', 'open-source-rds-extended-support-disabled'];

/** Whoever says nothing is enrolled. */
export function checkedLifecycleSupport(given = 'open-source-rds-extended-support'): string {
  if (supports.includes(given)) return given;
  throw invalidValue(`Invalid EngineLifecycleSupport: ${given}`);
}
