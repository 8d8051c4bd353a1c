import * as z from 'zod/mini';
import { WasteFinding } from './waste.ts';

const date = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/, { error: "a date such as '2026-05-20'" }));
const text = z.string().check(z.minLength(1));

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
});
export type Entry = z.infer<typeof Entry>;

export const Ledger = z.strictObject({ schemaVersion: z.literal(1), entries: z.array(Entry) });
export type Ledger = z.infer<typeof Ledger>;
