import * as z from 'zod/mini';

/** What this system puts on the bus itself, for alert of its own stage and region. */
export const ownSource = 'pg-gameday';
const envelope = { account: z.string(), region: z.string(), time: z.string(), source: z.literal(ownSource) };

/** Carried as far as the first task: who looks from the other region sees that the path lives. */
export const HeartbeatEvent = z.object({
  ...envelope,
  'detail-type': z.literal('Alert Heartbeat'),
  detail: z.object({ stage: z.string() }),
});

export const ReviewEvent = z.object({
  ...envelope,
  'detail-type': z.literal('Incident Review'),
  detail: z.object({
    stage: z.string(),
    incidentId: z.string(),
    severity: z.string(),
    title: z.string(),
    reviewBy: z.string(),
    pageKey: z.string(),
    state: z.enum(['problem', 'over']),
    at: z.string(),
  }),
});
export type ReviewEvent = z.infer<typeof ReviewEvent>;
