import type { CliExample } from './example.ts';

const bucket = '--bucket cli-bucket';
const upload = `${bucket} --key parts`;
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Tls',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: 'arn:aws:s3:::cli-bucket/*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ],
});
const lifecycle = JSON.stringify({
  Rules: [{ ID: 'old', Status: 'Enabled', Filter: { Prefix: 'dumps/' }, Expiration: { Days: 7 } }],
});
const encryption = JSON.stringify({ Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }] });

export const s3: readonly CliExample[] = [
  ['CreateBucket', `s3api create-bucket ${bucket}`],
  ['ListBuckets', 's3api list-buckets'],
  ['HeadBucket', `s3api head-bucket ${bucket}`],
  ['PutBucketVersioning', `s3api put-bucket-versioning ${bucket} --versioning-configuration Status=Enabled`],
  ['GetBucketVersioning', `s3api get-bucket-versioning ${bucket}`],
  ['PutBucketTagging', `s3api put-bucket-tagging ${bucket} --tagging TagSet=[{Key=team,Value=cli}]`],
  ['GetBucketTagging', `s3api get-bucket-tagging ${bucket}`],
  ['DeleteBucketTagging', `s3api delete-bucket-tagging ${bucket}`],
  ['PutBucketPolicy', `s3api put-bucket-policy ${bucket} --policy '${policy}'`],
  ['GetBucketPolicy', `s3api get-bucket-policy ${bucket}`],
  ['DeleteBucketPolicy', `s3api delete-bucket-policy ${bucket}`],
  [
    'PutBucketLifecycleConfiguration',
    `s3api put-bucket-lifecycle-configuration ${bucket} --lifecycle-configuration '${lifecycle}'`,
  ],
  ['GetBucketLifecycleConfiguration', `s3api get-bucket-lifecycle-configuration ${bucket}`],
  ['DeleteBucketLifecycle', `s3api delete-bucket-lifecycle ${bucket}`],
  [
    'PutBucketEncryption',
    `s3api put-bucket-encryption ${bucket} --server-side-encryption-configuration '${encryption}'`,
  ],
  ['GetBucketEncryption', `s3api get-bucket-encryption ${bucket}`],
  ['DeleteBucketEncryption', `s3api delete-bucket-encryption ${bucket}`],
  [
    'PutObject',
    `s3api put-object ${bucket} --key 'dumps/a b.txt' --body body.txt --content-type text/plain`,
    { version: /"VersionId": "(.*?)"/ },
  ],
  ['PutObject', `s3api put-object ${bucket} --key once --body body.txt --if-none-match '*'`],
  ['HeadObject', `s3api head-object ${bucket} --key 'dumps/a b.txt'`],
  ['GetObject', `s3api get-object ${bucket} --key 'dumps/a b.txt' --range bytes=0-3 part.txt`],
  ['CopyObject', `s3api copy-object ${bucket} --key copy --copy-source cli-bucket/once`],
  ['ListObjects', `s3api list-objects ${bucket} --prefix dumps/`],
  ['ListObjectsV2', `s3api list-objects-v2 ${bucket} --delimiter /`],
  ['ListObjectVersions', `s3api list-object-versions ${bucket}`],
  ['CreateMultipartUpload', `s3api create-multipart-upload ${upload}`, { upload: /"UploadId": "(.*?)"/ }],
  [
    'UploadPart',
    `s3api upload-part ${upload} --upload-id {upload} --part-number 1 --body five.bin`,
    { tag: /"ETag": "\\"(.*?)\\""/ },
  ],
  [
    'UploadPartCopy',
    `s3api upload-part-copy ${upload} --upload-id {upload} --part-number 2 --copy-source cli-bucket/once`,
    { copied: /"ETag": "\\"(.*?)\\""/ },
  ],
  ['ListParts', `s3api list-parts ${upload} --upload-id {upload}`],
  ['ListMultipartUploads', `s3api list-multipart-uploads ${bucket}`],
  [
    'CompleteMultipartUpload',
    `s3api complete-multipart-upload ${upload} --upload-id {upload} --multipart-upload Parts=[{ETag={tag},PartNumber=1},{ETag={copied},PartNumber=2}]`,
  ],
  ['CreateMultipartUpload', `s3api create-multipart-upload ${upload}`, { upload: /"UploadId": "(.*?)"/ }],
  ['AbortMultipartUpload', `s3api abort-multipart-upload ${upload} --upload-id {upload}`],
  ['DeleteObject', `s3api delete-object ${bucket} --key 'dumps/a b.txt' --version-id {version}`],
  ['DeleteObjects', `s3api delete-objects ${bucket} --delete Objects=[{Key=once},{Key=copy}]`],
  [
    'PutObjectLockConfiguration',
    `s3api put-object-lock-configuration ${bucket} --object-lock-configuration ObjectLockEnabled=Enabled,Rule={DefaultRetention={Mode=GOVERNANCE,Days=1}}`,
  ],
  ['GetObjectLockConfiguration', `s3api get-object-lock-configuration ${bucket}`],
  ['PutObject', `s3api put-object ${bucket} --key locked --body body.txt`],
  ['GetObjectRetention', `s3api get-object-retention ${bucket} --key locked`],
  [
    'PutObjectRetention',
    `s3api put-object-retention ${bucket} --key locked --retention Mode=GOVERNANCE,RetainUntilDate=2099-01-01T00:00:00Z`,
  ],
  ['CreateBucket', 's3api create-bucket --bucket cli-empty'],
  ['DeleteBucket', 's3api delete-bucket --bucket cli-empty'],
];
