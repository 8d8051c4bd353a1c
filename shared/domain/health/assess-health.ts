import type { HealthGap, HealthState } from '../../contracts/collect-health.ts';
import { bloatPercent, unassessedTables } from './bloat.ts';
import { withClock } from './clocks.ts';
import { connectionsUsedPercent, idsUsedPercent } from './limits.ts';
import type { Measured } from './metrics.ts';
import type { DatabaseReading, DatabaseReadings, InstanceReading, ServerReading } from './reading.ts';
import { withBeat } from './replication-lag.ts';
import { inactiveSlots, longestInactive, lostSlots, retainedBytes } from './slots.ts';
import { longestTransaction, type TransactionRule } from './transactions.ts';
import { longestOverdue, overdueVacuums } from './vacuum.ts';
import { cacheHitPercent, type HitRule, increaseWithin, withSample } from './windows.ts';

const HOUR = 3_600_000;

export type HealthRule = TransactionRule & {
  readonly cacheHit: HitRule;
  /** Seconds after which a session that waits for a lock is blocked. */
  readonly blockedSeconds: number;
  /** Tables of fewer pages are never called bloated. */
  readonly bloatPages: number;
  /** Milliseconds between two passes of the slow cycle. */
  readonly slowEvery: number;
};

export const emptyState = (): HealthState => ({ schemaVersion: 1, clocks: [], beats: [], slots: {}, databases: {} });

type DatabaseState = HealthState['databases'][string];
const emptyDatabase: DatabaseState = { samples: [], overdue: {}, slowAt: null };

export const stateOf = (state: HealthState, database: string): DatabaseState =>
  (Object.hasOwn(state.databases, database) ? state.databases[database] : undefined) ?? emptyDatabase;

/** Sizes and statistics of columns are read every quarter of an hour. A clock that was set back brings no silence. */
export const isSlowDue = (state: HealthState, database: string, rule: HealthRule, now: number): boolean => {
  const { slowAt } = stateOf(state, database);
  return slowAt === null || Math.abs(now - slowAt) >= rule.slowEvery;
};

/** What of an instance is measured as a whole. What was not read is not measured: its gap says why. */
export function assessInstance(
  { server, activity, ages, slots, beat }: InstanceReading,
  state: HealthState,
  rule: HealthRule,
  now: number,
): { readonly metrics: Measured; readonly state: HealthState } {
  const clocks = withClock(state.clocks, { at: now, server: server.now * 1000 });
  const inactive = slots === undefined ? state.slots : inactiveSlots(slots, state.slots, clocks, now);
  const used = ages === undefined ? undefined : idsUsedPercent(ages);
  const longest = activity === undefined ? undefined : longestTransaction(activity, clocks, rule);
  return {
    metrics: {
      ...(activity === undefined ? {} : { ConnectionsUsedPercent: connectionsUsedPercent(activity.clients, server) }),
      ...(used === undefined
        ? {}
        : { TransactionIdsUsedPercent: used.transactionIds, MultixactsUsedPercent: used.multixacts }),
      ...(longest === undefined ? {} : { LongestTransactionSeconds: longest }),
      ...(slots === undefined
        ? {}
        : {
            InactiveSlotSeconds: longestInactive(inactive, now),
            SlotRetainedBytes: retainedBytes(slots),
            LostSlots: lostSlots(slots),
          }),
    },
    state: {
      ...state,
      clocks,
      slots: inactive,
      beats: beat === undefined ? state.beats : withBeat(state.beats, { beat, at: now }),
    },
  };
}

/** What is measured of one database in it. */
export function assessDatabase(
  database: string,
  { isSlow, counters, lockWaits, overdue, sequences, bloat, invalidIndexes }: DatabaseReadings,
  server: ServerReading,
  state: HealthState,
  rule: HealthRule,
  now: number,
): { readonly metrics: Measured; readonly gaps: readonly HealthGap[]; readonly state: HealthState } {
  const before = stateOf(state, database);
  const samples =
    counters === undefined
      ? before.samples
      : withSample(before.samples, { at: now, epoch: epochOf(server, counters), counters: countersOf(counters) });
  const owed = overdue === undefined ? before.overdue : overdueVacuums(overdue, before.overdue, now);
  const unassessed = unassessedTables(bloat ?? [], rule.bloatPages);
  return {
    metrics: defined({
      ...(counters === undefined
        ? {}
        : {
            CacheHitPercent: cacheHitPercent(samples, rule.cacheHit),
            DeadlocksPerHour: increaseWithin(samples, 'deadlocks', HOUR)?.increase,
            ChecksumFailures: increaseWithin(samples, 'checksumFailures', HOUR)?.increase,
          }),
      BlockedSessions: lockWaits?.waits.filter((seconds) => seconds > rule.blockedSeconds).length,
      VacuumOverdueSeconds: overdue === undefined ? undefined : longestOverdue(owed, now),
      SequenceUsedPercent:
        sequences === undefined ? undefined : Math.max(0, ...sequences.worst.map(({ usedPercent }) => usedPercent)),
      BloatPercent: bloat === undefined ? undefined : bloatPercent(bloat, rule.bloatPages),
      InvalidIndexes: invalidIndexes,
    }),
    gaps: [
      ...(sequences === undefined || sequences.unreadable === 0
        ? []
        : [gap('sequences', 'privilege', `${sequences.unreadable} sequences that the role may not read`)]),
      ...(unassessed.length === 0
        ? []
        : [
            gap(
              'bloat',
              'not there',
              `no statistics of ${unassessed.slice(0, 5).join(', ')}: ANALYZE, or SELECT for the role`,
            ),
          ]),
    ],
    state: {
      ...state,
      databases: {
        ...state.databases,
        [database]: { samples, overdue: owed, slowAt: isSlow ? now : before.slowAt },
      },
    },
  };
}

const gap = (measure: string, reason: HealthGap['reason'], detail: string): HealthGap => ({ measure, reason, detail });

/** A restart may have lost the statistics, a reset has; another server has others. */
const epochOf = ({ systemIdentifier, startedAt }: ServerReading, { oid, resetAt }: DatabaseReading): string =>
  [systemIdentifier, startedAt, oid, resetAt].join(' ');

const countersOf = ({ blocksHit, blocksRead, deadlocks, checksumFailures }: DatabaseReading) => ({
  blocksHit,
  blocksRead,
  deadlocks,
  ...(checksumFailures === null ? {} : { checksumFailures }),
});

const defined = (metrics: Readonly<Record<string, number | undefined>>): Measured =>
  Object.fromEntries(Object.entries(metrics).filter(([, value]) => value !== undefined));
