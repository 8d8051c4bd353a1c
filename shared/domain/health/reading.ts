/**
 * What the queries of `shared/pg/health` read, row by row. Moments are seconds since 1970 by the server's clock, sizes are
 * bytes. A measure that could not be read is absent, and is a gap.
 */
export type ServerReading = {
  readonly version: number;
  readonly now: number;
  readonly startedAt: number;
  readonly isInRecovery: boolean;
  readonly systemIdentifier: string;
  readonly maxConnections: number;
  readonly superuserReserved: number;
  /** From PostgreSQL 16 on; 0 before. */
  readonly reserved: number;
  /** Of RDS; 0 elsewhere. */
  readonly rdsReserved: number;
  readonly tracksCounts: boolean;
  readonly tracksActivities: boolean;
  readonly seesActivity: boolean;
};

export type TransactionReading = {
  readonly pid: number;
  readonly startedAt: number;
  readonly copies: boolean;
  readonly isOurs: boolean;
};

export type ActivityReading = {
  readonly now: number;
  /** Sessions of clients: background workers and walsenders take no connection of theirs. */
  readonly clients: number;
  readonly transactions: readonly TransactionReading[];
  /** When the oldest prepared transaction was prepared. */
  readonly preparedAt: number | null;
};

export type AgesReading = { readonly transactionIds: number; readonly multixacts: number };

export type SlotReading = {
  readonly name: string;
  readonly isActive: boolean;
  readonly isTemporary: boolean;
  /** A copy on a standby, which nobody consumes. */
  readonly isSynced: boolean;
  readonly walStatus: string | null;
  readonly retainedBytes: number | null;
  /** From PostgreSQL 17 on. */
  readonly inactiveSince: number | null;
};

export type DatabaseReading = {
  readonly oid: number;
  readonly resetAt: number | null;
  readonly blocksHit: number;
  readonly blocksRead: number;
  readonly deadlocks: number;
  /** Null where the cluster has no checksums. */
  readonly checksumFailures: number | null;
};

/** How long each session of a database has waited for a lock, in seconds. */
export type LockWaitsReading = { readonly waits: readonly number[] };

/** A table with more dead rows than autovacuum lets be. */
export type OverdueReading = {
  readonly table: string;
  readonly vacuums: number;
  /** Of a vacuum that runs on it: which process, and how far it has come. */
  readonly progress: string | null;
};

export type SequencesReading = {
  /** Those that the role may not read. */
  readonly unreadable: number;
  readonly worst: readonly { readonly sequence: string; readonly usedPercent: number }[];
};

export type BloatReading = {
  readonly table: string;
  readonly pages: number;
  readonly liveRows: number;
  /** Average bytes of a row's columns; null before the first ANALYZE. */
  readonly rowBytes: number | null;
  readonly columns: number;
  readonly hasNulls: boolean;
  readonly fillfactor: number;
};

export type InstanceReading = {
  readonly server: ServerReading;
  readonly activity?: ActivityReading;
  readonly ages?: AgesReading;
  readonly slots?: readonly SlotReading[];
  /** The beat that this pass has written; absent on a server in recovery. */
  readonly beat?: number;
};

export type DatabaseReadings = {
  /** Whether the measures of the slow cycle were asked for, too. */
  readonly isSlow: boolean;
  readonly counters?: DatabaseReading;
  readonly lockWaits?: LockWaitsReading;
  readonly overdue?: readonly OverdueReading[];
  readonly sequences?: SequencesReading;
  readonly bloat?: readonly BloatReading[];
  readonly invalidIndexes?: number;
};
