import type { DBInstance, DBSnapshot, DBSubnetGroup } from '@aws-sdk/client-rds';
import type { Instance, Snapshot, SubnetGroup } from './model.ts';

/** An instance as DescribeDBInstances shows it. */
export function instanceView(instance: Instance, subnetGroup: SubnetGroup): DBInstance {
  const { traits } = instance;
  const created = instance.createdAt !== undefined;
  return {
    DBInstanceIdentifier: instance.identifier,
    DBInstanceArn: instance.arn,
    DbiResourceId: instance.resourceId,
    DBInstanceClass: traits.instanceClass,
    DBInstanceStatus: instance.status,
    Engine: 'postgres',
    EngineVersion: traits.engineVersion,
    EngineLifecycleSupport: instance.lifecycleSupport,
    LicenseModel: 'postgresql-license',
    MasterUsername: traits.masterUsername,
    ...(traits.databaseName === undefined ? {} : { DBName: traits.databaseName }),
    // RDS reports the address only when the instance has been created.
    ...(created && instance.port !== 0 ? { Endpoint: { Address: '127.0.0.1', Port: instance.port } } : {}),
    DbInstancePort: 0,
    ...(instance.createdAt === undefined ? {} : { InstanceCreateTime: instance.createdAt }),
    AllocatedStorage: traits.allocatedStorage,
    StorageType: traits.storageType,
    StorageEncrypted: traits.encrypted,
    ...(traits.kmsKeyId === undefined ? {} : { KmsKeyId: traits.kmsKeyId }),
    ...(instance.latestRestorableTime === undefined ? {} : { LatestRestorableTime: instance.latestRestorableTime }),
    BackupRetentionPeriod: traits.backupRetentionPeriod,
    PreferredBackupWindow: instance.backupWindow,
    PreferredMaintenanceWindow: instance.maintenanceWindow,
    BackupTarget: 'region',
    MultiAZ: instance.multiAz,
    AvailabilityZone: instance.availabilityZone,
    ...(instance.multiAz ? { SecondaryAvailabilityZone: otherZone(instance.availabilityZone) } : {}),
    ...(instance.restartsAt === undefined ? {} : { AutomaticRestartTime: instance.restartsAt }),
    DBParameterGroups: [
      { DBParameterGroupName: instance.parameterGroup, ParameterApplyStatus: instance.parameterStatus },
    ],
    VpcSecurityGroups: instance.securityGroups.map((id) => ({ VpcSecurityGroupId: id, Status: 'active' })),
    DBSecurityGroups: [],
    DBSubnetGroup: subnetGroupView(subnetGroup),
    OptionGroupMemberships: [],
    PendingModifiedValues: { ...instance.pending },
    ...replicationView(instance),
    DeletionProtection: instance.deletionProtection,
    PubliclyAccessible: instance.publiclyAccessible,
    AutoMinorVersionUpgrade: instance.autoMinorVersionUpgrade,
    CopyTagsToSnapshot: instance.copyTagsToSnapshot,
    IAMDatabaseAuthenticationEnabled: traits.iamAuthentication,
    CACertificateIdentifier: instance.caCertificate,
    ...(instance.createdAt === undefined
      ? {}
      : { CertificateDetails: { CAIdentifier: instance.caCertificate, ValidTill: yearAfter(instance.createdAt) } }),
    MonitoringInterval: instance.monitoring.seconds,
    ...(instance.monitoring.roleArn === undefined ? {} : { MonitoringRoleArn: instance.monitoring.roleArn }),
    ...(instance.logExports.length === 0 ? {} : { EnabledCloudwatchLogsExports: [...instance.logExports] }),
    PerformanceInsightsEnabled: false,
    TagList: [...instance.tags],
    NetworkType: 'IPV4',
  };
}

/** RDS renews a server's certificate each year. */
const yearAfter = (date: Date): Date => new Date(date.getTime() + 365 * 24 * 3_600_000);

/** Where the standby of a Multi-AZ instance is. */
export function otherZone(zone: string): string {
  return `${zone.slice(0, -1)}${zone.endsWith('a') ? 'b' : 'a'}`;
}

function replicationView(instance: Instance) {
  const seenFrom = ({ region, identifier, arn }: Instance) => (region === instance.region ? identifier : arn);
  const replicas = { ReadReplicaDBInstanceIdentifiers: [...instance.replicas].map(seenFrom) };
  if (instance.replication === undefined) return replicas;
  const { source, isTerminated } = instance.replication;
  const isFlowing = [source.server, instance.server].every((server) => server !== undefined && !server.hasEnded);
  const status = isTerminated ? 'terminated' : isFlowing ? 'replicating' : 'error';
  return {
    ...replicas,
    ReadReplicaSourceDBInstanceIdentifier: seenFrom(source),
    ...(instance.createdAt === undefined
      ? {}
      : { StatusInfos: [{ StatusType: 'read replication', Normal: status === 'replicating', Status: status }] }),
  };
}

/** A snapshot as DescribeDBSnapshots shows it: its time appears when its instant is fixed. */
export function snapshotView(snapshot: Snapshot): DBSnapshot {
  const { traits, createdAt, originalCreatedAt } = snapshot;
  return {
    DBSnapshotIdentifier: snapshot.identifier,
    DBSnapshotArn: snapshot.arn,
    DBInstanceIdentifier: snapshot.instanceIdentifier,
    DbiResourceId: snapshot.resourceId,
    SnapshotType: snapshot.type,
    Status: snapshot.status,
    PercentProgress: snapshot.percent,
    ...(createdAt === undefined ? {} : { SnapshotCreateTime: createdAt }),
    ...(originalCreatedAt === undefined ? {} : { OriginalSnapshotCreateTime: originalCreatedAt }),
    ...(snapshot.instanceCreatedAt === undefined ? {} : { InstanceCreateTime: snapshot.instanceCreatedAt }),
    ...(snapshot.sourceArn === undefined ? {} : { SourceDBSnapshotIdentifier: snapshot.sourceArn }),
    ...(snapshot.sourceRegion === undefined ? {} : { SourceRegion: snapshot.sourceRegion }),
    Engine: 'postgres',
    EngineVersion: traits.engineVersion,
    LicenseModel: 'postgresql-license',
    MasterUsername: traits.masterUsername,
    AllocatedStorage: traits.allocatedStorage,
    StorageType: traits.storageType,
    Encrypted: traits.encrypted,
    ...(traits.kmsKeyId === undefined ? {} : { KmsKeyId: traits.kmsKeyId }),
    Port: traits.declaredPort,
    AvailabilityZone: snapshot.availabilityZone,
    IAMDatabaseAuthenticationEnabled: traits.iamAuthentication,
    OptionGroupName: `default:postgres-${Number.parseInt(traits.engineVersion, 10)}`,
    VpcId: 'vpc-00000000000000001',
    SnapshotTarget: 'region',
    TagList: [...snapshot.tags],
  };
}

export function subnetGroupView(group: SubnetGroup): DBSubnetGroup {
  return {
    DBSubnetGroupName: group.name,
    DBSubnetGroupArn: group.arn,
    DBSubnetGroupDescription: group.description,
    SubnetGroupStatus: 'Complete',
    VpcId: 'vpc-00000000000000001',
    Subnets: group.subnets.map((id, index) => ({
      SubnetIdentifier: id,
      SubnetStatus: 'Active',
      SubnetAvailabilityZone: { Name: `${group.region}${'abc'[index % 3]}` },
    })),
  };
}
