import type { LeasePass, LeaseWrite } from '../../shared/domain/lease/pass.ts';
import type { LeaseRegister } from '../../shared/domain/lease/register.ts';
import type { Validity } from '../../shared/domain/lease/validity.ts';
import type { Watch } from '../../shared/domain/lease/watch.ts';

export type AgentState = {
  readonly watch: Watch;
  /** What it read and decided, and has not done yet. */
  readonly planned: { readonly startedAt: number; readonly plan: LeasePass } | undefined;
  readonly hasActed: boolean;
  /** A bit for each register that it does not reach. */
  readonly cut: number;
  readonly validity: Validity;
};
export type Late =
  | { readonly kind: 'write'; readonly write: LeaseWrite }
  | { readonly kind: 'update'; readonly agent: number; readonly epoch: number; readonly until: number };
export type State = {
  readonly now: number;
  readonly contents: readonly LeaseRegister[];
  readonly agents: readonly AgentState[];
  readonly late: readonly Late[];
  readonly faults: number;
  readonly crashes: number;
};
