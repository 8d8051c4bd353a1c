import type { Clock } from '../../clock.ts';
import type { Engine } from './engine/engine.ts';
import type { Jobs } from './engine/jobs.ts';
import type { EventLog } from './model/event-log.ts';
import type { Durations, Limits } from './model/limits.ts';
import type { RegionState } from './model/model.ts';
import type { DescribeLag } from './operations/describe-lag.ts';

/** A creation, restore or snapshot that shall not end well. Used up by the first that matches. */
export type PlannedFailure = {
  readonly region?: string;
  readonly identifier: string | RegExp;
  readonly kind: 'instance' | 'snapshot';
  readonly status: string;
};

/** Everything that an operation works with. */
export type Rds = {
  readonly account: string;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly durations: Durations;
  readonly engine: Engine;
  readonly jobs: Jobs;
  /** What goes on for ever, and so must not be waited for. */
  readonly background: Jobs;
  readonly events: EventLog;
  readonly lag: DescribeLag;
  readonly plannedFailures: PlannedFailure[];
  /** `a,b` in the order of the alphabet: links between regions that are cut. */
  readonly cutLinks: Set<string>;
  /** Whether new instances have data checksums. */
  readonly dataChecksums: boolean;
  region(name: string): RegionState;
  /** Those in which something was asked for. */
  regions(): readonly RegionState[];
};
