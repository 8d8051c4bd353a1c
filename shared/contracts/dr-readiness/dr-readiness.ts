import * as z from 'zod/mini';
import { Failure } from '../common.ts';
import { RecoveryTargets } from '../dr-promotion/recovery.ts';
import { Replay } from '../dr-promotion/replay.ts';

const names = z.array(z.string());

/** What one database says of itself, on either side. Times are milliseconds since 1970 by its own clock. */
export const DatabaseFacts = z.strictObject({
  now: z.number(),
  /** Of `server_version_num`. */
  version: z.number(),
  tables: z.array(
    z.strictObject({
      name: z.string(),
      /** Digest of names, types and defaults of its columns. */
      columns: z.string(),
      /** A primary key, an index named as replica identity, or FULL: without one its updates cannot be replicated. */
      hasIdentity: z.boolean(),
      isUnlogged: z.boolean(),
      /** Privileges of others than its owner. */
      grants: names,
    }),
  ),
  materializedViews: names,
  largeObjects: z.number(),
  /** By name. `value` is what the next one begins from; null: never used. */
  sequences: z.record(z.string(), z.nullable(z.number())),
  indexes: z.array(z.strictObject({ name: z.string(), table: z.string() })),
  extensions: z.record(z.string(), z.string()),
  /** Roles beside those of PostgreSQL and RDS; `mayLogin` with LOGIN and a connection limit other than 0. */
  roles: z.array(z.strictObject({ name: z.string(), mayLogin: z.boolean(), memberOf: names, mayWrite: z.boolean() })),
  settings: z.record(z.string(), z.string()),
  preparedTransactions: z.number(),
  publications: z.array(
    z.strictObject({
      name: z.string(),
      operations: names,
      /** Tables of which it publishes a part: a row filter or a list of columns. */
      partial: names,
      tables: names,
    }),
  ),
  slots: z.array(
    z.strictObject({
      name: z.string(),
      isLogical: z.boolean(),
      isActive: z.boolean(),
      walStatus: z.nullable(z.string()),
      /** Bytes that may be written before it is lost; null: no limit is set. */
      safeBytes: z.nullable(z.number()),
      retainedBytes: z.number(),
      /** Bytes that its subscriber has not confirmed. */
      unconfirmedBytes: z.number(),
    }),
  ),
  subscriptions: z.array(
    z.strictObject({
      name: z.string(),
      isEnabled: z.boolean(),
      slot: z.nullable(z.string()),
      publications: names,
      hasWorker: z.boolean(),
      /** Of applying and of copying, since the statistics were reset. */
      errors: z.number(),
      notReady: names,
      tables: names,
    }),
  ),
  /** Of the newest beat; null: there is none. */
  beatAt: z.nullable(z.number()),
  lease: z.nullable(
    z.strictObject({
      mode: z.enum(['off', 'observe', 'enforce']),
      accepts: z.boolean(),
      secondsLeft: z.number(),
      deadManSeconds: z.nullable(z.number()),
      fenced: names,
      faults: z.array(z.strictObject({ role: z.string(), problem: z.string() })),
    }),
  ),
});
export type DatabaseFacts = z.infer<typeof DatabaseFacts>;

export const InstanceFacts = z.strictObject({
  id: z.string(),
  status: z.string(),
  instanceClass: z.string(),
  storageGb: z.number(),
  engineVersion: z.string(),
  waitsForReboot: z.boolean(),
});

/** What a region holds of a database. */
export const SideFacts = z.strictObject({
  schemaVersion: z.literal(1),
  database: z.string(),
  region: z.string(),
  side: z.enum(['primary', 'standby']),
  collectedAt: z.string(),
  instance: z.nullable(InstanceFacts),
  facts: z.nullable(DatabaseFacts),
  /** Why there are no facts of the database. */
  failure: z.nullable(z.string()),
  /** Seconds since the moment that the newest verified snapshot of this region preserves; null: there is none. */
  snapshotSeconds: z.nullable(z.number()),
  /** Seconds since the newest moment that the automated backups of this region reach; null: there are none. */
  restorableSeconds: z.nullable(z.number()),
  /** Of the key with which copies are encrypted; null where none is asked for. */
  keyState: z.nullable(z.string()),
  /** The physical replica of this region that a person has tagged for a promotion; null: there is none. */
  replica: z.optional(
    z.nullable(
      z.strictObject({
        id: z.string(),
        status: z.string(),
        replay: z.nullable(Replay),
        /** Why it did not say how far it has replayed. */
        failure: z.nullable(z.string()),
      }),
    ),
  ),
});
export type SideFacts = z.infer<typeof SideFacts>;

/** `no-go`: a promotion would not serve. `loss`: it would serve, and lose what is named. `note`: somebody must act afterwards. */
export const ReadinessWeight = z.enum(['no-go', 'loss', 'note']);
export type ReadinessWeight = z.infer<typeof ReadinessWeight>;

export const ReadinessReason = z.strictObject({
  check: z.string(),
  weight: ReadinessWeight,
  subject: z.string(),
  message: z.string(),
  remedy: z.string(),
});
export type ReadinessReason = z.infer<typeof ReadinessReason>;

const Interval = z.strictObject({ low: z.number(), expected: z.number(), high: z.number() });
export type Interval = z.infer<typeof Interval>;

export const Readiness = z.strictObject({
  schemaVersion: z.literal(1),
  database: z.string(),
  at: z.string(),
  /** By which a promotion would go: the first that can be used. */
  path: z.enum(['logical replica', 'physical replica', 'point in time', 'snapshot', 'none']),
  verdict: z.enum(['go', 'go with loss', 'no-go']),
  reasons: z.array(ReadinessReason),
  /** Seconds; null where nothing is known. */
  recoveryPoint: z.nullable(Interval),
  recoveryTime: z.nullable(Interval),
  /** What recoveryTime is made of, or why there is none. */
  recoveryTimeFrom: z.string(),
  targets: RecoveryTargets,
  /** Targets of operations.yml that a promotion would miss, as far as is known. */
  misses: z.array(z.enum(['recovery point', 'recovery time'])),
});
export type Readiness = z.infer<typeof Readiness>;

export const CollectReadinessInput = z.strictObject({ executionName: z.string() });
export const CollectReadinessOutput = z.strictObject({
  side: z.enum(['primary', 'standby']),
  databases: z.array(z.strictObject({ database: z.string(), failure: z.nullable(z.string()) })),
});
export type CollectReadinessOutput = z.infer<typeof CollectReadinessOutput>;

export const AssessReadinessInput = z.strictObject({ executionName: z.string() });
export const AssessReadinessOutput = z.strictObject({
  databases: z.array(
    z.strictObject({
      database: z.string(),
      verdict: z.enum(['go', 'go with loss', 'no-go']),
      path: z.string(),
      reasons: z.number(),
      reportKey: z.string(),
    }),
  ),
});
export type AssessReadinessOutput = z.infer<typeof AssessReadinessOutput>;

export const DrReadinessOutput = z.strictObject({
  collected: z.nullable(CollectReadinessOutput),
  assessed: z.nullable(AssessReadinessOutput),
  failure: z.nullable(Failure),
});
