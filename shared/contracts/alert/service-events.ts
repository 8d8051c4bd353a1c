import * as z from 'zod/mini';

/** Events of AWS's own services as EventBridge delivers them; members that nobody reads are not named. */
const envelope = { account: z.string(), region: z.string(), time: z.string() };

export const RdsEvent = z.object({
  ...envelope,
  /** The second one of what watch-alerts has found, and EventBridge has not delivered. */
  source: z.enum(['aws.rds', 'pg-gameday']),
  'detail-type': z.literal('RDS DB Instance Event'),
  detail: z.object({
    EventCategories: z.array(z.string()),
    SourceIdentifier: z.string(),
    Message: z.string(),
    Date: z.optional(z.string()),
  }),
});
export type RdsEvent = z.infer<typeof RdsEvent>;

const findingEnvelope = {
  ...envelope,
  source: z.literal('aws.guardduty'),
  'detail-type': z.literal('GuardDuty Finding'),
};

export const GuardDutyEvent = z.object({
  ...findingEnvelope,
  detail: z.object({
    id: z.string(),
    type: z.string(),
    severity: z.number(),
    title: z.string(),
    description: z._default(z.string(), ''),
    /** A finding is sent again when it is seen again. */
    updatedAt: z.optional(z.string()),
  }),
});
export type GuardDutyEvent = z.infer<typeof GuardDutyEvent>;

/** As far as it is about a login: whoever reads any finding does not depend on it. */
export const LoginFinding = z.object({
  ...findingEnvelope,
  detail: z.object({
    id: z.string(),
    type: z.string(),
    updatedAt: z.optional(z.string()),
    resource: z.optional(
      z.object({
        rdsDbInstanceDetails: z.optional(z.object({ dbInstanceIdentifier: z.optional(z.string()) })),
        rdsDbUserDetails: z.optional(z.object({ user: z.optional(z.string()) })),
      }),
    ),
  }),
});
export type LoginFinding = z.infer<typeof LoginFinding>;

export const HealthEvent = z.object({
  ...envelope,
  source: z.literal('aws.health'),
  'detail-type': z.literal('AWS Health Event'),
  detail: z.object({
    eventArn: z.string(),
    service: z.string(),
    eventTypeCode: z.string(),
    eventTypeCategory: z.string(),
    statusCode: z._default(z.string(), 'open'),
    eventDescription: z._default(z.array(z.object({ latestDescription: z.string() })), []),
  }),
});
export type HealthEvent = z.infer<typeof HealthEvent>;
