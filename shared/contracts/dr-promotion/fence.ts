import * as z from 'zod/mini';

/** Which instance is the primary of a switch: of a promotion the one of operations.yml, of a failback the one that was promoted. */
export const SwitchedPrimary = z.strictObject({ region: z.string(), instanceId: z.string() });
export type SwitchedPrimary = z.infer<typeof SwitchedPrimary>;

/** `fenced`: no role of an application has a session, and none can log in. `lsn`: where the log of the primary ended then. */
export const PutUpFence = z.strictObject({
  kind: z.literal('fenced'),
  epoch: z.int(),
  roles: z.array(z.string()),
  endedSessions: z.int(),
  lsn: z.string(),
  at: z.string(),
});
/** Nothing reaches the primary, and a person says that nobody writes to it. */
export const StatedDown = z.strictObject({
  kind: z.literal('stated down'),
  statement: z.string(),
  observed: z.string(),
  at: z.string(),
});
/**
 * Nothing reaches the primary, and its lease, which it enforces itself, is not renewed: it keeps its applications out. `at`: when
 * the lease was seen to be over; until then it may have accepted writes.
 */
export const LeaseOver = z.strictObject({
  kind: z.literal('lease over'),
  epoch: z.int(),
  observed: z.string(),
  at: z.string(),
});
export const PromotionFence = z.union([PutUpFence, StatedDown, LeaseOver]);
export type PromotionFence = z.infer<typeof PromotionFence>;
