import type { FailoverRefusal } from '../../contracts/failover-drill/failover-drill.ts';

/** The owner's consent, on the instance. */
export const failoverTag = 'pg-gameday:failover-drill';

export type FailoverFacts = {
  readonly instanceId: string;
  readonly status: string;
  readonly isMultiAz: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** Null where the database has no lease. */
  readonly lease: {
    readonly mode: 'off' | 'observe' | 'enforce';
    readonly accepts: boolean;
    readonly secondsLeft: number;
    readonly fenced: readonly string[];
  } | null;
  /** Executions that must not be disturbed, or that change who is the primary. */
  readonly running: readonly { readonly workflow: string; readonly name: string }[];
  readonly isProduction: boolean;
  /** As the person wrote it. */
  readonly named: string | undefined;
};

/** A lease that is renewed each minute has two minutes left at least. */
const leastLeaseSeconds = 90;

/** What speaks against a fail-over now. Looked at in the plan, and again just before RDS is asked. */
export function* failoverRefusals(facts: FailoverFacts): Iterable<FailoverRefusal> {
  const { instanceId, status, isMultiAz, tags, lease, running } = facts;
  if (!isMultiAz) {
    yield {
      reason: `instance '${instanceId}' is in one zone only`,
      remedy: 'Give it Multi-AZ; a reboot without a standby proves no fail-over.',
    };
  }
  if (status !== 'available')
    yield { reason: `instance '${instanceId}' is '${status}'`, remedy: 'Wait until it is available.' };
  if (tags[failoverTag] !== 'allowed') {
    yield {
      reason: `instance '${instanceId}' does not bear the tag ${failoverTag}=allowed`,
      remedy: 'Its owner tags it: applications are cut off for a minute or two.',
    };
  }
  if (tags['pg-gameday:made-by'] !== undefined)
    yield { reason: `instance '${instanceId}' is a throw-away copy`, remedy: 'Name the source.' };
  if (lease !== null && lease.fenced.length > 0) {
    yield {
      reason: `${lease.fenced.join(', ')} are kept out of '${instanceId}'`,
      remedy: 'Look at the runbooks fence and dr-promotion: who is the primary must be settled first.',
    };
  } else if (lease !== null && lease.mode !== 'off' && (!lease.accepts || lease.secondsLeft < leastLeaseSeconds)) {
    yield {
      reason: `the lease of '${instanceId}' changes hands or is not renewed: ${Math.floor(lease.secondsLeft)} s are left`,
      remedy: 'Look at the runbook keep-lease, and wait for the next renewal.',
    };
  }
  for (const { workflow, name } of running) {
    yield { reason: `execution '${name}' of ${workflow} runs`, remedy: 'Wait until it has ended.' };
  }
  if (facts.isProduction && facts.named !== instanceId) {
    yield {
      reason: `in production the request names the instance, observed ${facts.named === undefined ? 'none' : `'${facts.named}'`}`,
      remedy: `Write "instance": "${instanceId}" when its users know of it.`,
    };
  }
}
