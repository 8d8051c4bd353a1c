/** Every metric of collect-health: its unit in CloudWatch, and whether it is of an instance or of a database in it. */
export const healthMetrics = {
  HealthPasses: { unit: 'Count', of: 'Instance' },
  HealthGaps: { unit: 'Count', of: 'Instance' },
  ConnectionsUsedPercent: { unit: 'Percent', of: 'Instance' },
  TransactionIdsUsedPercent: { unit: 'Percent', of: 'Instance' },
  MultixactsUsedPercent: { unit: 'Percent', of: 'Instance' },
  LongestTransactionSeconds: { unit: 'Seconds', of: 'Instance' },
  InactiveSlotSeconds: { unit: 'Seconds', of: 'Instance' },
  SlotRetainedBytes: { unit: 'Bytes', of: 'Instance' },
  LostSlots: { unit: 'Count', of: 'Instance' },
  ReplicationLagSeconds: { unit: 'Seconds', of: 'Instance' },
  CertificateDays: { unit: 'Count', of: 'Instance' },
  ForcedMaintenanceDays: { unit: 'Count', of: 'Instance' },
  FreeStoragePercent: { unit: 'Percent', of: 'Instance' },
  StorageFullDays: { unit: 'Count', of: 'Instance' },
  CacheHitPercent: { unit: 'Percent', of: 'Database' },
  BlockedSessions: { unit: 'Count', of: 'Database' },
  DeadlocksPerHour: { unit: 'Count', of: 'Database' },
  ChecksumFailures: { unit: 'Count', of: 'Database' },
  VacuumOverdueSeconds: { unit: 'Seconds', of: 'Database' },
  SequenceUsedPercent: { unit: 'Percent', of: 'Database' },
  BloatPercent: { unit: 'Percent', of: 'Database' },
  InvalidIndexes: { unit: 'Count', of: 'Database' },
} as const;

export type HealthMetric = keyof typeof healthMetrics;
export type Measured = { readonly [Name in HealthMetric]?: number };
