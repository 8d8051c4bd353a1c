import * as z from 'zod/mini';

/** What a person asks: keep the applications out, or let them in again. */
export const FenceRequest = z.discriminatedUnion('action', [
  z.strictObject({
    database: z.string().check(z.minLength(1)),
    action: z.literal('put up'),
    /** Sessions of the master user end, too: after its password was changed. */
    endMaster: z.optional(z.boolean()),
  }),
  z.strictObject({
    database: z.string().check(z.minLength(1)),
    action: z.literal('lift'),
    /** The one that put it up answered with: a fence that somebody else has put up since stays. */
    epoch: z.int().check(z.minimum(0)),
  }),
]);
export type FenceRequest = z.infer<typeof FenceRequest>;

export const ChangeFenceInput = z.strictObject({ executionName: z.string(), request: z.unknown() });
export const ChangeFenceOutput = z.strictObject({
  database: z.string(),
  instanceId: z.string(),
  action: z.enum(['put up', 'lift']),
  /** Names the fence: lifting it takes this. */
  epoch: z.number(),
  /** Roles that are kept out now; that were let in. */
  roles: z.array(z.string()),
  /** Still kept out: under an enforced lease they come in when it is held. */
  keptOut: z.array(z.string()),
  sessionsEnded: z.number(),
});
export type ChangeFenceOutput = z.infer<typeof ChangeFenceOutput>;
