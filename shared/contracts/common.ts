import * as z from 'zod/mini';

/** The name of a Step Functions execution; it becomes a part of keys, names and tags. */
export const ExecutionName = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,80}$/));

/** How long one state of a workflow took. Times are ISO 8601 in UTC. */
export const Phase = z.strictObject({ name: z.string(), startedAt: z.string(), endedAt: z.string() });
export type Phase = z.infer<typeof Phase>;

/** In which state an execution failed, with Step Functions' name of the error and its cause. */
export const Failure = z.strictObject({ state: z.string(), error: z.string(), cause: z.string() });
export type Failure = z.infer<typeof Failure>;

/** How soon a person is wanted: P1 at once, P2 today, P3 this week, P4 not at all. */
export const Severity = z.enum(['P1', 'P2', 'P3', 'P4']);
export type Severity = z.infer<typeof Severity>;

/** The execution of prove-snapshot that looked at the snapshot, and where. */
export const ProofReference = z.strictObject({
  executionName: z.string(),
  executionArn: z.string(),
  region: z.string(),
  snapshotId: z.string(),
});
