import * as z from 'zod/mini';

/** What a proof makes, as far as it costs money: a copy that runs for hours, and snapshots that stay. */
export const ProofSize = z.strictObject({
  instanceClass: z.string(),
  storageGb: z.number(),
  storageType: z.string(),
  /** A second attempt takes one more. */
  snapshots: z.int(),
  /** A snapshot stays so long by day. */
  snapshotDays: z.number(),
  isCopiedToRegion: z.boolean(),
});
export type ProofSize = z.infer<typeof ProofSize>;

/** What a proof costs when its copy runs for so many hours. */
export const ProofCost = z.strictObject({
  hours: z.number(),
  /** Null where operations.yml has no price: nothing is guessed. */
  parts: z.array(z.strictObject({ name: z.string(), money: z.nullable(z.number()) })),
  /** Null when the price of any part is missing. */
  total: z.nullable(z.number()),
});
export type ProofCost = z.infer<typeof ProofCost>;

/** One drill in the costs of its month. */
export const ProofCostEntry = z.strictObject({
  execution: z.string(),
  database: z.string(),
  hours: z.number(),
  /** Null when it has no known price. */
  money: z.nullable(z.number()),
  /** False: a prediction, before the proof and while it runs. */
  isActual: z.boolean(),
});
export type ProofCostEntry = z.infer<typeof ProofCostEntry>;

/** What the caps of operations.yml say about a proof; `told` names the cap that it passes, or why none can hold it. */
export const CostCap = z.strictObject({ mayRestore: z.boolean(), told: z.nullable(z.string()) });
export type CostCap = z.infer<typeof CostCap>;

/** What a run was planned to cost, and whether its snapshot may be restored for that. */
export const PlannedCost = z.strictObject({
  currency: z.string(),
  size: ProofSize,
  predicted: ProofCost,
  cap: CostCap,
  /** Where the run stands in the ledger of its month. */
  proofCostKey: z.string(),
});
export type PlannedCost = z.infer<typeof PlannedCost>;

/** The prediction, and beside it the cost by the hours that the copy was really there; null when there was none. */
export const RunCost = z.strictObject({
  currency: z.string(),
  predicted: ProofCost,
  cap: CostCap,
  actual: z.nullable(ProofCost),
});
export type RunCost = z.infer<typeof RunCost>;
