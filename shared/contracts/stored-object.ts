import * as z from 'zod/mini';

export const Sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** An object in the evidence bucket and the SHA-256 of its bytes, as `sha256sum` reports it. */
export const ObjectDigest = z.strictObject({ key: z.string(), sha256: Sha256 });
export type ObjectDigest = z.infer<typeof ObjectDigest>;

/**
 * SHA-256 of what the tasks of an execution have left to one another in the bucket, by key. It passes through the state
 * machine, which nobody can write to: an object that is not in it, or is another one, is not believed.
 */
export const Digests = z.record(z.string(), Sha256);
export type Digests = z.infer<typeof Digests>;

/** What the state machine keeps of a witness, so that no other one can take its place. */
export const WitnessBinding = z.strictObject({
  /** Of the whole object. */
  sha256: Sha256,
  /** Of its first line, which is read alone by most tasks. */
  headerSha256: Sha256,
  tables: z.int(),
  rows: z.string(),
  bytes: z.number(),
});
export type WitnessBinding = z.infer<typeof WitnessBinding>;
