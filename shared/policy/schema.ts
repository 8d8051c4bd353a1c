import * as z from 'zod/mini';
import { capabilityPolicy } from './capabilities.ts';
import { instanceClass, positive, schedule } from './checked-values.ts';
import { Caps, Costs } from './costs.ts';
import { officeHours } from './office-hours.ts';

/**
 * The shape of operations.yml: what an operator edits. Unknown keys are faults, because a misspelt key is a
 * setting that silently does not hold. Defaults are the safe ones.
 */

const describe = (text: string) => z.describe(text);
const count = (minimum: number, maximum: number) => z.int().check(z.gte(minimum), z.lte(maximum));
const matching = (pattern: RegExp, expected: string) => z.string().check(z.regex(pattern, { error: expected }));

/** RDS: 1 to 63 letters, digits or hyphens, first a letter, no two hyphens in a row, none at the end. */
const instanceIdentifier = matching(
  /^(?!.*--)[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
  'an RDS identifier (lower-case letters, digits, single hyphens, first a letter, 2 to 63 characters)',
);
const secretArn = matching(
  /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+$/,
  "a Secrets Manager ARN ('arn:aws:secretsmanager:<region>:<account>:secret:<name>')",
);
const region = matching(/^[a-z]{2}(-[a-z]+)+-\d$/, "an AWS region such as 'us-east-1'");
const account = matching(/^\d{12}$/, 'a 12-digit AWS account id in quotes');
/** Part of the names of copies and snapshots, and so held to their rules. */
const databaseKey = matching(
  /^(?!.*--)(?!.*-$)[a-z][a-z0-9-]{0,29}$/,
  'a short name (lower-case letters, digits, single hyphens, first a letter, at most 30 characters)',
);
const timeZone = z.string().check(
  z.refine(
    (name) => {
      try {
        new Intl.DateTimeFormat('en', { timeZone: name });
        return true;
      } catch {
        return false;
      }
    },
    { error: "an IANA time zone such as 'America/New_York'" },
  ),
);

const Assertion = z.strictObject({
  name: z.string().check(z.minLength(1), describe('What is asserted, in words.')),
  sql: z
    .string()
    .check(z.minLength(1), describe('One query that returns one row with one boolean; true means that it holds.')),
});

const Database = z.strictObject({
  instance: instanceIdentifier.check(describe('DBInstanceIdentifier of the source.')),
  database: z.string().check(z.minLength(1), describe('Name of the database inside the instance.')),
  secretArn: secretArn.check(describe('Secret with {"username", "password"} of the gameday role.')),
  copyInstanceClass: z.optional(
    instanceClass.check(describe("Instance class of the throw-away copy; the source's when absent.")),
  ),
  capabilities: z._default(capabilityPolicy(secretArn), {}),
  trustedOwners: z
    ._default(z.array(z.string().check(z.minLength(1), z.maxLength(63))), [])
    .check(
      describe(
        'Roles of the database whose functions may run as the gameday role when their tables are read, beside superusers and the master user. A table with functions of others is read by COPY, or named.',
      ),
    ),
  nightly: z._default(z.boolean(), true).check(describe('False: backed up by hand only, without an alarm of silence.')),
  assertions: z._default(z.array(Assertion), []),
});

const Network = z.strictObject({
  vpcId: matching(/^vpc-[0-9a-f]+$/, "a VPC id such as 'vpc-0a1b2c3d'"),
  subnetIds: z.array(matching(/^subnet-[0-9a-f]+$/, "a subnet id such as 'subnet-0a1b2c3d'")).check(z.minLength(2)),
  databaseSubnetGroup: z.string().check(z.minLength(1), describe('DB subnet group for throw-away copies.')),
});

/** The stage is deployed there, too: what is missing among the copies is alarmed about there. */
const SecondRegion = z.strictObject({
  region: region.check(describe('Every snapshot is copied there.')),
  kmsKeyId: matching(
    /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/.+$/,
    "the ARN of a KMS key ('arn:aws:kms:<region>:<account>:key/<id>')",
  ).check(describe('The key of that region with which the copies are encrypted.')),
  proofs: z
    ._default(z.enum(['original', 'alternate']), 'original')
    .check(describe('Which is restored: the snapshot always, or one night the snapshot and the next night its copy.')),
  network: z.optional(Network),
});

const channel = z.enum(['slack', 'pagerDuty', 'email']);
const route = (meaning: string) => z.array(channel).check(describe(`Channels of ${meaning}`));
const Notifications = z.strictObject({
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
const Receivers = z.strictObject({
  slack: z.optional(z.strictObject({ secretArn: receiverSecretArn.check(describe('Secret with {"webhookUrl"}.')) })),
  pagerDuty: z.optional(
    z.strictObject({ secretArn: receiverSecretArn.check(describe('Secret with {"routingKey"} of Events API v2.')) }),
  ),
  email: z._default(z.array(MailReceiver), []),
});

const EvidencePolicy = z.strictObject({
  objectLockDays: z.optional(
    count(1, 3653).check(
      describe('For so long no version of an object of the evidence bucket can be deleted. It cannot be switched off.'),
    ),
  ),
});

const Stage = z.strictObject({
  account,
  region,
  network: z.optional(Network),
  monthlyBudget: positive('What the account may cost a month, in the currency of costs.'),
  caps: z.optional(Caps),
  anomalyMonitorArn: z.optional(
    z
      .string()
      .check(
        z.regex(/^arn:aws[a-z-]*:ce::\d{12}:anomalymonitor\/[\w-]+$/, { error: 'the ARN of an anomaly monitor' }),
        describe("The account's monitor of all services, of which AWS allows one; this stage reports its anomalies."),
      ),
  ),
  dr: z.optional(SecondRegion),
  receivers: z._default(Receivers, { email: [] }),
  evidence: z._default(EvidencePolicy, {}),
  databases: z
    .record(databaseKey, Database)
    .check(z.refine((databases) => Object.keys(databases).length > 0, { error: 'at least one database' })),
});

/** Production is never stopped: there the schema knows no such key. */
const hours = {
  officeHours: z.optional(officeHours(timeZone).check(describe('Databases that run in working hours only.'))),
};

const BackupPlan = z.strictObject({
  schedule: schedule('cron(0 7 * * ? *)'),
  fleet: z.strictObject({
    concurrency: count(1, 40).check(describe('So many databases are backed up at a time; each needs a copy.')),
  }),
  bracket: z.strictObject({
    marginSeconds: count(1, 300).check(describe("How long after the snapshot's creation time S2 is taken.")),
    longerMarginSeconds: count(1, 600).check(
      describe('The same for the second attempt after an unbracketed snapshot.'),
    ),
    deadlineSeconds: count(60, 86_400).check(
      describe('S1 is given up after this, over all calls of takeWitness; it holds back vacuum meanwhile.'),
    ),
    connections: count(1, 16).check(describe('Connections that read the source.')),
  }),
  copy: z.strictObject({
    expiresAfterHours: count(1, 48).check(
      describe('When a throw-away copy counts as left over; its tag pg-gameday:expires-at reports.'),
    ),
    connections: count(1, 32).check(describe('Connections that read the copy.')),
  }),
  retention: z.strictObject({
    dailyDays: count(2, 35).check(describe('Every backup is kept so long.')),
    monthlyDays: count(31, 3660).check(describe('The last verified backup of each month is kept so long.')),
    mostDeletions: count(1, 1000).check(
      describe('One run of retention deletes at most so many snapshots of a region.'),
    ),
  }),
  limits: z.strictObject({
    unverifiableRowShare: z
      .number()
      .check(z.gte(0), z.lte(0.5), describe("Share of all rows that may be unverifiable in a 'bounded' verdict.")),
    unverifiableTables: count(0, 1000).check(
      describe("Tables that may be unverifiable as a whole in a 'bounded' verdict."),
    ),
  }),
});

export const Operations = z.strictObject({
  platform: z.strictObject({ name: z.string().check(z.minLength(1)), timeZone }),
  notifications: Notifications,
  backupPlan: BackupPlan,
  costs: Costs,
  stages: z.strictObject({
    dev: z.extend(Stage, hours),
    test: z.extend(Stage, hours),
    prod: Stage,
  }),
});

export type Operations = z.infer<typeof Operations>;
export type Receivers = z.infer<typeof Receivers>;
export type StageName = keyof Operations['stages'];
export type BackupPlan = Operations['backupPlan'];
export type DatabasePolicy = z.infer<typeof Database>;
