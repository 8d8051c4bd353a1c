import * as z from 'zod/mini';

export const RenewLeaseInput = z.strictObject({ executionName: z.string() });

/** One pass of the agent of one database. */
export const LeasePassReport = z.strictObject({
  database: z.string(),
  holder: z.string(),
  mode: z.enum(['off', 'observe', 'enforce']),
  /** What the pass came to: `none` where there was nothing to renew, `fenced by a person` where a person keeps the applications out, `standby` where the lease is another region's. */
  did: z.enum(['renewed', 'took', 'waited', 'fenced', 'fenced by a person', 'none', 'standby', 'failed']),
  epoch: z.number(),
  /** Whether applications may write, by the database's own clock. */
  accepts: z.boolean(),
  /** Seconds that are left of the lease. */
  secondsLeft: z.number(),
  /** Of three. */
  registersRead: z.number(),
  registersWritten: z.number(),
  /** Regions that did not answer, with why. */
  silent: z.array(z.strictObject({ region: z.string(), message: z.string() })),
  /** Roles that are kept out. */
  fenced: z.array(z.string()),
  /** Seconds since the dead-man last looked; null: it never did. */
  deadManSeconds: z.nullable(z.number()),
  reason: z.nullable(z.string()),
});
export type LeasePassReport = z.infer<typeof LeasePassReport>;

export const RenewLeaseOutput = z.strictObject({ databases: z.array(LeasePassReport) });
export type RenewLeaseOutput = z.infer<typeof RenewLeaseOutput>;
