import {
  type Call,
  type Input,
  list,
  type PermissionsOf,
  type PermissionsTable,
  type RequiredPermission,
  text,
} from './permission.ts';

const bucketArn = (input: Input) => `arn:aws:s3:::${text(input, 'Bucket') ?? ''}`;
const objectArn = (input: Input) => `${bucketArn(input)}/${text(input, 'Key') ?? ''}`;

const onBucket =
  (action: string): PermissionsOf =>
  (input) => [{ action: `s3:${action}`, resource: bucketArn(input) }];

const onObject =
  (action: string): PermissionsOf =>
  (input) => [{ action: `s3:${action}`, resource: objectArn(input) }];

const listing =
  (action: string): PermissionsOf =>
  (input) => [
    {
      action: `s3:${action}`,
      resource: bucketArn(input),
      context: { 's3:prefix': [text(input, 'Prefix') ?? ''] },
    },
  ];

/** Only who may list a bucket learns that a key is not there (404); to everybody else it is forbidden (403). */
function read(input: Input, { world }: Call): RequiredPermission[] {
  const version = text(input, 'VersionId');
  const required = [
    { action: version === undefined ? 's3:GetObject' : 's3:GetObjectVersion', resource: objectArn(input) },
  ];
  return world.objectExists(text(input, 'Bucket') ?? '', text(input, 'Key') ?? '')
    ? required
    : [...required, { action: 's3:ListBucket', resource: bucketArn(input) }];
}

/**
 * The headers of a conditional write as condition keys. Requests that make no object yet take no such header: a policy
 * that demands one exempts them by `s3:ObjectCreationOperation`.
 */
function conditions(input: Input, makesObject: boolean): NonNullable<RequiredPermission['context']> {
  const [ifMatch, ifNoneMatch] = [text(input, 'IfMatch'), text(input, 'IfNoneMatch')];
  return {
    's3:ObjectCreationOperation': [String(makesObject)],
    ...(ifMatch === undefined ? {} : { 's3:if-match': [ifMatch] }),
    ...(ifNoneMatch === undefined ? {} : { 's3:if-none-match': [ifNoneMatch] }),
  };
}

const put = (input: Input, makesObject: boolean): RequiredPermission => ({
  action: 's3:PutObject',
  resource: objectArn(input),
  context: conditions(input, makesObject),
});

function write(input: Input, makesObject = true): RequiredPermission[] {
  const resource = objectArn(input);
  return [
    put(input, makesObject),
    ...(text(input, 'ObjectLockMode') === undefined ? [] : [{ action: 's3:PutObjectRetention', resource }]),
    ...(text(input, 'ACL') === undefined ? [] : [{ action: 's3:PutObjectAcl', resource }]),
    ...(text(input, 'Tagging') === undefined ? [] : [{ action: 's3:PutObjectTagging', resource }]),
    // If-Match compares with what is there, so S3 wants to know that the caller may see it.
    ...(text(input, 'IfMatch') === undefined ? [] : [{ action: 's3:GetObject', resource }]),
  ];
}

function source(input: Input): RequiredPermission {
  const [path = '', query = ''] = (text(input, 'CopySource') ?? '').replace(/^\//, '').split('?');
  const action = new URLSearchParams(query).has('versionId') ? 's3:GetObjectVersion' : 's3:GetObject';
  return { action, resource: `arn:aws:s3:::${decodeURIComponent(path)}` };
}

const remove = (input: Input): RequiredPermission[] => [
  {
    action: text(input, 'VersionId') === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion',
    resource: objectArn(input),
  },
  ...bypass(input),
];

/** Past a lock in governance mode. */
const bypass = (input: Input): RequiredPermission[] =>
  input['BypassGovernanceRetention'] === true
    ? [{ action: 's3:BypassGovernanceRetention', resource: objectArn(input) }]
    : [];

/** After the service authorization reference of Amazon S3: actions and operations often have different names. */
export const s3Permissions: PermissionsTable = {
  AbortMultipartUpload: onObject('AbortMultipartUpload'),
  CompleteMultipartUpload: (input) => [put(input, true)],
  CopyObject: (input) => [source(input), ...write(input)],
  CreateBucket: onBucket('CreateBucket'),
  CreateMultipartUpload: (input) => write(input, false),
  DeleteBucket: onBucket('DeleteBucket'),
  DeleteBucketEncryption: onBucket('PutEncryptionConfiguration'),
  DeleteBucketLifecycle: onBucket('PutLifecycleConfiguration'),
  DeleteBucketPolicy: onBucket('DeleteBucketPolicy'),
  DeleteBucketTagging: onBucket('PutBucketTagging'),
  DeleteObject: remove,
  DeleteObjects: (input) =>
    list((input['Delete'] ?? {}) as Input, 'Objects').flatMap((one) =>
      remove({ Bucket: input['Bucket'], BypassGovernanceRetention: input['BypassGovernanceRetention'], ...one }),
    ),
  GetBucketEncryption: onBucket('GetEncryptionConfiguration'),
  GetBucketLifecycleConfiguration: onBucket('GetLifecycleConfiguration'),
  GetBucketPolicy: onBucket('GetBucketPolicy'),
  GetBucketTagging: onBucket('GetBucketTagging'),
  GetBucketVersioning: onBucket('GetBucketVersioning'),
  GetObject: read,
  GetObjectLockConfiguration: onBucket('GetBucketObjectLockConfiguration'),
  GetObjectRetention: onObject('GetObjectRetention'),
  HeadBucket: onBucket('ListBucket'),
  HeadObject: read,
  ListBuckets: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
  ListMultipartUploads: onBucket('ListBucketMultipartUploads'),
  ListObjectVersions: listing('ListBucketVersions'),
  ListObjects: listing('ListBucket'),
  ListObjectsV2: listing('ListBucket'),
  ListParts: onObject('ListMultipartUploadParts'),
  PutBucketEncryption: onBucket('PutEncryptionConfiguration'),
  PutBucketLifecycleConfiguration: onBucket('PutLifecycleConfiguration'),
  PutBucketPolicy: onBucket('PutBucketPolicy'),
  PutBucketTagging: onBucket('PutBucketTagging'),
  PutBucketVersioning: onBucket('PutBucketVersioning'),
  PutObject: (input) => write(input),
  PutObjectLockConfiguration: onBucket('PutBucketObjectLockConfiguration'),
  PutObjectRetention: (input) => [{ action: 's3:PutObjectRetention', resource: objectArn(input) }, ...bypass(input)],
  UploadPart: (input) => [put(input, false)],
  UploadPartCopy: (input) => [source(input), put(input, false)],
};
