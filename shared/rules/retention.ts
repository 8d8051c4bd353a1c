import type { RetentionRule } from '../domain/backup/retention.ts';
import type { Operations } from '../policy/schema.ts';

/** How long backups are kept, as operations.yml says it. */
export const retentionRule = ({ backupPlan, platform }: Operations): RetentionRule => ({
  ...backupPlan.retention,
  timeZone: platform.timeZone,
});
