import * as z from 'zod/mini';

/** What operations.yml holds promotions and their drills to. */
export const RecoveryTargets = z.strictObject({ rtoSeconds: z.number(), rpoSeconds: z.number() });
export type RecoveryTargets = z.infer<typeof RecoveryTargets>;

/**
 * What is read of the records of promotions and drills; other releases may have written more, or less. `lossSeconds` is
 * the word of a promotion for it, `rpoSeconds` that of a drill.
 */
export const RecoveryRecord = z.object({
  workflow: z.enum(['dr-promotion', 'dr-drill']),
  execution: z.object({ name: z.string(), startedAt: z.string() }),
  database: z.nullable(z.string()),
  result: z.string(),
  rtoSeconds: z.nullable(z.number()),
  lossSeconds: z.optional(z.nullable(z.number())),
  rpoSeconds: z.optional(z.nullable(z.number())),
  phases: z.array(z.object({ name: z.string(), startedAt: z.string(), endedAt: z.string() })),
});
export type RecoveryRecord = z.infer<typeof RecoveryRecord>;

/** One promotion or drill that was measured. */
export type PastRecovery = {
  readonly kind: 'promotion' | 'drill';
  readonly executionName: string;
  readonly startedAt: string;
  readonly result: string;
  readonly rtoSeconds: number | null;
  readonly rpoSeconds: number | null;
  /** Of the RTO: without what is waited for the end of a lease, for people, and for a name; null where there is no RTO. */
  readonly workSeconds: number | null;
};

export type PastRecoveries = {
  /** Oldest first. */
  readonly found: readonly PastRecovery[];
  /** What could not be read, and why. */
  readonly unread: readonly string[];
};
