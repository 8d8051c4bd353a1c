import * as z from 'zod/mini';

/**
 * The witness of one snapshot: what the source held at S1, and what was touched until S2. Stored as gzip JSON lines:
 * one WitnessHeader, then one TableWitness a line, so that a reader holds one table at a time.
 * 64-bit numbers and sums are decimal strings. A row version is `[ctid, xmin, hash]`.
 */

/** `[ctid, xmin, hash]`, for example `["(12,7)", "734", "-8130…"]`. */
export const RowVersion = z.tuple([z.string(), z.string(), z.string()]);
export type RowVersion = z.infer<typeof RowVersion>;

/** A row version that was deleted between S1 and S2, with its killer; null when only a multixact is known. */
export const DeletedRow = z.tuple([z.string(), z.string(), z.string(), z.nullable(z.string())]);
export type DeletedRow = z.infer<typeof DeletedRow>;

/** How a row is hashed: column by column. From PostgreSQL 18 on more types have a hash function of their own. */
export const HashMethod = z.enum(['columns', 'columns 18', 'portable']);
export type HashMethod = z.infer<typeof HashMethod>;

/**
 * A column that the row hash reads. `by` is the hash function of that type, or `send F`: the bytes that function F of
 * pg_catalog gives; `record`: the bytes in a record, for types from elsewhere; `output`: the text of types without bytes;
 * `acl`: privileges by the ids of roles, which stay when a role is renamed.
 */
export const HashedColumn = z.strictObject({
  number: z.int(),
  name: z.string(),
  notNull: z.boolean(),
  by: z.union([
    z.enum(['bool', 'bytea', 'char', 'date', 'enum', 'int2', 'int4', 'int8', 'name', 'oid', 'text', 'uuid']),
    z.enum(['record', 'output', 'acl']),
    z.templateLiteral(['send ', z.string()]),
  ]),
  /** Of a domain: the type below it, qualified and quoted. */
  base: z.optional(z.string()),
});
export type HashedColumn = z.infer<typeof HashedColumn>;

/** Count and sum of the row hashes of one range of heap blocks, seen under S1. The last range is open-ended. */
export const ChunkSum = z.strictObject({ firstBlock: z.int(), rows: z.string(), sum: z.string() });
export type ChunkSum = z.infer<typeof ChunkSum>;

/** What COPY sent: its rows and the SHA-256 of its bytes, in the order of the file. */
export const CopySum = z.strictObject({ rows: z.string(), sha256: z.string() });

export const TableWitness = z.strictObject({
  oid: z.int(),
  table: z.string(),
  kind: z.enum(['table', 'materialized view', 'catalogue']),
  method: HashMethod,
  columns: z.array(HashedColumn),
  filenode: z.nullable(z.int()),
  bytes: z.number(),
  /** At S1; of a table with a gap that could not be counted whole, what the catalogue believes. */
  rows: z.string(),
  chunks: z.array(ChunkSum),
  /** Visible in S1, not in S2. */
  deleted: z.array(DeletedRow),
  /** Visible in S1 and in S2, but of a transaction young enough to be listed one by one. */
  kept: z.array(RowVersion),
  /** Visible in S2, not in S1. */
  inserted: z.array(RowVersion),
  /** DDL has touched the table between S1 and S2, although it looked the same at both. */
  touchedByDdl: z.optional(z.boolean()),
  /** Why the table cannot be proven, when it cannot. */
  gap: z.optional(z.string()),
  /** Of a table that no query may be made of: what COPY sent under S1 and S2; `chunks` and rows are empty then. */
  copied: z.optional(z.extend(CopySum, { why: z.string() })),
  /** What the source itself answered when it could not read the table: its own storage is damaged. */
  sourceDamage: z.optional(z.string()),
});
export type TableWitness = z.infer<typeof TableWitness>;

export const Heartbeat = z.strictObject({ beat: z.string(), at: z.string(), lsn: z.string(), xid: z.string() });
export type Heartbeat = z.infer<typeof Heartbeat>;

/**
 * Objects of the schema by identity ("index public.games_pkey"): the md5 of their definition, a space and the catalogue
 * row that they are, which DDL changes even when the definition comes back. `? reason` for one that could not be read.
 */
export const SchemaObjects = z.record(z.string(), z.string());
export type SchemaObjects = z.infer<typeof SchemaObjects>;

export const SequenceState = z.strictObject({
  sequence: z.string(),
  /** Null while nothing has been drawn. */
  lastValue: z.nullable(z.string()),
  increment: z.string(),
  cache: z.string(),
  cycles: z.boolean(),
  /** What the first draw will give, while nothing has been drawn since the sequence was made or set. */
  first: z.optional(z.string()),
  /** Of an unlogged sequence: the columns that draw from it. */
  unlogged: z.optional(z.array(z.string())),
});
export type SequenceState = z.infer<typeof SequenceState>;

/** A transaction that waits for COMMIT PREPARED, with its 32-bit id. */
export const PreparedTransaction = z.strictObject({ gid: z.string(), xid: z.string() });
export type PreparedTransaction = z.infer<typeof PreparedTransaction>;

/** What of the source a copy would start by itself, before anybody has logged in to it (quiet-copy.ts). */
export const SelfStarting = z.strictObject({ kind: z.enum(['subscription', 'jobs']), name: z.string() });
export type SelfStarting = z.infer<typeof SelfStarting>;

/** A moment at which every transaction on the locked tables was over, and none had begun that could commit: S1 is this moment. */
export const WriterPause = z.strictObject({
  /** A whole second in UTC, as RDS restores to: `2026-03-01T05:00:07Z`. */
  at: z.string(),
  /** From the request of the locks until their release, as we saw it: no writer waited for longer. */
  milliseconds: z.number(),
  /** How often it was tried; each try before the last gave way within `pauseLockDeadline`. */
  tries: z.int(),
  /** So many tables were locked. */
  tables: z.int(),
  /** Of the witness, what was not locked: materialised views, which no lock is for, and tables that the role may not lock. Compared as without a pause. */
  unlocked: z.array(z.string()),
  /** The newest heartbeat under S1. */
  beat: z.string(),
});
export type WriterPause = z.infer<typeof WriterPause>;

/** A pause that operations.yml wants and that was not to be had: the witness is as one without it. */
export const MissedPause = z.strictObject({ missed: z.string(), tries: z.int() });
export type MissedPause = z.infer<typeof MissedPause>;

export const WitnessHeader = z.strictObject({
  schemaVersion: z.literal(1),
  executionName: z.string(),
  attempt: z.int(),
  instanceId: z.string(),
  database: z.string(),
  snapshotId: z.string(),
  snapshotCreatedAt: z.string(),
  server: z.strictObject({
    versionNumber: z.int(),
    version: z.string(),
    systemIdentifier: z.string(),
    databaseOid: z.int(),
    parameters: z.record(z.string(), z.string()),
    extensions: z.record(z.string(), z.string()),
    /** Actual versions, of this machine's libraries, of collations by which indexes are ordered. */
    collations: z.optional(z.record(z.string(), z.string())),
    /** RDS says of the source's parameter group that it is in force only after a reboot. */
    waitsForReboot: z.optional(z.boolean()),
    /** Absent from a witness from before it was looked at. */
    selfStarting: z.optional(z.array(SelfStarting)),
  }),
  /** `xmin:xmax:xip` of pg_current_snapshot() under S1. */
  s1: z.strictObject({ snapshot: z.string(), at: z.string(), lsn: z.string(), beat: z.string() }),
  s2: z.strictObject({ snapshot: z.string(), at: z.string(), lsn: z.string(), beat: z.string() }),
  heartbeats: z.array(Heartbeat),
  schema: z.strictObject({ atS1: SchemaObjects, atS2: SchemaObjects }),
  sequences: z.strictObject({ atS1: z.array(SequenceState), atS2: z.array(SequenceState) }),
  tables: z.int(),
  rows: z.string(),
  bytes: z.number(),
  /** Relations that a physical backup of a running server cannot prove, with the reason. */
  gaps: z.array(
    z.strictObject({
      object: z.string(),
      problem: z.string(),
      /** What the catalogue believes that it holds. */
      rows: z.optional(z.string()),
      bytes: z.optional(z.number()),
    }),
  ),
  /** The tables of pg_catalog, taken as the user's are; absent in a witness from before they were. */
  catalogues: z.optional(z.array(TableWitness)),
  prepared: z.optional(z.strictObject({ atS1: z.array(PreparedTransaction), atS2: z.array(PreparedTransaction) })),
  /** Absent where operations.yml wants no pause. */
  pause: z.optional(z.union([WriterPause, MissedPause])),
});
export type WitnessHeader = z.infer<typeof WitnessHeader>;
