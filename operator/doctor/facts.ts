import type { InspectDatabaseOutput } from '../../shared/contracts/inspect-database.ts';

/** What was looked at, or why nobody could look: a doctor must not call sound what it has not seen. */
export type Collected<T> =
  | { readonly seen: true; readonly value: T }
  | { readonly seen: false; readonly reason: string };

/** Undefined where the account has no such thing. */
export type SourceInstance = {
  readonly status: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly parameterGroup: string;
  /** RDS: in-sync, pending-reboot, applying. */
  readonly parameterStatus: string;
  /** Days; 0 is off. */
  readonly backupRetention: number;
  readonly isPublic: boolean;
  readonly isEncrypted: boolean;
  readonly keyId: string | undefined;
  readonly isProtected: boolean;
  readonly isMultiZone: boolean;
  readonly masterUser: string;
  /** UTC: `03:00-03:30`, and `sun:05:00-sun:05:30`. */
  readonly backupWindow: string;
  readonly maintenanceWindow: string;
  /** What RDS will do to it, with the day on which it does so by itself. */
  readonly pendingMaintenance: readonly string[];
};

export type TopicSubscription = {
  readonly protocol: string;
  readonly endpoint: string;
  readonly isConfirmed: boolean;
};

export type EncryptionKey = { readonly state: string; readonly policy: string };

/** Names and forms only: the doctor keeps no password. */
export type DatabaseSecret = { readonly isComplete: boolean; readonly user: string };

export type DatabaseFacts = {
  readonly instance: Collected<SourceInstance | undefined>;
  /** Values in force of the instance's parameter group, by name. */
  readonly parameters: Collected<Readonly<Record<string, string>>>;
  /** Those of the group that operations.yml gives to copies, none without one; undefined when there is no such group. */
  readonly copyParameters: Collected<Readonly<Record<string, string>> | undefined>;
  readonly key: Collected<EncryptionKey | undefined>;
  readonly secret: Collected<DatabaseSecret | undefined>;
  /** Of the capabilities that operations.yml names, by capability. */
  readonly capabilitySecrets: Readonly<Record<string, Collected<DatabaseSecret | undefined>>>;
  /** What the functions see from where they run; undefined when the state machine is not there. */
  readonly inside: Collected<InspectDatabaseOutput | undefined>;
};

export type NetworkFacts = {
  readonly subnets: readonly { readonly id: string; readonly vpcId: string; readonly zone: string }[];
  readonly missingSubnets: readonly string[];
  /** Of the copies; undefined when there is none of that name. */
  readonly databaseSubnetGroup: { readonly vpcId: string; readonly zones: readonly string[] } | undefined;
  /** Services with an endpoint in the VPC that is available, by the last word of their name: rds, s3, secretsmanager. */
  readonly endpoints: readonly string[];
  /** Subnets of the functions with a default route to a NAT gateway, which serves for every endpoint. */
  readonly subnetsWithNat: readonly string[];
};

/** An alarm, and the topics that it acts on. */
export type ChainAlarm = {
  readonly name: string;
  readonly arn: string;
  readonly topics: readonly string[];
  /** It has had no data for a day. */
  readonly isBlind: boolean;
};
/** `policy` is its text; `key` is absent where it is not encrypted. */
export type ChainTopic = {
  readonly arn: string;
  readonly policy: string;
  readonly key: Collected<EncryptionKey | undefined> | undefined;
  readonly confirmed: number;
};
/** A topic that is not there is not in it. */
export type AlarmChain = { readonly alarms: readonly ChainAlarm[]; readonly topics: readonly ChainTopic[] };

export type DeploymentFacts = {
  readonly functions: readonly string[];
  readonly stateMachines: readonly string[];
  readonly rules: readonly { readonly name: string; readonly isEnabled: boolean }[];
  readonly alarms: readonly { readonly name: string; readonly acts: boolean }[];
  readonly chain: AlarmChain;
  readonly topics: readonly {
    readonly name: string;
    readonly subscriptions: readonly TopicSubscription[];
  }[];
  /** Undefined while the functions are not deployed, which name it. */
  readonly evidence:
    | {
        readonly bucket: string;
        readonly versioning: string;
        /** Of the default encryption: AES256 where nobody chose, aws:kms where the template did. */
        readonly encryption: string;
        /** For so long a new version is locked; 0 where it is not. */
        readonly lockedDays: number;
      }
    | undefined;
};

export type Quota = { readonly used: number; readonly most: number };

/** What a proof of a database's copy needs in the second region, and is not of the stack. */
export type DatabaseElsewhere = {
  /** That copies get, by the same name there; undefined where nobody knows its name. */
  readonly parameterGroup: Collected<{ readonly name: string; readonly exists: boolean } | undefined>;
  readonly secret: Collected<DatabaseSecret | undefined>;
  /** How far the automated backups there are behind; undefined where nobody wants any. */
  readonly replicated: Collected<{ readonly behindSeconds: number | undefined } | undefined> | undefined;
};

export type SecondRegionFacts = {
  readonly deployment: Collected<DeploymentFacts>;
  /** That copies are encrypted with. */
  readonly key: Collected<EncryptionKey | undefined>;
  readonly network: Collected<NetworkFacts> | undefined;
  readonly quotas: Facts['quotas'];
  readonly databases: Readonly<Record<string, DatabaseElsewhere>>;
};

export type Facts = {
  readonly account: Collected<string>;
  readonly databases: Readonly<Record<string, DatabaseFacts>>;
  /** Undefined where the stage has no network. */
  readonly network: Collected<NetworkFacts> | undefined;
  readonly quotas: Collected<{ readonly snapshots: Quota; readonly instances: Quota }>;
  readonly deployment: Collected<DeploymentFacts>;
  /** Undefined where the stage has no second region. */
  readonly secondRegion: SecondRegionFacts | undefined;
};

/** What `serverless deploy` makes for a stage, read from the same files. */
export type Expected = {
  readonly functions: readonly string[];
  readonly stateMachines: readonly string[];
  readonly schedules: readonly string[];
  /** Those of the second region: a schedule that decides for both runs in the first only. */
  readonly schedulesElsewhere: readonly string[];
};
