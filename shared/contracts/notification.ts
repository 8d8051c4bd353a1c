import * as z from 'zod/mini';
import type { Severity } from './common.ts';

export const Channel = z.enum(['slack', 'pagerDuty', 'email']);
export type Channel = z.infer<typeof Channel>;

/** What Amazon SNS gives a function that subscribes to a topic; members that nobody reads are not named. */
export const SnsMessage = z.object({
  MessageId: z.string(),
  TopicArn: z.string(),
  Subject: z._default(z.nullable(z.string()), null),
  Message: z.string(),
  Timestamp: z.string(),
  MessageAttributes: z._default(z.record(z.string(), z.object({ Value: z.string() })), {}),
});
export type SnsMessage = z.infer<typeof SnsMessage>;

export const SendNotificationInput = z.object({ Records: z.array(z.object({ Sns: SnsMessage })) });
export const SendNotificationOutput = z.strictObject({
  delivered: z.array(Channel),
  /** Channels that were wanted and did not take the message; another one has reported so. */
  failed: z.array(Channel),
});

const Dimensions = z._default(z.array(z.object({ name: z.string(), value: z.string() })), []);

/** The message of a CloudWatch alarm on a topic. */
export const AlarmMessage = z.object({
  AlarmName: z.string(),
  AlarmDescription: z._default(z.nullable(z.string()), null),
  NewStateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  NewStateReason: z.string(),
  StateChangeTime: z.string(),
  Region: z.string(),
  Trigger: z._default(
    z.object({
      Dimensions,
      Metrics: z._default(
        z.array(z.object({ MetricStat: z.optional(z.object({ Metric: z.object({ Dimensions }) })) })),
        [],
      ),
    }),
    { Dimensions: [], Metrics: [] },
  ),
});

export type AlarmMessage = z.infer<typeof AlarmMessage>;

/** The message of Cost Anomaly Detection on a topic. */
export const AnomalyMessage = z.object({
  anomalyId: z.string(),
  anomalyStartDate: z.string(),
  anomalyEndDate: z.string(),
  anomalyDetailsLink: z.string(),
  dimensionalValue: z._default(z.string(), ''),
  impact: z.object({
    /** The most of one day. */
    maxImpact: z.number(),
    totalImpact: z.number(),
  }),
  rootCauses: z._default(
    z.array(
      z.object({
        linkedAccount: z._default(z.string(), ''),
        region: z._default(z.string(), ''),
        service: z._default(z.string(), ''),
        usageType: z._default(z.string(), ''),
      }),
    ),
    [],
  ),
});

/** One thing to report, whoever reported it, before it is written for a channel. */
export type Notification = {
  readonly severity: Severity;
  /** A problem stays open until the same key is resolved; what is reported is neither. */
  readonly state: 'problem' | 'resolved' | 'reported';
  /** The same for the problem and for what resolves it. */
  readonly dedupKey: string;
  readonly stage: string;
  readonly title: string;
  readonly lines: readonly string[];
  readonly at: string;
};
