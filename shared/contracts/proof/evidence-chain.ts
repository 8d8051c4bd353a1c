import * as z from 'zod/mini';
import { Verdict } from '../backup-and-verify.ts';
import { ObjectDigest, Sha256 } from '../stored-object.ts';

export { ObjectDigest, Sha256 };

/**
 * One record of a database's chain of evidence, stored once as `evidence-chain/<database>/<sequence>.json` in canonical
 * form (RFC 8785). It binds the evidence of one run, and the record before it.
 */
export const ChainRecord = z.strictObject({
  schemaVersion: z.literal(1),
  database: z.string(),
  sequence: z.int().check(z.gte(1)),
  /** Null in the first record only. */
  previous: z.nullable(ObjectDigest),
  evidence: ObjectDigest,
  /** The page of the run; records from before pages were bound do not have it. */
  report: z.optional(ObjectDigest),
  verdict: Verdict,
  startedAt: z.string(),
  recordedAt: z.string(),
  /** Size of the source; null when the run did not come so far. */
  sourceBytes: z.nullable(z.number()),
  unverifiableRows: z.int(),
  /** SHA-256 of the canonical form without this member. */
  seal: Sha256,
});
export type ChainRecord = z.infer<typeof ChainRecord>;

/** What of a run stands in the chain too: enough for a history without reading every run. */
export type RunFacts = Pick<ChainRecord, 'verdict' | 'startedAt' | 'recordedAt' | 'sourceBytes' | 'unverifiableRows'>;
