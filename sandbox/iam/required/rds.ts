import {
  type Call,
  type Input,
  list,
  type PermissionsOf,
  type PermissionsTable,
  passRole,
  type RequiredPermission,
  requestTags,
  text,
} from './permission.ts';

type Kind = 'db' | 'auto-backup' | 'snapshot' | 'pg' | 'og' | 'subgrp';

/** `member` holds an identifier or an ARN; without it the call is about all of that kind. */
const arnIn = (input: Input, { region, account }: Call, kind: Kind, member: string, absent = '*') => {
  const given = text(input, member) ?? absent;
  return given.startsWith('arn:') ? given : `arn:aws:rds:${region}:${account}:${kind}:${given.toLowerCase()}`;
};

/** The action of the operation's own name on the named resources. */
const on =
  (action: string, ...resources: readonly [Kind, string][]): PermissionsOf =>
  (input, call) =>
    resources.map(([kind, member]) => ({ action: `rds:${action}`, resource: arnIn(input, call, kind, member) }));

/** For operations that AWS lets no policy limit to a resource. */
const onAll =
  (action: string): PermissionsOf =>
  () => [{ action: `rds:${action}`, resource: '*' }];

/**
 * A creation: its tags are in the request's context, and putting them on is an action of its own on what is created. AWS
 * says of what is created that it bears the tags that it is created with.
 */
function create(action: string, created: string, others: readonly string[], input: Input): RequiredPermission[] {
  const tags = list(input, 'Tags');
  const context = requestTags(tags);
  const borne = tags.map((tag): [string, string[]] => [`aws:ResourceTag/${tag['Key']}`, [String(tag['Value'] ?? '')]]);
  const ofCreated = { resource: created, context: { ...context, ...Object.fromEntries(borne) } };
  return [
    { action: `rds:${action}`, ...ofCreated },
    ...others.map((resource) => ({ action: `rds:${action}`, resource, context })),
    ...(tags.length === 0 ? [] : [{ action: 'rds:AddTagsToResource', ...ofCreated }]),
  ];
}

/** The groups that an instance gets when the request names none. */
function groups(input: Input, call: Call): string[] {
  const postgresMajor = call.world.postgresMajor();
  return [
    arnIn(input, call, 'pg', 'DBParameterGroupName', `default.postgres${postgresMajor}`),
    arnIn(input, call, 'og', 'OptionGroupName', `default:postgres-${postgresMajor}`),
    arnIn(input, call, 'subgrp', 'DBSubnetGroupName', 'default'),
  ];
}

/** The key of what is restored or copied: RDS uses it for the caller, and for later by a grant that the caller may give. */
function keyUse(key: string | undefined, { region, world }: Call): RequiredPermission[] {
  if (key === undefined || !world.isCustomerKey(key)) {
    return [];
  }
  const context = { 'kms:ViaService': [`rds.${region}.amazonaws.com`] };
  return [
    { action: 'kms:DescribeKey', resource: key, context },
    { action: 'kms:CreateGrant', resource: key, context: { ...context, 'kms:GrantIsForAWSResource': ['true'] } },
  ];
}

/** The key that a request names, as an ARN of the region in which it is made. */
function namedKey(input: Input, { region, account }: Call): string | undefined {
  const given = text(input, 'KmsKeyId');
  return given === undefined || given.startsWith('arn:') ? given : `arn:aws:kms:${region}:${account}:key/${given}`;
}

/** After the service authorization reference of Amazon RDS. */
export const rdsPermissions: PermissionsTable = {
  AddTagsToResource: (input) => [
    {
      action: 'rds:AddTagsToResource',
      resource: text(input, 'ResourceName') ?? '*',
      context: requestTags(list(input, 'Tags')),
    },
  ],
  CopyDBParameterGroup: (input, call) =>
    create(
      'CopyDBParameterGroup',
      arnIn(input, call, 'pg', 'TargetDBParameterGroupIdentifier'),
      [arnIn(input, call, 'pg', 'SourceDBParameterGroupIdentifier')],
      input,
    ),
  CopyDBSnapshot: (input, call) => {
    const source = arnIn(input, call, 'snapshot', 'SourceDBSnapshotIdentifier');
    return [
      ...create('CopyDBSnapshot', arnIn(input, call, 'snapshot', 'TargetDBSnapshotIdentifier'), [source], input),
      ...keyUse(namedKey(input, call) ?? call.world.keyOf(source), call),
    ];
  },
  CreateDBInstance: (input, call) => [
    ...create('CreateDBInstance', arnIn(input, call, 'db', 'DBInstanceIdentifier'), groups(input, call), input),
    ...keyUse(namedKey(input, call), call),
    ...passRole(text(input, 'MonitoringRoleArn'), 'monitoring.rds.amazonaws.com'),
  ],
  CreateDBInstanceReadReplica: (input, call) => {
    const source = arnIn(input, call, 'db', 'SourceDBInstanceIdentifier');
    const replica = arnIn(input, call, 'db', 'DBInstanceIdentifier');
    return [
      ...create('CreateDBInstanceReadReplica', replica, [source, ...groups(input, call)], input),
      ...keyUse(namedKey(input, call) ?? call.world.keyOf(source), call),
    ];
  },
  CreateDBParameterGroup: (input, call) =>
    create('CreateDBParameterGroup', arnIn(input, call, 'pg', 'DBParameterGroupName'), [], input),
  CreateDBSnapshot: (input, call) =>
    create(
      'CreateDBSnapshot',
      arnIn(input, call, 'snapshot', 'DBSnapshotIdentifier'),
      [arnIn(input, call, 'db', 'DBInstanceIdentifier')],
      input,
    ),
  CreateDBSubnetGroup: (input, call) =>
    create('CreateDBSubnetGroup', arnIn(input, call, 'subgrp', 'DBSubnetGroupName'), [], input),
  DeleteDBInstance: (input, call) => {
    const instance: RequiredPermission = {
      action: 'rds:DeleteDBInstance',
      resource: arnIn(input, call, 'db', 'DBInstanceIdentifier'),
    };
    const last = text(input, 'FinalDBSnapshotIdentifier');
    return last === undefined
      ? [instance]
      : [
          instance,
          { action: 'rds:CreateDBSnapshot', resource: instance.resource },
          {
            action: 'rds:CreateDBSnapshot',
            resource: arnIn(input, call, 'snapshot', 'FinalDBSnapshotIdentifier'),
          },
        ];
  },
  DeleteDBInstanceAutomatedBackup: on('DeleteDBInstanceAutomatedBackup', [
    'auto-backup',
    'DBInstanceAutomatedBackupsArn',
  ]),
  DeleteDBParameterGroup: on('DeleteDBParameterGroup', ['pg', 'DBParameterGroupName']),
  DeleteDBSnapshot: on('DeleteDBSnapshot', ['snapshot', 'DBSnapshotIdentifier']),
  DeleteDBSubnetGroup: on('DeleteDBSubnetGroup', ['subgrp', 'DBSubnetGroupName']),
  DescribeAccountAttributes: onAll('DescribeAccountAttributes'),
  DescribeDBEngineVersions: onAll('DescribeDBEngineVersions'),
  DescribeDBInstanceAutomatedBackups: on('DescribeDBInstanceAutomatedBackups', ['db', 'DBInstanceIdentifier']),
  DescribeDBInstances: on('DescribeDBInstances', ['db', 'DBInstanceIdentifier']),
  DescribeDBLogFiles: on('DescribeDBLogFiles', ['db', 'DBInstanceIdentifier']),
  DescribeDBParameterGroups: on('DescribeDBParameterGroups', ['pg', 'DBParameterGroupName']),
  DescribeDBParameters: on('DescribeDBParameters', ['pg', 'DBParameterGroupName']),
  // Snapshots of one instance are asked for by the instance, one snapshot by its own name.
  DescribeDBSnapshots: (input, call) => {
    const byInstance = text(input, 'DBInstanceIdentifier') !== undefined && !text(input, 'DBSnapshotIdentifier');
    return [
      {
        action: 'rds:DescribeDBSnapshots',
        resource: byInstance
          ? arnIn(input, call, 'db', 'DBInstanceIdentifier')
          : arnIn(input, call, 'snapshot', 'DBSnapshotIdentifier'),
      },
    ];
  },
  DescribeDBSubnetGroups: on('DescribeDBSubnetGroups', ['subgrp', 'DBSubnetGroupName']),
  DescribeEvents: onAll('DescribeEvents'),
  DescribeOrderableDBInstanceOptions: onAll('DescribeOrderableDBInstanceOptions'),
  DescribePendingMaintenanceActions: on('DescribePendingMaintenanceActions', ['db', 'ResourceIdentifier']),
  DownloadDBLogFilePortion: on('DownloadDBLogFilePortion', ['db', 'DBInstanceIdentifier']),
  ListTagsForResource: (input) => [{ action: 'rds:ListTagsForResource', resource: text(input, 'ResourceName') ?? '*' }],
  ModifyDBInstance: (input, call) => {
    const action = 'rds:ModifyDBInstance';
    const group = text(input, 'DBParameterGroupName');
    return [
      { action, resource: arnIn(input, call, 'db', 'DBInstanceIdentifier') },
      ...(group === undefined ? [] : [{ action, resource: arnIn(input, call, 'pg', 'DBParameterGroupName') }]),
      ...passRole(text(input, 'MonitoringRoleArn'), 'monitoring.rds.amazonaws.com'),
    ];
  },
  ModifyDBParameterGroup: on('ModifyDBParameterGroup', ['pg', 'DBParameterGroupName']),
  PromoteReadReplica: on('PromoteReadReplica', ['db', 'DBInstanceIdentifier']),
  RebootDBInstance: on('RebootDBInstance', ['db', 'DBInstanceIdentifier']),
  RemoveTagsFromResource: (input) => [
    {
      action: 'rds:RemoveTagsFromResource',
      resource: text(input, 'ResourceName') ?? '*',
      context: { 'aws:TagKeys': (Array.isArray(input['TagKeys']) ? input['TagKeys'] : []).map(String) },
    },
  ],
  ResetDBParameterGroup: on('ResetDBParameterGroup', ['pg', 'DBParameterGroupName']),
  RestoreDBInstanceFromDBSnapshot: (input, call) => {
    const snapshot = arnIn(input, call, 'snapshot', 'DBSnapshotIdentifier');
    const instance = arnIn(input, call, 'db', 'DBInstanceIdentifier');
    return [
      ...create('RestoreDBInstanceFromDBSnapshot', instance, [snapshot, ...groups(input, call)], input),
      ...keyUse(call.world.keyOf(snapshot), call),
    ];
  },
  RestoreDBInstanceToPointInTime: (input, call) => {
    const backup = text(input, 'SourceDBInstanceAutomatedBackupsArn');
    const source = backup ?? arnIn(input, call, 'db', 'SourceDBInstanceIdentifier');
    const target = arnIn(input, call, 'db', 'TargetDBInstanceIdentifier');
    return [
      ...create('RestoreDBInstanceToPointInTime', target, [source, ...groups(input, call)], input),
      ...keyUse(call.world.keyOf(source), call),
    ];
  },
  StartDBInstance: on('StartDBInstance', ['db', 'DBInstanceIdentifier']),
  StartDBInstanceAutomatedBackupsReplication: (input, call) => [
    {
      action: 'rds:StartDBInstanceAutomatedBackupsReplication',
      resource: arnIn(input, call, 'db', 'SourceDBInstanceArn'),
    },
    ...keyUse(namedKey(input, call), call),
  ],
  StopDBInstance: on('StopDBInstance', ['db', 'DBInstanceIdentifier']),
  StopDBInstanceAutomatedBackupsReplication: on('StopDBInstanceAutomatedBackupsReplication', [
    'db',
    'SourceDBInstanceArn',
  ]),
};
