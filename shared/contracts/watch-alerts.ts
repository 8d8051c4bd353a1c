import * as z from 'zod/mini';

const run = { executionName: z.string() };

export const SendHeartbeatInput = z.strictObject(run);
export const SendHeartbeatOutput = z.strictObject({ sentAt: z.string() });

export const WatchOtherRegionInput = z.strictObject(run);
export const WatchOtherRegionOutput = z.strictObject({
  /** Null of a stage with one region. */
  region: z.nullable(z.string()),
  /** Heartbeats that the alert path of the other region has carried of late; null where its metrics cannot be read. */
  heartbeats: z.nullable(z.number()),
});

export const MeasureTestAgeInput = z.strictObject(run);
export const MeasureTestAgeOutput = z.strictObject({ days: z.number() });

export const ReconcileEventsInput = z.strictObject(run);
export const ReconcileEventsOutput = z.strictObject({
  read: z.int(),
  /** What EventBridge had not delivered, and is on its way now. */
  missed: z.array(z.strictObject({ member: z.string(), state: z.string(), at: z.string() })),
});

export const FindOverdueReviewsInput = z.strictObject(run);
export const FindOverdueReviewsOutput = z.strictObject({ overdue: z.array(z.string()), written: z.array(z.string()) });

/** Until when changes of alarms and events of RDS were compared with incidents. */
export const EventsRead = z.strictObject({ schemaVersion: z.literal(1), until: z.string() });

/** A review that somebody owes. */
export const ReviewDue = z.strictObject({
  schemaVersion: z.literal(1),
  incidentId: z.string(),
  severity: z.string(),
  title: z.string(),
  reviewBy: z.string(),
  pageKey: z.string(),
});
export type ReviewDue = z.infer<typeof ReviewDue>;

/** The newest test that has passed; without an execution it is when somebody looked first. */
export const PassedTest = z.object({ raisedAt: z.string() });
