import { whyNotOurBackup } from '../backup/retention.ts';
import { tagKeys } from '../resource/throw-away.ts';
import { daysSince, type Holding, type Verdict, type WasteRule } from './finding.ts';
import { priced, type WastePrices } from './prices.ts';

/** A manual snapshot of one instance. Those of clusters are of another kind and not looked at. */
export type DatabaseSnapshot = Holding & {
  readonly status: string;
  readonly instanceId: string;
  /** RDS's own name of the instance, which a rename does not change. */
  readonly resourceId: string | undefined;
  /** Made from another snapshot: its instance may be in any region or account. */
  readonly isCopy: boolean;
  readonly gigabytes: number | undefined;
};

/** The instances of each region whose list was read to its end. */
export type KnownInstances = ReadonlyMap<
  string,
  readonly { readonly id: string; readonly resourceId: string | undefined }[]
>;

/**
 * `gone`: no instance of its region has its name, or is the same under a new one. Of a copy that is never said, because
 * a copy of a copy does not report where the first one was taken.
 */
export function fateOf(snapshot: DatabaseSnapshot, instances: KnownInstances): 'there' | 'gone' | 'unknown' {
  const { region, instanceId, resourceId, isCopy } = snapshot;
  const own = instances.get(region);
  const those = isCopy ? [...instances.values()].flat() : (own ?? []);
  const isThere = those.some(
    (one) => one.id === instanceId || (resourceId !== undefined && one.resourceId === resourceId),
  );
  if (isThere) return 'there';
  return isCopy || own === undefined ? 'unknown' : 'gone';
}

const reported = {
  there: 'which still exists',
  gone: 'which is gone',
  unknown: 'of which it is not known whether it still exists',
} as const;

/**
 * A snapshot whose database is gone, or that is old. What retention decides about, and what a person has put on hold,
 * is left to them.
 */
export function assessDatabaseSnapshot(
  snapshot: DatabaseSnapshot,
  {
    all,
    instances,
    prices,
    rule,
    now,
  }: {
    /** Of the region. */
    readonly all: readonly DatabaseSnapshot[];
    readonly instances: KnownInstances;
    readonly prices: WastePrices;
    readonly rule: WasteRule;
    readonly now: Date;
  },
): Verdict | undefined {
  const { id, region, status, instanceId, gigabytes, tags, createdAt } = snapshot;
  if (status !== 'available' || createdAt === undefined) return undefined;
  if (whyNotOurBackup(snapshot) === undefined || tags[tagKeys.hold] !== undefined) return undefined;
  const fate = fateOf(snapshot, instances);
  const age = daysSince(createdAt, now);
  if (fate !== 'gone' && age < rule.oldDays) return undefined;
  const { aMonth, basis } = priced(prices.databaseSnapshotGb, gigabytes, 'GB', 'costs.prices.snapshotGbMonth');
  const others = all.filter((one) => one.id !== id && one.instanceId === instanceId && one.status === 'available');
  const isLast = fate !== 'there' && others.length === 0;
  const rest = others.length === 0 ? 'the only snapshot of it here' : `${others.length} more of it here`;
  return {
    kind: fate === 'gone' ? 'orphaned-database-snapshot' : 'old-database-snapshot',
    aMonth,
    basis: aMonth === null ? basis : `at most ${basis}: only used blocks are billed`,
    evidence: `snapshot ${age} days old of instance ${instanceId}, ${reported[fate]}; ${rest}`,
    difficulty: 'careful',
    action: `aws rds delete-db-snapshot --region ${region} --db-snapshot-identifier ${id}${isLast ? ' (first start-export-task to S3, if anybody may ask for its rows: nothing else is left of them here)' : ''}`,
  };
}
