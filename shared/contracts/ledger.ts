import * as z from 'zod/mini';

const date = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/, { error: "a date such as '2026-05-20'" }));
const text = z.string().check(z.minLength(1));

/** A recommendation that somebody has accepted: what it is about, and what it should save. */
export const Entry = z.strictObject({
  id: text,
  /** What was done, in words. */
  what: text,
  /** Cost Explorer's names; without a usage type the whole service is measured. */
  service: text,
  usageType: z.nullable(text),
  acceptedOn: date,
  /** Money a month, in the currency of the bill. */
  expectedMonthly: z.number().check(z.gt(0)),
});
export type Entry = z.infer<typeof Entry>;

export const Ledger = z.strictObject({ schemaVersion: z.literal(1), entries: z.array(Entry) });
export type Ledger = z.infer<typeof Ledger>;
