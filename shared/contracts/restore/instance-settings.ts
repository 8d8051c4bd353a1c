import * as z from 'zod/mini';

/** What RDS keeps of an instance beside its data, as far as a restore has to bring it back. */
export const InstanceSettings = z.strictObject({
  instanceClass: z.string(),
  engineVersion: z.string(),
  storageGb: z.int(),
  storageType: z.string(),
  iops: z.nullable(z.int()),
  storageThroughput: z.nullable(z.int()),
  parameterGroup: z.string(),
  subnetGroup: z.nullable(z.string()),
  securityGroupIds: z.array(z.string()),
  isMultiAz: z.boolean(),
  backupRetentionDays: z.int(),
  backupWindow: z.nullable(z.string()),
  maintenanceWindow: z.nullable(z.string()),
  isDeletionProtected: z.boolean(),
  logExports: z.array(z.string()),
  caCertificate: z.nullable(z.string()),
  monitoringSeconds: z.int(),
  monitoringRoleArn: z.nullable(z.string()),
  hasIamAuthentication: z.boolean(),
  copiesTagsToSnapshots: z.boolean(),
  upgradesMinors: z.boolean(),
  isPublic: z.boolean(),
  lifecycleSupport: z.nullable(z.string()),
  kmsKeyId: z.nullable(z.string()),
  tags: z.record(z.string(), z.string()),
});
export type InstanceSettings = z.infer<typeof InstanceSettings>;
