import * as z from 'zod/mini';
import { count, describe, matching } from './checked-values.ts';

const label = matching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "a label of a DNS name such as 'fantasy'");
const hostName = matching(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, "a host name such as 'db.example.internal'");

/** Of a stage: the private hosted zone of the names that promotions turn. */
export const DnsStage = z.strictObject({
  zone: hostName.check(
    describe(
      'Private hosted zone, associated with the networks of both regions. The stack of the second region makes it.',
    ),
  ),
});

export const dnsPolicy = <Arn extends z.core.$ZodType>(secretArn: Arn) =>
  z.strictObject({
    name: label.check(describe('What the applications resolve: this label in the zone of the stage.')),
    primary: hostName.check(describe('Endpoint of the instance in the first region.')),
    second: hostName.check(describe('Endpoint of the read replica in the second region.')),
    ttlSeconds: z._default(count(5, 60), 30).check(describe('A client asks again after so long at the latest.')),
    clientSecretArn: secretArn,
  });
