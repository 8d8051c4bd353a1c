import type { InstanceSettings } from '../../../shared/contracts/restore/instance-settings.ts';

/** Of an instance with everything that a restore must bring back. */
export const settings: InstanceSettings = {
  ...{ instanceClass: 'db.r6g.large', engineVersion: '18.4', storageGb: 100, storageType: 'gp3', iops: null },
  ...{ storageThroughput: null, parameterGroup: 'own', subnetGroup: 'own', securityGroupIds: ['sg-1'] },
  ...{ isMultiAz: true, backupRetentionDays: 7, backupWindow: '03:00-03:30', maintenanceWindow: 'sun:04:00-sun:04:30' },
  ...{ isDeletionProtected: true, logExports: [], caCertificate: 'ca', monitoringSeconds: 0, monitoringRoleArn: null },
  ...{ hasIamAuthentication: true, copiesTagsToSnapshots: true, upgradesMinors: false, isPublic: false },
  ...{ lifecycleSupport: null, kmsKeyId: null, tags: { team: 'data' } },
};
