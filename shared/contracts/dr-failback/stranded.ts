import * as z from 'zod/mini';
import { Sha256 } from '../stored-object.ts';

/** Rows of one table that the old primary has committed alone. */
export const StrandedTable = z.strictObject({
  /** Qualified and quoted. */
  table: z.string(),
  /** Columns of its primary key; none: a row is known by all that it holds. */
  key: z.array(z.string()),
  /** The primary of today has no row of that key. */
  onlyThere: z.int(),
  /** It has one that holds something else. */
  differs: z.int(),
  /** The first keys, as text. */
  first: z.array(z.array(z.string())),
  /** Of every key with what its row holds. */
  sha256: Sha256,
});
export type StrandedTable = z.infer<typeof StrandedTable>;

const Heartbeat = z.strictObject({ name: z.string(), beat: z.string(), at: z.string() });
/** What could not be looked through, so that nobody knows what is stranded there. */
const NotRead = z.strictObject({ what: z.string(), why: z.string() });

export const StrandedReport = z.strictObject({
  schemaVersion: z.literal(1),
  workflow: z.literal('dr-failback'),
  database: z.string(),
  /** Null when it is gone. */
  old: z.nullable(z.strictObject({ region: z.string(), instanceId: z.string(), resourceId: z.string() })),
  current: z.strictObject({ region: z.string(), instanceId: z.string() }),
  /** Which transactions both have; null when nobody has written that down. */
  partedAt: z.nullable(z.string()),
  rows: z.int(),
  tables: z.array(StrandedTable),
  heartbeats: z.array(Heartbeat),
  notRead: z.array(NotRead),
  /** Committed there alone, bookkeeping of the fence and rows that are gone again among them; null when nobody knows. */
  transactions: z.nullable(z.int()),
  at: z.string(),
  /** What a person accepts: of the rows, and not of when they were looked for. */
  sha256: Sha256,
});
export type StrandedReport = z.infer<typeof StrandedReport>;

/** As much as a state carries of it. */
export const StrandedSummary = z.strictObject({
  sha256: Sha256,
  rows: z.int(),
  tables: z.array(z.string()),
  notRead: z.array(z.string()),
  transactions: z.nullable(z.int()),
  heartbeats: z.int(),
  /** Nothing is stranded, or a person has accepted exactly this. */
  isAccepted: z.boolean(),
  key: z.string(),
  pageKey: z.string(),
});
export type StrandedSummary = z.infer<typeof StrandedSummary>;
