import type { InstanceSettings } from '../../contracts/restore/instance-settings.ts';
import type { Difference } from '../../contracts/restore/restore.ts';
import { ownTags } from '../resource/candidate.ts';

/**
 * What can be changed of an instance that is there; the rest is said when it is restored. Enhanced monitoring wants a role to be passed
 * on, and no role of ours may pass on another one: it is left to a person.
 */
export type ParityChange = {
  readonly maintenanceWindow?: string;
  readonly backupWindow?: string;
  readonly backupRetentionDays?: number;
  readonly logExports?: { readonly on: readonly string[]; readonly off: readonly string[] };
  readonly securityGroupIds?: readonly string[];
};

/** What has to be changed of a restored instance so that it is as the source; empty when nothing has. */
export function parityChange(wanted: InstanceSettings, candidate: InstanceSettings): ParityChange {
  const on = wanted.logExports.filter((one) => !candidate.logExports.includes(one));
  const off = candidate.logExports.filter((one) => !wanted.logExports.includes(one));
  const isSame = (setting: keyof InstanceSettings) =>
    JSON.stringify(wanted[setting]) === JSON.stringify(candidate[setting]);
  return {
    ...(wanted.maintenanceWindow === null || isSame('maintenanceWindow')
      ? {}
      : { maintenanceWindow: wanted.maintenanceWindow }),
    ...(wanted.backupWindow === null || isSame('backupWindow') ? {} : { backupWindow: wanted.backupWindow }),
    ...(isSame('backupRetentionDays') ? {} : { backupRetentionDays: wanted.backupRetentionDays }),
    ...(on.length + off.length === 0 ? {} : { logExports: { on, off } }),
    ...(isSame('securityGroupIds') || wanted.securityGroupIds.length === 0
      ? {}
      : { securityGroupIds: wanted.securityGroupIds }),
  };
}

const names: Readonly<Record<Exclude<keyof InstanceSettings, 'tags'>, string>> = {
  instanceClass: 'instance class',
  engineVersion: 'engine version',
  storageGb: 'storage, GB',
  storageType: 'storage type',
  iops: 'provisioned IOPS',
  storageThroughput: 'storage throughput',
  parameterGroup: 'parameter group',
  subnetGroup: 'subnet group',
  securityGroupIds: 'security groups',
  isMultiAz: 'Multi-AZ',
  backupRetentionDays: 'backup retention, days',
  backupWindow: 'backup window',
  maintenanceWindow: 'maintenance window',
  isDeletionProtected: 'deletion protection',
  logExports: 'log exports',
  caCertificate: 'certificate authority',
  monitoringSeconds: 'enhanced monitoring, seconds',
  monitoringRoleArn: 'role of enhanced monitoring',
  hasIamAuthentication: 'IAM authentication',
  copiesTagsToSnapshots: 'tags are copied to snapshots',
  upgradesMinors: 'minor upgrades by RDS',
  isPublic: 'public address',
  lifecycleSupport: 'Extended Support',
  kmsKeyId: 'key',
};

/** Each setting in which the restored instance is not as wanted, with what a person may do. */
export function parityDifferences(
  instanceId: string,
  wanted: InstanceSettings,
  candidate: InstanceSettings,
): Difference[] {
  const settings = Object.entries(names).flatMap(([setting, name]): Difference[] => {
    const [source, own] = [wanted, candidate].map((one) => textOf(one[setting as keyof typeof names]));
    if (source === undefined || own === undefined || source === own) return [];
    const difference = { setting: name, source, candidate: own };
    if (setting === 'isDeletionProtected')
      return [
        {
          ...difference,
          kind: 'expected',
          remedy: 'It is switched on when the instance is handed over: until then it may be given up.',
        },
      ];
    if (setting === 'engineVersion')
      return [
        {
          ...difference,
          kind: 'left',
          remedy: 'RDS restores a deprecated minor as a newer one: test the application with it.',
        },
      ];
    if (setting === 'monitoringRoleArn' && wanted.monitoringSeconds !== candidate.monitoringSeconds) return [];
    if (setting === 'monitoringSeconds' && wanted.monitoringRoleArn !== null)
      return [
        {
          ...difference,
          kind: 'left',
          remedy: `Switch it on: aws rds modify-db-instance --db-instance-identifier ${instanceId} --monitoring-interval ${wanted.monitoringSeconds} --monitoring-role-arn ${wanted.monitoringRoleArn}.`,
        },
      ];
    return [
      {
        ...difference,
        kind: 'left',
        remedy: `Change it: aws rds modify-db-instance --db-instance-identifier ${instanceId} …`,
      },
    ];
  });
  const kept = ownTags(wanted.tags);
  const missing = Object.entries(kept).filter(([key, value]) => candidate.tags[key] !== value);
  const tags = missing.map(
    ([key, value]): Difference => ({
      setting: `tag ${key}`,
      source: value,
      candidate: candidate.tags[key] ?? 'none',
      kind: 'left',
      remedy: `Add it: aws rds add-tags-to-resource, to ${instanceId}.`,
    }),
  );
  return [...settings, ...tags];
}

const textOf = (value: string | number | boolean | readonly string[] | null): string =>
  Array.isArray(value) ? (value.length === 0 ? 'none' : value.toSorted().join(', ')) : String(value ?? 'none');

/** One setting that ALTER ROLE, ALTER DATABASE or both have made: `*` is every role or database. */
export type DatabaseSetting = { readonly database: string; readonly role: string; readonly setting: string };

/** Settings within the database are of the moment that was restored: those that were changed since differ. */
export function settingDifferences(
  source: readonly DatabaseSetting[],
  candidate: readonly DatabaseSetting[],
): Difference[] {
  const keyOf = ({ database, role, setting }: DatabaseSetting) =>
    JSON.stringify([database, role, setting.split('=')[0] ?? '']);
  const valueIn = ({ setting }: DatabaseSetting) => setting.slice(setting.indexOf('=') + 1);
  const [ours, theirs] = [source, candidate].map((list) => new Map(list.map((one) => [keyOf(one), valueIn(one)])));
  if (ours === undefined || theirs === undefined) return [];
  return [...new Set([...ours.keys(), ...theirs.keys()])].sort().flatMap((key): Difference[] => {
    const [database = '', role = '', name = ''] = JSON.parse(key) as string[];
    const [now, then] = [ours.get(key), theirs.get(key)];
    if (now === then) return [];
    const of = [role === '*' ? [] : [`role ${role}`], database === '*' ? [] : [`database ${database}`]].flat();
    return [
      {
        setting: `${name} of ${of.join(' in ') || 'every role'}`,
        source: now ?? 'not set',
        candidate: then ?? 'not set',
        kind: 'left',
        remedy: 'It was changed after the moment that is restored: ALTER ROLE or ALTER DATABASE … SET brings it back.',
      },
    ];
  });
}
