/**
 * RDS user guide, "Amazon RDS event categories and event messages", as far as the sandbox has the events. `{}` stands
 * for what an event is about.
 */
export const instanceEvents = {
  'RDS-EVENT-0001': ['backup', 'Backing up DB instance'],
  'RDS-EVENT-0002': ['backup', 'Finished DB Instance backup'],
  'RDS-EVENT-0003': ['deletion', 'DB instance deleted'],
  'RDS-EVENT-0004': ['availability', 'DB instance shutdown'],
  'RDS-EVENT-0005': ['creation', 'DB instance created'],
  'RDS-EVENT-0006': ['availability', 'DB instance restarted'],
  'RDS-EVENT-0007': ['low storage', 'Allocated storage has been exhausted. Allocate additional storage to resolve.'],
  'RDS-EVENT-0012': ['configuration change', 'Applying modification to database instance class'],
  'RDS-EVENT-0013': ['failover', 'Multi-AZ instance failover started'],
  'RDS-EVENT-0014': ['configuration change', 'Finished applying modification to DB instance class'],
  'RDS-EVENT-0016': ['configuration change', 'Reset master credentials'],
  'RDS-EVENT-0017': ['configuration change', 'Finished applying modification to allocated storage'],
  'RDS-EVENT-0018': ['configuration change', 'Applying modification to allocated storage'],
  'RDS-EVENT-0019': ['restoration', 'Restored from DB instance {} to {}'],
  'RDS-EVENT-0020': [
    'recovery',
    'Recovery of the DB instance has started. Recovery time will vary with the amount of data to be recovered.',
  ],
  'RDS-EVENT-0021': ['recovery', 'Recovery of the DB instance is complete'],
  'RDS-EVENT-0025': ['configuration change', 'Finished applying modification to convert to a Multi-AZ DB instance'],
  'RDS-EVENT-0028': ['configuration change', 'Disabled automated backups'],
  'RDS-EVENT-0029': [
    'configuration change',
    'Finished applying modification to convert to a standard (Single-AZ) DB instance',
  ],
  'RDS-EVENT-0031': [
    'failure',
    'DB instance put into {} state. RDS recommends that you initiate a point-in-time-restore.',
  ],
  'RDS-EVENT-0032': ['configuration change', 'Enabled automated backups'],
  'RDS-EVENT-0035': ['failure', 'Database instance put into {} state'],
  'RDS-EVENT-0036': ['failure', 'Database instance put into {} state'],
  'RDS-EVENT-0043': ['restoration', 'Restored from snapshot {}'],
  'RDS-EVENT-0046': ['read replica', 'Replication for the Read Replica resumed'],
  'RDS-EVENT-0049': ['failover', 'Multi-AZ instance failover completed'],
  'RDS-EVENT-0057': ['read replica', 'Replication streaming has been terminated'],
  'RDS-EVENT-0087': ['notification', 'DB instance stopped'],
  'RDS-EVENT-0088': ['notification', 'DB instance started'],
  'RDS-EVENT-0154': [
    'notification',
    'DB instance is being started due to it exceeding the maximum allowed time being stopped.',
  ],
} as const satisfies Record<string, readonly [category: string, message: string]>;

export const snapshotEvents = {
  'RDS-EVENT-0040': ['creation', 'Creating manual snapshot'],
  'RDS-EVENT-0041': ['deletion', 'Deleted user snapshot'],
  'RDS-EVENT-0042': ['creation', 'Manual snapshot created'],
  'RDS-EVENT-0059': ['notification', 'Started copy of snapshot {} from region {}'],
  'RDS-EVENT-0060': ['notification', 'Finished copy of snapshot {} from region {}'],
  'RDS-EVENT-0061': ['notification', 'Canceled snapshot copy request of {} from region {}'],
  'RDS-EVENT-0090': ['creation', 'Creating automated snapshot'],
  'RDS-EVENT-0091': ['creation', 'Automated snapshot created'],
  'RDS-EVENT-0190': ['notification', 'Canceled snapshot copy request of {} in region {}'],
  'RDS-EVENT-0196': ['notification', 'Started copy of snapshot {} in region {}'],
  'RDS-EVENT-0197': ['notification', 'Finished copy of snapshot {} in region {}'],
} as const satisfies Record<string, readonly [category: string, message: string]>;

export type InstanceEventId = keyof typeof instanceEvents;
export type SnapshotEventId = keyof typeof snapshotEvents;
