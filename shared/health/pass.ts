import type { Rds } from '../aws/rds/instances.ts';
import type { Secrets } from '../aws/secrets.ts';
import type { HealthGap, InstanceHealth } from '../contracts/collect-health.ts';
import { healthPassDeadline, healthStatementDeadline } from '../deadlines.ts';
import type { HealthRule } from '../domain/health/assess-health.ts';
import type { Measured } from '../domain/health/metrics.ts';
import { coerceError } from '../errors.ts';
import type { HealthStore } from '../evidence/health-store.ts';

export type CollectDeps = {
  readonly rds: Pick<Rds, 'findInstance'>;
  readonly secrets: Secrets;
  readonly store: HealthStore;
  readonly rule: HealthRule;
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds that an instance may take with its databases and replicas; `healthPassDeadline` when absent. */
  readonly deadline?: number;
};

/** A pass while it runs. */
export type Draft = {
  metrics: Measured;
  readonly databaseMetrics: Record<string, Measured>;
  readonly gaps: HealthGap[];
};

/** Runs a pass and gives what it came to, or why it came to nothing. A pass that ends is counted. */
export async function asHealth(
  instanceId: string,
  databases: readonly string[],
  run: (draft: Draft) => Promise<void>,
): Promise<InstanceHealth> {
  const began = performance.now();
  const draft: Draft = { metrics: {}, databaseMetrics: {}, gaps: [] };
  let failure: InstanceHealth['failure'] = null;
  try {
    await run(draft);
  } catch (thrown) {
    const { name, message } = coerceError(thrown);
    failure = { error: name, message: message.slice(0, 1000) };
  }
  const { metrics, databaseMetrics, gaps } = draft;
  const counts = failure === null ? { HealthPasses: 1, HealthGaps: gaps.length } : {};
  return {
    instanceId,
    databases: [...databases],
    failure,
    metrics: { ...metrics, ...counts },
    databaseMetrics,
    gaps,
    milliseconds: Math.round(performance.now() - began),
  };
}

/** Milliseconds that are left of a pass that begins now. */
export function deadlineFromNow({ deadline = healthPassDeadline }: Pick<CollectDeps, 'deadline'>): () => number {
  const until = performance.now() + deadline;
  return () => until - performance.now();
}

export const healthSession = { purpose: 'measures health', statementTimeout: healthStatementDeadline };
