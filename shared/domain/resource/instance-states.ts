/**
 * Statuses in which an instance stays until somebody acts. Source: Amazon RDS user guide, "Viewing Amazon RDS DB
 * instance status". A poll that waits on one of them waits for ever.
 */
const badTerminalStatuses: ReadonlySet<string> = new Set([
  'failed',
  'restore-error',
  'incompatible-create',
  'incompatible-network',
  'incompatible-option-group',
  'incompatible-parameters',
  'incompatible-restore',
  'inaccessible-encryption-credentials',
  'inaccessible-encryption-credentials-recoverable',
  'insufficient-capacity',
  'storage-full',
  'stopped',
  'stopping',
  'deleting',
]);

export const isBadTerminalStatus = (status: string): boolean => badTerminalStatuses.has(status);
