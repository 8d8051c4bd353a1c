import type { InstanceSettings } from '../../contracts/restore/instance-settings.ts';
import type { RestoreRequest } from '../../contracts/restore/restore.ts';
import { ownTags } from '../resource/candidate.ts';
import { restoreSource } from '../resource/restore-tags.ts';
import type { FoundSnapshot } from './wanted-backup.ts';

type Known = {
  /** As RDS describes it in this region. */
  readonly source: InstanceSettings | undefined;
  /** What is restored, or the newest one: its tags say of an instance in another region how that is set up. */
  readonly snapshot: FoundSnapshot | undefined;
  /** Of this region, where the source is not. */
  readonly subnetGroup: string | undefined;
};

/** What the restored instance is to have: what the source has, what the request says instead, and RDS's defaults where nobody knows. */
export function settingsWanted(
  { source, snapshot, subnetGroup }: Known,
  place: NonNullable<RestoreRequest['place']>,
): { readonly settings: InstanceSettings | undefined; readonly notes: readonly string[] } {
  const said = {
    ...(place.instanceClass === undefined ? {} : { instanceClass: place.instanceClass }),
    ...(place.subnetGroup === undefined ? {} : { subnetGroup: place.subnetGroup }),
    ...(place.securityGroupIds === undefined ? {} : { securityGroupIds: place.securityGroupIds.toSorted() }),
    ...(place.parameterGroup === undefined ? {} : { parameterGroup: place.parameterGroup }),
  };
  const notes = Object.keys(said).map((name) => `${name} is as the request says`);
  if (source !== undefined) return { settings: { ...source, tags: { ...ownTags(source.tags) }, ...said }, notes };
  const like = snapshot === undefined ? undefined : restoreSource(snapshot.tags);
  const instanceClass = place.instanceClass ?? like?.instanceClass;
  const parameterGroup = place.parameterGroup ?? like?.parameterGroup;
  if (snapshot === undefined || instanceClass === undefined || parameterGroup === undefined)
    return { settings: undefined, notes };
  const settings: InstanceSettings = {
    ...{ instanceClass, parameterGroup, engineVersion: snapshot.engineVersion },
    ...{ storageGb: snapshot.storageGb, storageType: 'gp3', iops: null, storageThroughput: null },
    ...{ subnetGroup: subnetGroup ?? null, securityGroupIds: [], isMultiAz: false, backupRetentionDays: 7 },
    ...{ backupWindow: null, maintenanceWindow: null, isDeletionProtected: true, logExports: [] },
    ...{ caCertificate: null, monitoringSeconds: 0, monitoringRoleArn: null, hasIamAuthentication: false },
    ...{ copiesTagsToSnapshots: true, upgradesMinors: false, isPublic: false, lifecycleSupport: null },
    ...{ kmsKeyId: snapshot.kmsKeyId ?? null, tags: {} },
    ...said,
  };
  return {
    settings,
    notes: [
      ...notes,
      'the source is not in this region: class and parameter group are as the tags of its snapshot say; storage is gp3, backups are kept 7 days, there is no standby and no monitoring',
      ...(settings.securityGroupIds.length === 0
        ? ['the default security group of the network is used: name those of the applications in "place"']
        : []),
    ],
  };
}
