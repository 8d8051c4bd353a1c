import * as z from 'zod/mini';
import { describe, matching } from './checked-values.ts';

const channel = z.enum(['slack', 'pagerDuty', 'email']);
const route = (meaning: string) => z.array(channel).check(describe(`Channels of ${meaning}`));
export const Notifications = z.strictObject({
  P1: route('what wants a person at once.'),
  P2: route('what wants a person today.'),
  P3: route('what wants a person this week.'),
  P4: route('what is reported only.'),
});

/** Another folder of secrets than the databases': who reports the outcome reads no password, and the reverse. */
const receiverSecretArn = matching(
  /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:pg-gameday-receivers\/.+$/,
  "the ARN of a secret 'pg-gameday-receivers/<stage>/<name>'",
);
const MailReceiver = z.strictObject({
  address: z.email({ error: "a mail address such as 'oncall@example.com'" }),
  severities: z
    ._default(z.array(z.enum(['P1', 'P2', 'P3', 'P4'])).check(z.minLength(1)), ['P1', 'P2', 'P3', 'P4'])
    .check(describe('Of what is reported by mail, this address gets so much; all of it when absent.')),
});
export const Receivers = z.strictObject({
  slack: z.optional(z.strictObject({ secretArn: receiverSecretArn.check(describe('Secret with {"webhookUrl"}.')) })),
  pagerDuty: z.optional(
    z.strictObject({ secretArn: receiverSecretArn.check(describe('Secret with {"routingKey"} of Events API v2.')) }),
  ),
  email: z._default(z.array(MailReceiver), []),
});
