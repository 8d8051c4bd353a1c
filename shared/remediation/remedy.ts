import type pg from 'pg';
import type { RdsRemedies } from '../aws/rds/remedies.ts';
import type { RemedyTarget } from '../contracts/remediation/remediation.ts';
import type { Sought } from '../domain/remediation/blockers.ts';
import type { DatabasePolicy, Operations } from '../policy/schema.ts';

/** What a remedy works with: one database, the bounds of operations.yml, and a session of its own role. */
export type RemedyContext = {
  readonly database: string;
  readonly instanceId: string;
  /** That a finding names. */
  readonly role: string | undefined;
  readonly policy: DatabasePolicy;
  readonly rule: Operations['remediation'];
  readonly prices: Operations['costs']['prices'];
  readonly rds: RdsRemedies;
  /** Why another instance serves the applications of this one, or may do so; undefined: none does. Reads the leases anew. */
  servedElsewhere(): Promise<string | undefined>;
  /** Opens a session as the role of the remedy's capability, does `work` and ends it. */
  inSession<T>(work: (client: pg.Client) => Promise<T>): Promise<T>;
};

export type Applied = { readonly isApplied: boolean; readonly reason: string };
export type After = { readonly isReached: boolean; readonly reason: string };

/** One remedy: each of its parts looks anew, and none believes what another has seen. */
export type Remedy<Target extends RemedyTarget = RemedyTarget> = {
  /** Looks for what it would be applied to. Changes nothing. */
  look(context: RemedyContext): Promise<Sought<Target>>;
  describe(target: Target): string;
  /** Applies it if the precondition still holds. A second call is harmless: it finds that it does not hold any more. */
  apply(context: RemedyContext, target: Target): Promise<Applied>;
  /** Whether its post-condition holds, `seconds` after it was applied. */
  check(context: RemedyContext, target: Target, seconds: number): Promise<After>;
  /** Takes back what was left half done. A second call is harmless. */
  undo?(context: RemedyContext, target: Target): Promise<{ readonly isUndone: boolean; readonly reason: string }>;
};
