import type { LeaseTiming } from '../../shared/domain/lease/lease-timing.ts';
import { planPass, validUntil } from '../../shared/domain/lease/pass.ts';
import { extend } from '../../shared/domain/lease/validity.ts';
import { observe } from '../../shared/domain/lease/watch.ts';

/** What the model runs: the functions of the product, and what surrounds them in a region. A variant changes one of these. */
export type Rules = {
  readonly observe: typeof observe;
  readonly planPass: typeof planPass;
  readonly validUntil: typeof validUntil;
  readonly extend: typeof extend;
  /** How long the lease must be waited for, where the product waits `waitFor`. */
  readonly waitFor: (timing: LeaseTiming) => number;
  /** Whose clock the validity starts from: `start` of the pass, of the `answer` that made it valid, of the `update` in the database. */
  readonly validityFrom: 'start' | 'answer' | 'update';
  /** Whose clock is read for it. */
  readonly clock: 'database' | 'agent';
  readonly hasDeadMan: boolean;
  /** How answers are counted: a register once, or each answer. */
  readonly counts: 'registers' | 'answers';
};

export const soundRules: Rules = {
  observe,
  planPass,
  validUntil,
  extend,
  waitFor: ({ waitFor }) => waitFor,
  validityFrom: 'start',
  clock: 'database',
  hasDeadMan: true,
  counts: 'registers',
};
