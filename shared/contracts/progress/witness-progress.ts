import * as z from 'zod/mini';
import {
  ChunkSum,
  CopySum,
  DeletedRow,
  HashedColumn,
  HashMethod,
  Heartbeat,
  PreparedTransaction,
  RowVersion,
  SchemaObjects,
  SequenceState,
  WitnessHeader,
} from '../witness.ts';

/**
 * A witness that is not complete yet: what one call of takeWitness leaves to the next. Stored as gzip JSON. 64-bit
 * numbers are decimal strings; of a table's chunks, null is one that is not read yet.
 */

/** A snapshot that a session of the call before holds open until the next call has adopted it, or a timeout. */
export const HeldSnapshot = z.strictObject({ id: z.string(), text: z.string(), at: z.string(), lsn: z.string() });
export type HeldSnapshot = z.infer<typeof HeldSnapshot>;

export const WitnessedRelation = z.strictObject({
  oid: z.int(),
  table: z.string(),
  kind: z.enum(['table', 'materialized view', 'catalogue']),
  method: HashMethod,
  columns: z.array(HashedColumn),
  filenode: z.nullable(z.int()),
  bytes: z.number(),
  estimatedRows: z.nullable(z.string()),
  oldestMultixact: z.string(),
  version: z.optional(z.string()),
  gap: z.optional(z.string()),
  code: z.optional(z.string()),
  attached: z.optional(z.array(z.string())),
});

export const WitnessedCatalogue = z.strictObject({
  relations: z.array(WitnessedRelation),
  schema: SchemaObjects,
  sequences: z.array(SequenceState),
  prepared: z.array(PreparedTransaction),
  nextMultixact: z.string(),
});
export type WitnessedCatalogue = z.infer<typeof WitnessedCatalogue>;

export const WitnessedTable = z.strictObject({
  oid: z.int(),
  chunks: z.array(z.nullable(ChunkSum)),
  /** Chunks whose touched rows are listed. */
  listed: z.array(z.int()),
  deleted: z.array(DeletedRow),
  kept: z.array(RowVersion),
  inserted: z.array(RowVersion),
  gap: z.optional(z.string()),
  sourceDamage: z.optional(z.string()),
});

export const WitnessProgress = z.strictObject({
  schemaVersion: z.literal(1),
  /** When S1 was taken; its deadline counts from here. */
  startedAt: z.string(),
  server: WitnessHeader.shape.server,
  s1: HeldSnapshot,
  s2: z.nullable(HeldSnapshot),
  snapshotCreatedAt: z.nullable(z.string()),
  firstBeat: Heartbeat,
  lastBeat: z.nullable(Heartbeat),
  beats: z.array(Heartbeat),
  pause: WitnessHeader.shape.pause,
  atS1: WitnessedCatalogue,
  atS2: z.nullable(WitnessedCatalogue),
  tables: z.array(WitnessedTable),
  /** Tables that are read by COPY. `counted`: what the server had counted of their changes when S1 was there. */
  copies: z.optional(
    z.array(
      z.strictObject({
        oid: z.int(),
        counted: z.nullable(z.string()),
        atS1: z.nullable(CopySum),
        atS2: z.nullable(CopySum),
        gap: z.optional(z.string()),
        sourceDamage: z.optional(z.string()),
      }),
    ),
  ),
});
export type WitnessProgress = z.infer<typeof WitnessProgress>;
