import * as z from 'zod/mini';
import { ExecutionName, Failure } from './common.ts';
import { Waste } from './waste.ts';

const date = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/));
/** One number a day; null is a day of which the bill says nothing. */
const Amounts = z.array(z.nullable(z.number()));

export const Edition = z.enum(['daily', 'weekly', 'monthly', 'quarterly', 'yearly']);
export type Edition = z.infer<typeof Edition>;
export const Severity = z.enum(['P2', 'P3', 'P4']);

/** What AWS's own detector says. */
export const AwsAnomaly = z.strictObject({
  id: z.string(),
  service: z.string(),
  usageType: z.nullable(z.string()),
  from: date,
  to: date,
  impact: z.number(),
});

/** The bill as it was collected: one axis of days from `from` on, `total` and three ways to divide it. */
export const CollectedCosts = z.strictObject({
  schemaVersion: z.literal(1),
  from: date,
  currency: z.string(),
  total: Amounts,
  parts: z.array(z.strictObject({ service: z.string(), usageType: z.string(), amounts: Amounts })),
  places: z.array(z.strictObject({ account: z.string(), region: z.string(), amounts: Amounts })),
  tags: z.array(z.strictObject({ value: z.string(), amounts: Amounts })),
  /** Null: AWS could not be asked. */
  awsAnomalies: z.nullable(z.array(AwsAnomaly)),
  /** Sentences that a reader has to know. */
  notes: z.array(z.string()),
});
export type CollectedCosts = z.infer<typeof CollectedCosts>;

export const CollectCostsInput = z.strictObject({
  executionName: ExecutionName,
  startedAt: z.string(),
  attempt: z.int(),
  /** Requests to Cost Explorer that the run has paid for so far. */
  requests: z.int(),
});
export const CollectCostsOutput = z.strictObject({
  costsKey: z.string(),
  /** A page was not to be had: some days are unknown. */
  isPartial: z.boolean(),
  requests: z.int(),
});

/** One step down to the cause: `value` explains `share` of what the step before left to explain. */
export const CauseStep = z.strictObject({
  dimension: z.string(),
  value: z.string(),
  money: z.number(),
  share: z.number(),
});

/** Consecutive days on which one service cost more, or much less, than was expected. */
export const CostEvent = z.strictObject({
  id: z.string(),
  kind: z.enum(['increase', 'drift', 'missing', 'new']),
  /** Null: no one service explains it. */
  service: z.nullable(z.string()),
  usageTypes: z.array(z.string()),
  first: date,
  last: date,
  days: z.int(),
  actual: z.number(),
  expected: z.number(),
  /** What a day of it costs above what was expected; negative when a cost is missing. */
  aDay: z.number(),
  /** It lasts to the last settled day. */
  isOpen: z.boolean(),
  /** The report of the day before could not report of it. */
  isNew: z.boolean(),
  causes: z.array(CauseStep),
  /** Anomalies of AWS's own detector about the same service and days. */
  awsAnomalies: z.array(z.string()),
});
export type CostEvent = z.infer<typeof CostEvent>;

/** What a day cost, and what it was expected to. */
export const SpendDay = z.strictObject({
  date,
  actual: z.nullable(z.number()),
  expected: z.nullable(z.number()),
  lower: z.nullable(z.number()),
  upper: z.nullable(z.number()),
});

export const SpendLine = z.strictObject({
  name: z.string(),
  spend: z.number(),
  /** In as many days before the period; null where the bill does not reach back so far. */
  before: z.nullable(z.number()),
});

/** What the proofs of a month cost: by the bill until the last settled day, and by the recommendations until now. */
export const ProofSpend = z.strictObject({
  /** `2026-05` */
  month: z.string(),
  /** By the tag `pg-gameday:workflow`; null when a day of the month is not known. */
  billed: z.nullable(z.number()),
  /** By the prices of operations.yml: a run that has ended by its hours, one that runs by what it may take. */
  predicted: z.number(),
  runs: z.int(),
  /** Runs without a known price, which are not in `predicted`. */
  unpriced: z.int(),
});
export type ProofSpend = z.infer<typeof ProofSpend>;

export const CostAnalysis = z.strictObject({
  schemaVersion: z.literal(1),
  edition: Edition,
  /** Both included; `to` is the last settled day. */
  period: z.strictObject({ from: date, to: date }),
  currency: z.string(),
  spend: z.number(),
  spendBefore: z.nullable(z.number()),
  days: z.array(SpendDay),
  month: z.strictObject({
    from: date,
    spent: z.number(),
    budget: z.nullable(z.number()),
    /** Null where the history is too short. `rest` has a number for each day that is not settled yet. */
    forecast: z.nullable(
      z.strictObject({ total: z.number(), lower: z.number(), upper: z.number(), rest: z.array(z.number()) }),
    ),
    isNewlyBeyondBudget: z.boolean(),
  }),
  services: z.array(SpendLine),
  places: z.array(SpendLine),
  tags: z.array(SpendLine),
  events: z.array(CostEvent),
  awsAnomalies: z.nullable(z.array(AwsAnomaly)),
  /** Evidence of before drills were priced has none. */
  drills: z._default(z.nullable(ProofSpend), null),
  severity: Severity,
  notes: z.array(z.string()),
});
export type CostAnalysis = z.infer<typeof CostAnalysis>;

/** An event whose cause in places and tags is still to be asked for. */
export const UnexplainedEvent = z.strictObject({
  id: z.string(),
  kind: CostEvent.shape.kind,
  service: z.string(),
  usageType: z.nullable(z.string()),
  first: date,
  last: date,
});

export const AnalyseCostsInput = z.strictObject({
  executionName: ExecutionName,
  startedAt: z.string(),
  costsKey: z.string(),
});
export const AnalyseCostsOutput = z.strictObject({
  analysisKey: z.string(),
  edition: Edition,
  unexplained: z.array(UnexplainedEvent),
});

export const FindWasteInput = z.strictObject({
  executionName: ExecutionName,
  startedAt: z.string(),
  costsKey: z.string(),
  requests: z.int(),
});
export const FindWasteOutput = z.strictObject({ wasteKey: z.string(), requests: z.int() });

export const EventCauses = z.strictObject({ id: z.string(), causes: z.array(CauseStep) });
export const ExplainAnomaliesInput = z.strictObject({ unexplained: z.array(UnexplainedEvent), requests: z.int() });
export const ExplainAnomaliesOutput = z.strictObject({ causes: z.array(EventCauses), requests: z.int() });

/** The evidence of one run. */
export const CostEvidence = z.strictObject({
  schemaVersion: z.literal(1),
  workflow: z.literal('cost-report'),
  execution: z.strictObject({ name: z.string(), arn: z.string(), startedAt: z.string(), recordedAt: z.string() }),
  stage: z.string(),
  analysis: z.nullable(CostAnalysis),
  /** Null: it was not looked for. Evidence of before it was built has no such field. */
  waste: z._default(z.nullable(Waste), null),
  costsKey: z.nullable(z.string()),
  isPartial: z.boolean(),
  /** What the report itself cost at Cost Explorer, in USD. */
  price: z.number(),
  requests: z.int(),
  failure: z.nullable(Failure),
});
export type CostEvidence = z.infer<typeof CostEvidence>;

export const RecordCostReportInput = z.strictObject({
  executionName: ExecutionName,
  executionArn: z.string(),
  startedAt: z.string(),
  costsKey: z.nullable(z.string()),
  analysisKey: z.nullable(z.string()),
  wasteKey: z.nullable(z.string()),
  causes: z.array(EventCauses),
  isPartial: z.boolean(),
  requests: z.int(),
  failure: z.nullable(Failure),
  /** Why the causes could not be asked for. */
  causesFailure: z.nullable(z.string()),
  /** Why waste could not be looked for. */
  wasteFailure: z.nullable(z.string()),
});
export const RecordCostReportOutput = z.strictObject({
  isMade: z.boolean(),
  severity: Severity,
  subject: z.string(),
  text: z.string(),
  evidenceKey: z.string(),
  reportKey: z.string(),
});
