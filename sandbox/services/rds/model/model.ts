import type { PendingModifiedValues, Tag } from '@aws-sdk/client-rds';
import type { SnapshotInstant } from '../../../postgres/backup.ts';
import type { Settings } from '../../../postgres/configuration.ts';
import type { RunningServer } from '../../../postgres/server.ts';
import { instanceNotFound, parameterGroupNotFound, snapshotNotFound, subnetGroupNotFound } from './errors.ts';
import { nameOf } from './identifiers.ts';

/** What an instance keeps through a snapshot and a restore. */
export type InstanceTraits = {
  instanceClass: string;
  allocatedStorage: number;
  storageType: string;
  readonly engineVersion: string;
  readonly masterUsername: string;
  readonly databaseName: string | undefined;
  readonly encrypted: boolean;
  readonly kmsKeyId: string | undefined;
  readonly dataChecksums: boolean;
  backupRetentionPeriod: number;
  iamAuthentication: boolean;
  readonly declaredPort: number;
};

export type ParameterStatus = 'in-sync' | 'applying' | 'pending-reboot';

/** What a read replica follows. Replication that was terminated never begins again. */
export type Replication = {
  readonly source: Instance;
  readonly slot: string;
  isTerminated: boolean;
  /** The link between the two regions is cut; it begins again when that is mended. */
  isCut: boolean;
};

export type Instance = {
  readonly region: string;
  /** Changed by a rename, as its ARN is; its resource id and its directory stay. */
  identifier: string;
  arn: string;
  readonly resourceId: string;
  readonly directory: string;
  readonly traits: InstanceTraits;
  status: string;
  createdAt: Date | undefined;
  multiAz: boolean;
  deletionProtection: boolean;
  publiclyAccessible: boolean;
  autoMinorVersionUpgrade: boolean;
  copyTagsToSnapshot: boolean;
  caCertificate: string;
  /** Kinds of logs that are delivered to CloudWatch: nothing is, but RDS says so. */
  logExports: string[];
  monitoring: { readonly seconds: number; readonly roleArn: string | undefined };
  lifecycleSupport: string;
  backupWindow: string;
  maintenanceWindow: string;
  availabilityZone: string;
  securityGroups: string[];
  subnetGroup: string;
  parameterGroup: string;
  parameterStatus: ParameterStatus;
  /** The group's values that the server runs with; the group may have newer ones. */
  runningParameters: Settings;
  pending: PendingModifiedValues;
  tags: Tag[];
  latestRestorableTime: Date | undefined;
  /** Of a read replica, until it is promoted. */
  replication: Replication | undefined;
  readonly replicas: Set<Instance>;
  /** When a stopped instance is started by RDS. */
  restartsAt: Date | undefined;
  /** 0 until the server has started once; then it keeps it. */
  port: number;
  server: RunningServer | undefined;
  /** Work on the server and its files goes one after the other. */
  queue: Promise<unknown>;
};

export type Snapshot = {
  readonly region: string;
  readonly identifier: string;
  readonly arn: string;
  readonly type: 'manual' | 'automated';
  readonly instanceIdentifier: string;
  readonly resourceId: string;
  readonly instanceCreatedAt: Date | undefined;
  readonly availabilityZone: string;
  readonly traits: Readonly<InstanceTraits>;
  /** Of the instance when the snapshot was taken: a restore without tags gets them. */
  readonly instanceTags: readonly Tag[];
  readonly directory: string;
  readonly sourceArn?: string;
  readonly sourceRegion?: string;
  tags: Tag[];
  status: 'creating' | 'copying' | 'available' | 'failed' | 'deleting';
  percent: number;
  createdAt: Date | undefined;
  originalCreatedAt: Date | undefined;
  instant: SnapshotInstant | undefined;
  /** Copies and restores that read the files: these stay until the last one is done. */
  readers: Set<Promise<unknown>>;
};

/** The automated backups of an instance, which outlive it when they are retained. Its log is archived beside them. */
export type AutomatedBackup = {
  readonly source: Instance;
  isRetained: boolean;
  readonly readers: Set<Promise<unknown>>;
  /** What has arrived here, when the instance is in another region. */
  readonly replica?: BackupReplica;
};

/** Files of its own: they outlive the region of the instance. */
export type BackupReplica = {
  readonly region: string;
  readonly kmsKeyId: string | undefined;
  readonly retentionPeriod: number;
  /** By the name of the source's snapshot. */
  readonly bases: Map<string, BackupBase>;
  latest: Date | undefined;
};

/** A base backup, from which the log is replayed. */
export type BackupBase = { readonly directory: string; readonly instant: SnapshotInstant | undefined };

export type ParameterGroup = {
  readonly region: string;
  readonly name: string;
  readonly arn: string;
  readonly family: string;
  readonly description: string;
  readonly isDefault: boolean;
  readonly values: Map<string, { readonly value: string; readonly applyMethod: 'immediate' | 'pending-reboot' }>;
  tags: Tag[];
};

export type SubnetGroup = {
  readonly region: string;
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  readonly subnets: readonly string[];
  tags: Tag[];
};

/** What lives in one region. */
export class RegionState {
  readonly instances = new Map<string, Instance>();
  readonly snapshots = new Map<string, Snapshot>();
  /** By the resource id of the instance. */
  readonly automatedBackups = new Map<string, AutomatedBackup>();
  readonly parameterGroups = new Map<string, ParameterGroup>();
  readonly subnetGroups = new Map<string, SubnetGroup>();

  instance(identifierOrArn: string): Instance {
    const found = this.instances.get(nameOf(identifierOrArn));
    if (found === undefined) throw instanceNotFound(nameOf(identifierOrArn));
    return found;
  }

  snapshot(identifierOrArn: string): Snapshot {
    const found = this.snapshots.get(nameOf(identifierOrArn));
    if (found === undefined) throw snapshotNotFound(nameOf(identifierOrArn));
    return found;
  }

  parameterGroup(name: string): ParameterGroup {
    const found = this.parameterGroups.get(name.toLowerCase());
    if (found === undefined) throw parameterGroupNotFound(name);
    return found;
  }

  subnetGroup(name: string): SubnetGroup {
    const found = this.subnetGroups.get(name.toLowerCase());
    if (found === undefined) throw subnetGroupNotFound(name);
    return found;
  }
}
