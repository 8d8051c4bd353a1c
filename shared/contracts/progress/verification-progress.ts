import * as z from 'zod/mini';
import { Finding, TableVerdict } from '../verification.ts';
import { RowVersion } from '../witness.ts';

/** What one call of a verifying task leaves to the next. Stored as gzip JSON; 64-bit numbers are decimal strings. */

/** Rows of one maker that the copy alone holds. */
const StoredStranger = z.strictObject({ transaction: z.string(), rows: z.int(), ctids: z.array(z.string()) });

/** A table whose chunks are all read, before the copy was asked about transactions. */
export const StoredMatch = z.strictObject({
  table: z.string(),
  bytes: z.number(),
  rows: z.string(),
  problems: z.array(z.string()),
  matchedRows: z.number(),
  bornAndKilled: z.number(),
  strangers: z.array(StoredStranger),
  own: z.array(StoredStranger),
  newestPresent: z.string(),
  presentInserted: z.number(),
  absentInserted: z.array(z.string()),
  presentDeleted: z.array(z.string()),
  absentDeleted: z.array(z.nullable(z.string())),
});
export type StoredMatch = z.infer<typeof StoredMatch>;

/** A table some of whose chunks are read; null is one that is not. */
export const StoredScan = z.strictObject({
  chunks: z.array(z.nullable(z.strictObject({ rows: z.string(), sum: z.string() }))),
  young: z.array(RowVersion),
  oldDeleted: z.array(RowVersion),
  problem: z.nullable(z.string()),
});
export type StoredScan = z.infer<typeof StoredScan>;

export const TablesProgress = z.strictObject({
  schemaVersion: z.literal(1),
  /** Tables that are done with, by their place in the witness. */
  finished: z.array(z.int()),
  verdicts: z.array(TableVerdict),
  matches: z.array(StoredMatch),
  /** By the table's place in the witness. */
  scans: z.record(z.string(), StoredScan),
});
export type TablesProgress = z.infer<typeof TablesProgress>;

export const StructureProgress = z.strictObject({
  schemaVersion: z.literal(1),
  /** Oids of what is checked. */
  checked: z.array(z.string()),
  findings: z.array(Finding),
  counts: z.strictObject({ btree: z.int(), gin: z.int(), heap: z.int(), scan: z.int(), none: z.int() }),
});
export type StructureProgress = z.infer<typeof StructureProgress>;
