import * as z from 'zod/mini';
import { Alert } from './schema/alert.ts';
import { BackupPlan as BackupPlanPart } from './schema/backup-plan.ts';
import { capabilityPolicy } from './schema/capabilities.ts';
import { count, describe, instanceClass, matching, positive, region } from './schema/checked-values.ts';
import { Caps, Costs } from './schema/costs.ts';
import { DisasterRecovery, DrillPolicy } from './schema/disaster-recovery.ts';
import { DnsStage, dnsPolicy } from './schema/dns.ts';
import { Health } from './schema/health.ts';
import { LeasePolicy, LeaseStage } from './schema/lease.ts';
import { Logs, StageLogs } from './schema/logs.ts';
import { MaintenanceWindows } from './schema/maintenance.ts';
import { Network, SecondRegion } from './schema/network.ts';
import { Notifications, Receivers as ReceiversPart } from './schema/notifications.ts';
import { officeHours } from './schema/office-hours.ts';
import { PlatformMetrics } from './schema/platform-metrics.ts';
import { PromotionPolicy } from './schema/promotion.ts';
import { Remediation, StageRemediation } from './schema/remediation.ts';
import { Restore } from './schema/restore.ts';
import { RestoreTest } from './schema/restore-test.ts';

/**
 * The shape of operations.yml: what an operator edits. Unknown keys are faults, because a misspelt key is a
 * setting that silently does not hold. Defaults are the safe ones.
 */

/** RDS: 1 to 63 letters, digits or hyphens, first a letter, no two hyphens in a row, none at the end. */
const instanceIdentifier = matching(
  /^(?!.*--)[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
  'an RDS identifier (lower-case letters, digits, single hyphens, first a letter, 2 to 63 characters)',
);
const parameterGroup = matching(
  /^(?!.*--)[a-z]([a-z0-9-]{0,253}[a-z0-9])?$/,
  'the name of a parameter group (lower-case letters, digits, single hyphens, first a letter)',
);
const secretArn = matching(
  /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+$/,
  "a Secrets Manager ARN ('arn:aws:secretsmanager:<region>:<account>:secret:<name>')",
);
const account = matching(/^\d{12}$/, 'a 12-digit AWS account id in quotes');
/** Part of the names of copies and snapshots, and so held to their rules. */
/** A name of a database in operations.yml: copies and snapshots are named after it. */
export const databaseKey = matching(
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
  copyParameterGroup: z.optional(
    parameterGroup.check(
      describe(
        "Parameter group of the copies; the source's when absent. A source with subscriptions or jobs of pg_cron needs one in which they do not start.",
      ),
    ),
  ),
  capabilities: z._default(capabilityPolicy(secretArn), {}),
  lease: z._default(LeasePolicy, { mode: 'off' }),
  dns: z.optional(dnsPolicy(secretArn)),
  drill: z.optional(DrillPolicy),
  promotion: z.prefault(PromotionPolicy, {}),
  standby: z.optional(
    z.strictObject({
      instance: instanceIdentifier.check(describe('DBInstanceIdentifier of the logical replica in the second region.')),
      publication: z._default(z.string().check(z.minLength(1), z.maxLength(63)), 'gameday'),
      subscription: z._default(z.string().check(z.minLength(1), z.maxLength(63)), 'gameday'),
    }),
  ),
  trustedOwners: z
    ._default(z.array(z.string().check(z.minLength(1), z.maxLength(63))), [])
    .check(
      describe(
        'Roles of the database whose functions may run as the gameday role when their tables are read, beside superusers and the master user. A table with functions of others is read by COPY, or named.',
      ),
    ),
  replicas: z
    ._default(z.array(instanceIdentifier), [])
    .check(
      describe(
        'Read replicas and subscribers in the same region: how far each is behind is measured by the heartbeat, which a subscription must include.',
      ),
    ),
  exactPause: z
    ._default(z.boolean(), false)
    .check(
      describe(
        'Whether each night locks every table against writers for less than a second, as gameday_maintain, so that a restore to that very second can be proven exact. Without the locks the night goes on.',
      ),
    ),
  nightly: z._default(z.boolean(), true).check(describe('False: backed up by hand only, without an alarm of silence.')),
  assertions: z._default(z.array(Assertion), []),
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
  sharedAccount: z.optional(
    z
      .string()
      .check(
        z.minLength(8),
        describe(
          'Why another stage that is deployed has the same account: what may delete throw-aways of one may delete those of both.',
        ),
      ),
  ),
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
  lease: z.optional(LeaseStage),
  dns: z.optional(DnsStage),
  receivers: z._default(ReceiversPart, { email: [] }),
  evidence: z._default(EvidencePolicy, {}),
  remediation: z.optional(StageRemediation),
  logs: StageLogs,
  maintenance: MaintenanceWindows,
  metrics: PlatformMetrics,
  databases: z
    .record(databaseKey, Database)
    .check(z.refine((databases) => Object.keys(databases).length > 0, { error: 'at least one database' })),
});

/** Production is never stopped: there the schema knows no such key. */
const hours = {
  officeHours: z.optional(officeHours(timeZone).check(describe('Databases that run in working hours only.'))),
};

export const Operations = z.strictObject({
  platform: z.strictObject({ name: z.string().check(z.minLength(1)), timeZone }),
  notifications: Notifications,
  backupPlan: BackupPlanPart,
  restoreTest: RestoreTest,
  restore: Restore,
  disasterRecovery: DisasterRecovery,
  costs: Costs,
  health: Health,
  logs: Logs,
  remediation: Remediation,
  alert: Alert,
  stages: z.strictObject({
    dev: z.extend(Stage, hours),
    test: z.extend(Stage, hours),
    prod: Stage,
  }),
});

export type Operations = z.infer<typeof Operations>;
export type Receivers = Operations['stages']['prod']['receivers'];
export type StageName = keyof Operations['stages'];
export type BackupPlan = Operations['backupPlan'];
export type DatabasePolicy = z.infer<typeof Database>;
