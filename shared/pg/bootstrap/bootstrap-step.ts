import type { StepSubject } from '../../contracts/inspect-database.ts';

/** One idempotent step of the preparation of a database, run by its master user. */
export type BootstrapStep = {
  readonly title: string;
  /** What runs when `check` is false. Safe to run again. */
  readonly sql: string;
  readonly why: string;
  /** A query of one boolean column: is the result of the step there already? */
  readonly check: string;
  /** A query of one text column: what an optional step could not do, each by name. */
  readonly left?: string;
  /** An optional step may be refused for want of privilege; what then does not work is said in `why`. */
  readonly optional: boolean;
  /** Of a step that the doctor asks about by itself. */
  readonly subject?: StepSubject;
};
