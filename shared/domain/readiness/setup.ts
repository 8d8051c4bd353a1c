import type { DatabaseFacts } from '../../contracts/dr-readiness/dr-readiness.ts';
import type { ReadinessRule } from './finding.ts';

/** One statement on one side. `isSecret`: it holds a password, and is shown to nobody. */
export type SetupStep = {
  readonly side: 'primary' | 'standby';
  readonly title: string;
  readonly sql: string;
  readonly isSecret: boolean;
};

/** What a plan cannot make, and what a person does about it. `stops`: nothing else is done before it is mended. */
export type SetupRefusal = {
  readonly subject: string;
  readonly message: string;
  readonly remedy: string;
  readonly stops: boolean;
};

export type SetupPlan = { readonly steps: readonly SetupStep[]; readonly refused: readonly SetupRefusal[] };

/** What one side lets the role that sets up do; beside what readiness knows of it. */
export type SetupFacts = {
  readonly walLevel: string;
  /** Walsenders and slots that are not taken. */
  readonly freeSlots: number;
  readonly freeSenders: number;
  /** Workers that a subscription may have. */
  readonly workers: number;
  readonly mayStream: boolean;
  readonly maySubscribe: boolean;
  readonly mayCreate: boolean;
  readonly tables: readonly {
    readonly name: string;
    readonly owner: string;
    /** Whether the role has what the owner has, and may become the owner. */
    readonly isOurs: boolean;
    readonly forcesPolicies: boolean;
    readonly isFilled: boolean;
  }[];
  /** Event triggers whose function belongs to somebody who does not administer the instance. */
  readonly strangers: readonly string[];
  /** Of sequences, whose value the role may set. */
  readonly sequences: readonly string[];
  /** Application roles with a session here. */
  readonly served: readonly string[];
};

export type SetupSide = { readonly facts: DatabaseFacts; readonly setup: SetupFacts };

export type SetupWanted = Pick<ReadinessRule, 'publication' | 'subscription' | 'fencedRoles' | 'leaseMode'> & {
  /** Where the standby reaches the primary, as libpq takes it; with a password. */
  readonly connection: string;
  /** So much beyond the primary a sequence is raised: what it gives out before the next pass. */
  readonly sequenceMargin: number;
  /** A person has said that what the standby holds may be thrown away. */
  readonly copyAnew: boolean;
};
