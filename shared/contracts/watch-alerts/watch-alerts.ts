import * as z from 'zod/mini';

const run = { executionName: z.string() };

export const PublishHeartbeatInput = z.strictObject(run);
export const PublishHeartbeatOutput = z.strictObject({ sentAt: z.string() });

export const PublishOtherRegionInput = z.strictObject(run);
export const PublishOtherRegionOutput = z.strictObject({
  /** Null of a stage with one region. */
  region: z.nullable(z.string()),
  /** Heartbeats that the alert path of the other region has carried of late; null where its metrics cannot be read. */
  heartbeats: z.nullable(z.number()),
});

export const PublishTestAgeInput = z.strictObject(run);
export const PublishTestAgeOutput = z.strictObject({ days: z.number() });

export const PublishMissedEventsInput = z.strictObject(run);
export const PublishMissedEventsOutput = z.strictObject({
  read: z.int(),
  /** What EventBridge had not delivered, and is on its way now. */
  missed: z.array(z.strictObject({ member: z.string(), state: z.string(), at: z.string() })),
});

export const PublishOverdueReviewsInput = z.strictObject(run);
export const PublishOverdueReviewsOutput = z.strictObject({
  overdue: z.array(z.string()),
  written: z.array(z.string()),
});

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
