import type { Fault } from '../faults/fault.ts';

export type CommandOptions = {
  readonly workflow: string;
  /** A file of events/ that starts it; undefined: the workflow's own. */
  readonly event: string | undefined;
  readonly list: boolean;
  /** The alarm that is driven over its line; undefined: all. */
  readonly only: string | undefined;
  /** The region that is lost when the drill begins; undefined: none. */
  readonly regionDown: string | undefined;
  readonly database: string;
  readonly megabytes: number;
  readonly from: string | undefined;
  readonly writesPerSecond: number;
  readonly speed: number;
  readonly port: number;
  readonly dataDirectory: string | undefined;
  readonly reportsDirectory: string;
  /** Rules of EventBridge start what they say, at the scaled hour. */
  readonly runSchedules: boolean;
  readonly removeEach: boolean;
  /** The rights of people in the stages that are deployed, instead of those of roles. */
  readonly people: boolean;
  readonly faults: readonly Fault[];
  readonly seed: number;
  /** 0: all. */
  readonly sample: number;
  readonly resume: string | undefined;
  /** Mistakes put in on purpose, to see that a sweep finds them. */
  readonly bugs: boolean;
};
