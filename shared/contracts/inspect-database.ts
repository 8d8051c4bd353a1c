import * as z from 'zod/mini';
import { SelfStarting } from './witness.ts';

export const InspectDatabaseInput = z.strictObject({
  executionName: z.string(),
  /** The execution's input as the operator gave it: `{ "database": "fantasy" }`. */
  request: z.unknown(),
});

/** What of a bootstrap the doctor asks about by itself: each has a remedy of its own. */
export const StepSubject = z.enum(['strangers', 'row-level security']);
export type StepSubject = z.infer<typeof StepSubject>;

/** One step of the bootstrap, and whether the database has it. */
export const InspectedStep = z.strictObject({
  title: z.string(),
  why: z.string(),
  optional: z.boolean(),
  satisfied: z.boolean(),
  /** Null of all others, and of a function from before steps had subjects. */
  subject: z._default(z.nullable(StepSubject), null),
});

export const InspectDatabaseOutput = z.strictObject({
  database: z.string(),
  instanceId: z.string(),
  /** Why nobody could look inside: the name of the error, and its message with hints. */
  failure: z.nullable(z.strictObject({ error: z.string(), message: z.string() })),
  /** Null when nobody could look inside. */
  server: z.nullable(
    z.strictObject({
      version: z.string(),
      role: z.string(),
      isMaster: z.boolean(),
      /** Of the bootstrap that the database had; null before the first. */
      bootstrapVersion: z.nullable(z.int()),
    }),
  ),
  /** What is called gameday and is not ours: what it is, and what to do. */
  foreign: z.array(z.strictObject({ problem: z.string(), remedy: z.string() })),
  /** Code of owners who are not trusted, which a query of a table would run: such a table is read by COPY, or a gap. */
  code: z.optional(z.array(z.string())),
  steps: z.array(InspectedStep),
  /** What a copy would start by itself; none from a function from before it was looked at. */
  selfStarting: z._default(z.array(SelfStarting), []),
});
export type InspectDatabaseOutput = z.infer<typeof InspectDatabaseOutput>;
