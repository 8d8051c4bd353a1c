import * as z from 'zod/mini';

/**
 * The event `CloudWatch Alarm State Change` as EventBridge delivers it, at least once. Members that are not named here are
 * taken off: AWS adds some.
 */

/** `2026-03-07T14:03:40.989+0000`: ISO 8601 with an offset that has no colon. */
const Moment = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/));

export const AlarmStateValue = z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']);
export type AlarmStateValue = z.infer<typeof AlarmStateValue>;

export const AlarmState = z.object({
  value: AlarmStateValue,
  /** Absent of an alarm that was just made. */
  reason: z.optional(z.string()),
  /** JSON text: threshold, newest data points, when they were queried. */
  reasonData: z.optional(z.string()),
  timestamp: Moment,
});
export type AlarmState = z.infer<typeof AlarmState>;

export const AlarmMetric = z.object({
  id: z.string(),
  metricStat: z.optional(
    z.object({
      metric: z.object({
        namespace: z.optional(z.string()),
        name: z.string(),
        dimensions: z.optional(z.record(z.string(), z.string())),
      }),
      period: z.number(),
      stat: z.string(),
    }),
  ),
  /** Of metric math. */
  expression: z.optional(z.string()),
  returnData: z.optional(z.boolean()),
});

export const AlarmEvent = z.object({
  version: z.string(),
  /** The same each time that the event is delivered. */
  id: z.string(),
  'detail-type': z.literal('CloudWatch Alarm State Change'),
  /** The second one of what watch-alerts has found, and EventBridge has not delivered. */
  source: z.enum(['aws.cloudwatch', 'pg-gameday']),
  account: z.string().check(z.regex(/^\d{12}$/)),
  time: Moment,
  region: z.string().check(z.minLength(1)),
  resources: z.array(z.string()),
  detail: z.object({
    alarmName: z.string().check(z.minLength(1), z.maxLength(255)),
    state: AlarmState,
    previousState: z.optional(AlarmState),
    /** A mute rule holds its actions back until then. One that is not understood mutes nothing. */
    muteDetail: z.catch(z.optional(z.object({ muteWindowEnd: Moment })), undefined),
    configuration: z.optional(
      z.object({
        description: z.optional(z.string()),
        metrics: z.optional(z.array(AlarmMetric)),
        /** Of a composite alarm, which has no metrics. */
        alarmRule: z.optional(z.string()),
      }),
    ),
  }),
});
export type AlarmEvent = z.infer<typeof AlarmEvent>;
