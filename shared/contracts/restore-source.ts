import * as z from 'zod/mini';

/** A snapshot of ours, in the region where it is restored. */
export const SnapshotSource = z.strictObject({ kind: z.literal('snapshot'), snapshotId: z.string() });

/** RDS restores to whole seconds. `latest`: the last one that its archive reaches. */
export const RestorableMoment = z.union([
  z.literal('latest'),
  z
    .string()
    .check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'a whole second in UTC, as 2026-03-01T05:00:00Z, or latest')),
]);

/** A moment of the database's own instance, in the region where that is. */
export const MomentSource = z.strictObject({ kind: z.literal('moment'), time: RestorableMoment });

/** A moment of automated backups that are replicated from another region to the one where it is restored. */
export const ReplicatedMomentSource = z.strictObject({
  kind: z.literal('replicated-moment'),
  /** Of the region where it is restored: `arn:aws:rds:us-west-2:123456789012:auto-backup:ab-…`. */
  automatedBackupArn: z.string().check(z.regex(/^arn:[^:]+:rds:[^:]+:\d{12}:auto-backup:[a-z0-9-]+$/)),
  time: RestorableMoment,
});

/** What a throw-away copy is restored from. */
export const RestoreSource = z.discriminatedUnion('kind', [SnapshotSource, MomentSource, ReplicatedMomentSource]);
export type RestoreSource = z.infer<typeof RestoreSource>;
