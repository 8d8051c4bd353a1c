import * as z from 'zod/mini';
import { Failure } from './common.ts';

export const CollectHealthInput = z.strictObject({ executionName: z.string() });

/** Why a measure is not there: never a silent zero. */
export const GapReason = z.enum([
  'privilege', // the role may not see it
  'not there', // an extension, a table or a function is missing
  'switched off', // the server does not collect it
  'not bootstrapped', // the table of the heartbeat
  'foreign object', // something in schema gameday is a stranger's
  'out of time', // the pass has a deadline
  'failed',
]);
export type GapReason = z.infer<typeof GapReason>;

export const HealthGap = z.strictObject({ measure: z.string(), reason: GapReason, detail: z.string() });
export type HealthGap = z.infer<typeof HealthGap>;

/** What one pass found on one instance, or why nothing. */
export const InstanceHealth = z.strictObject({
  instanceId: z.string(),
  databases: z.array(z.string()),
  failure: z.nullable(z.strictObject({ error: z.string(), message: z.string() })),
  /** By the name of the metric: of the instance, and by database. */
  metrics: z.record(z.string(), z.number()),
  databaseMetrics: z.record(z.string(), z.record(z.string(), z.number())),
  gaps: z.array(HealthGap),
  milliseconds: z.number(),
});
export type InstanceHealth = z.infer<typeof InstanceHealth>;

export const CollectHealthOutput = z.strictObject({ instances: z.array(InstanceHealth) });
export type CollectHealthOutput = z.infer<typeof CollectHealthOutput>;

export const MeasureUpkeepInput = z.strictObject({ executionName: z.string() });
export const MeasureUpkeepOutput = z.strictObject({ instances: z.array(InstanceHealth) });
export type MeasureUpkeepOutput = z.infer<typeof MeasureUpkeepOutput>;

export const WatchCollectorInput = z.strictObject({ executionName: z.string() });
export const WatchCollectorOutput = z.strictObject({ instances: z.array(InstanceHealth) });
export type WatchCollectorOutput = z.infer<typeof WatchCollectorOutput>;

/** What an execution ends with. */
export const CollectHealthExecution = z.strictObject({
  report: z.nullable(CollectHealthOutput),
  upkeep: z.nullable(MeasureUpkeepOutput),
  watched: z.nullable(WatchCollectorOutput),
  failure: z.nullable(Failure),
});

/** Counters of one pass. They are comparable with another pass's only when both have the same epoch. */
export const CounterSample = z.strictObject({
  /** Milliseconds since 1970 by the collector's clock. */
  at: z.number(),
  /** Since when the counters count: start of the server, reset of the statistics, which database it is. */
  epoch: z.string(),
  counters: z.record(z.string(), z.number()),
});
export type CounterSample = z.infer<typeof CounterSample>;

/** The two clocks at one moment, in milliseconds since 1970. */
export const ClockSample = z.strictObject({ at: z.number(), server: z.number() });
export type ClockSample = z.infer<typeof ClockSample>;

/** A beat of the heartbeat that a pass has written. */
export const Beat = z.strictObject({ beat: z.number(), at: z.number() });
export type Beat = z.infer<typeof Beat>;

/** A table that autovacuum owes a run, since when, and how often it had been vacuumed by then. */
export const OverdueVacuum = z.strictObject({
  since: z.number(),
  vacuums: z.number(),
  progress: z.nullable(z.string()),
});
export type OverdueVacuum = z.infer<typeof OverdueVacuum>;

/** What a pass leaves to the next one, of one instance. */
export const HealthState = z.strictObject({
  schemaVersion: z.literal(1),
  clocks: z.array(ClockSample),
  beats: z.array(Beat),
  /** By name: since when a slot has been seen without a consumer. */
  slots: z.record(z.string(), z.number()),
  databases: z.record(
    z.string(),
    z.strictObject({
      samples: z.array(CounterSample),
      overdue: z.record(z.string(), OverdueVacuum),
      /** When the measures of the slow cycle were last read. */
      slowAt: z.nullable(z.number()),
    }),
  ),
});
export type HealthState = z.infer<typeof HealthState>;
