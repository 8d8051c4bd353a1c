import * as z from 'zod/mini';

export const WasteKind = z.enum([
  'unattached-volume',
  'orphaned-snapshot',
  'old-image',
  'unassociated-address',
  'idle-load-balancer',
  'idle-database',
  'oversized-database',
  'runs-out-of-hours',
  'drill-leftover',
  'orphaned-database-snapshot',
  'old-database-snapshot',
  'bucket-without-lifecycle',
  'incomplete-uploads',
  'untagged-spend',
  'uncovered-use',
]);
export type WasteKind = z.infer<typeof WasteKind>;

/** Cost Explorer's names of what it is billed as; the usage type without the prefix of its region. */
export const BilledAs = z.strictObject({ service: z.string(), usageType: z.string() });
export type BilledAs = z.infer<typeof BilledAs>;

/** One thing that may cost less, and what a person would do about it. No workflow does anything about it. */
export const WasteFinding = z.strictObject({
  /** The same in every report: kind, region and resource. */
  id: z.string(),
  kind: WasteKind,
  region: z.string(),
  resource: z.string(),
  /** What it costs a month; null where no price is known, which is not nothing. */
  aMonth: z.nullable(z.number()),
  /** How that was computed, or why it could not be. */
  basis: z.string(),
  /** What was seen. */
  evidence: z.string(),
  /** `easy`: one command that loses nothing; `careful`: somebody has to know what it was for; `project`: work of days. */
  difficulty: z.enum(['easy', 'careful', 'project']),
  /** A command to run, or what to do. */
  action: z.string(),
  /** When AWS says that the thing was made: another one may bear its name later. */
  createdAt: z.optional(z.string()),
  /** Where the kind has one usage type. */
  billedAs: z.optional(BilledAs),
});
export type WasteFinding = z.infer<typeof WasteFinding>;

export const Waste = z.strictObject({
  schemaVersion: z.literal(1),
  currency: z.string(),
  /** The dearest first; those without a price last. */
  findings: z.array(WasteFinding),
  /** What could not be looked at, and why. */
  missing: z.array(z.strictObject({ part: z.string(), region: z.string(), error: z.string() })),
});
export type Waste = z.infer<typeof Waste>;
