import * as z from 'zod/mini';
import { WasteFinding } from './waste.ts';

const date = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/, { error: "a date such as '2026-05-20'" }));
const text = z.string().check(z.minLength(1));

/** What was done about a finding by `apply`. Without `finishedAt` it was begun, and the same command goes on with it. */
export const Application = z.strictObject({
  startedAt: text,
  /** Whose credentials they were. */
  by: text,
  /** As AWS described the thing before anything was done: by this it can be made anew. */
  described: z.record(z.string(), z.unknown()),
  /** What holds its data now; null where there were none, or not yet. */
  finalSnapshot: z.nullable(text),
  finishedAt: z.nullable(text),
});
export type Application = z.infer<typeof Application>;

/** A recommendation that somebody has accepted: what it is about, and what it should save. */
export const Entry = z.strictObject({
  id: text,
  /** What was done, in words. */
  what: text,
  /** Cost Explorer's names; without a usage type the whole service is measured, without a service nothing. */
  service: z.nullable(text),
  usageType: z.nullable(text),
  acceptedOn: date,
  acceptedBy: z._default(z.nullable(text), null),
  /** Money a month, in the currency of the bill; null where nobody knows. */
  expectedMonthly: z.nullable(z.number().check(z.gt(0))),
  /** What was accepted, as the report had it; null where a person added the entry. */
  finding: z._default(z.nullable(WasteFinding), null),
  application: z._default(z.nullable(Application), null),
});
export type Entry = z.infer<typeof Entry>;

export const Recommendations = z.strictObject({ schemaVersion: z.literal(1), entries: z.array(Entry) });
export type Recommendations = z.infer<typeof Recommendations>;
