import * as z from 'zod/mini';

/** What a drill makes, as far as it costs money: a copy that runs for hours, and snapshots that stay. */
export const DrillSize = z.strictObject({
  instanceClass: z.string(),
  storageGb: z.number(),
  storageType: z.string(),
  /** The snapshot stays so long by day. */
  snapshotDays: z.number(),
  isCopiedToRegion: z.boolean(),
});
export type DrillSize = z.infer<typeof DrillSize>;

/** What a drill costs when its copy runs for so many hours. */
export const DrillCost = z.strictObject({
  hours: z.number(),
  /** Null where operations.yml has no price: nothing is guessed. */
  parts: z.array(z.strictObject({ name: z.string(), money: z.nullable(z.number()) })),
  /** Null when the price of any part is missing. */
  total: z.nullable(z.number()),
});
export type DrillCost = z.infer<typeof DrillCost>;

/** What a run was planned to cost. */
export const PlannedCost = z.strictObject({ currency: z.string(), size: DrillSize, predicted: DrillCost });
export type PlannedCost = z.infer<typeof PlannedCost>;

/** The prediction, and beside it the cost by the hours that the copy was really there; null when there was none. */
export const RunCost = z.strictObject({
  currency: z.string(),
  predicted: DrillCost,
  actual: z.nullable(DrillCost),
});
export type RunCost = z.infer<typeof RunCost>;
