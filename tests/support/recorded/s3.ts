import { call, localstack } from './call.ts';
import type { CallRow } from './row.ts';

const bucket = call('s3', 'CreateBucket', {
  Bucket: 'b-recorded',
  CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
});
const lockedBucket = { ...bucket, input: { ...bucket.input, ObjectLockEnabledForBucket: true } };
const object = call('s3', 'PutObject', { Bucket: 'b-recorded', Key: 'k', Body: Buffer.from('x') });
const ofObject = (operation: string, fields: Record<string, unknown>) =>
  call('s3', operation, { Bucket: 'b-recorded', Key: 'k', ...fields });
const conditions = localstack('s3/test_s3_api, conditional requests');

export const s3Rows: readonly CallRow[] = [
  {
    case: 'DeleteObject with IfMatchSize',
    before: [bucket, object],
    call: ofObject('DeleteObject', { IfMatchSize: 1 }),
    answer: { error: 'NotImplemented', message: 'A header you provided implies functionality that is not implemented' },
    recorded: conditions,
  },
  {
    case: 'DeleteObject with IfMatchLastModifiedTime',
    before: [bucket, object],
    call: ofObject('DeleteObject', { IfMatchLastModifiedTime: new Date(0) }),
    answer: { error: 'NotImplemented' },
    recorded: conditions,
  },
  {
    case: 'If-Modified-Since in the future',
    before: [bucket, object],
    call: ofObject('HeadObject', { IfModifiedSince: new Date('2999-01-01') }),
    answer: { has: { ContentLength: 1 } },
    recorded: localstack('s3/test_s3, preconditions'),
  },
  {
    case: 'If-None-Match and If-Match at once',
    before: [bucket],
    call: ofObject('PutObject', { Body: Buffer.from('x'), IfMatch: '"x"', IfNoneMatch: '*' }),
    answer: { error: 'NotImplemented' },
    recorded: conditions,
  },
  {
    case: 'the end of parts with If-None-Match: * after a delete meanwhile',
    before: [
      bucket,
      object,
      ofObject('CreateMultipartUpload', {}),
      ofObject('UploadPart', { UploadId: '<2.UploadId>', PartNumber: 1, Body: Buffer.from('y') }),
      ofObject('DeleteObject', {}),
    ],
    call: ofObject('CompleteMultipartUpload', {
      UploadId: '<2.UploadId>',
      IfNoneMatch: '*',
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '<3.ETag>' }] },
    }),
    answer: {
      error: 'ConditionalRequestConflict',
      message: 'The conditional request cannot succeed due to a conflicting operation against this resource.',
    },
    recorded: conditions,
  },
  {
    case: 'the end of parts with If-None-Match: * of a new object',
    before: [
      bucket,
      ofObject('CreateMultipartUpload', {}),
      ofObject('UploadPart', { UploadId: '<1.UploadId>', PartNumber: 1, Body: Buffer.from('y') }),
    ],
    call: ofObject('CompleteMultipartUpload', {
      UploadId: '<1.UploadId>',
      IfNoneMatch: '*',
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '<2.ETag>' }] },
    }),
    answer: { has: { Key: 'k' } },
    recorded: conditions,
  },
  {
    case: 'a lock mode that does not exist',
    before: [lockedBucket],
    call: ofObject('PutObject', {
      Body: Buffer.from('x'),
      ContentMD5: 'ndTkYSaMgDT1yFZOFVxnpg==',
      ObjectLockMode: 'BAD-VALUE',
      ObjectLockRetainUntilDate: new Date('2999-01-01'),
    }),
    answer: { error: 'InvalidArgument', message: 'Unknown wormMode directive.' },
    recorded: localstack('s3/test_s3, object lock'),
  },
  {
    case: 'a default lock mode that does not exist',
    before: [lockedBucket],
    call: call('s3', 'PutObjectLockConfiguration', {
      Bucket: 'b-recorded',
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'BAD', Days: 1 } } },
    }),
    answer: { error: 'MalformedXML' },
    recorded: localstack('s3/test_s3_api, object lock'),
  },
  {
    case: 'a versioning status that does not exist',
    before: [bucket],
    call: call('s3', 'PutBucketVersioning', { Bucket: 'b-recorded', VersioningConfiguration: { Status: 'enabled' } }),
    answer: { error: 'MalformedXML' },
    recorded: localstack('s3/test_s3_api, versioning'),
  },
  {
    case: 'no versioning status',
    before: [bucket],
    call: call('s3', 'PutBucketVersioning', { Bucket: 'b-recorded', VersioningConfiguration: {} }),
    answer: {
      error: 'IllegalVersioningConfigurationException',
      message: 'The Versioning element must be specified',
    },
    recorded: localstack('s3/test_s3_api, versioning'),
  },
  ...['garbage', '', 'Z2FyYmFnZQ'].map(
    (ContinuationToken): CallRow => ({
      case: `the continuation token '${ContinuationToken}'`,
      before: [bucket],
      call: call('s3', 'ListObjectsV2', { Bucket: 'b-recorded', ContinuationToken }),
      answer: { error: 'InvalidArgument', message: 'The continuation token provided is incorrect' },
      recorded: localstack('s3/test_s3_list_operations'),
    }),
  ),
  {
    case: 'a bucket of another region is read',
    before: [bucket],
    call: call('s3', 'ListObjectsV2', { Bucket: 'b-recorded' }, 'us-west-2'),
    answer: { error: 'PermanentRedirect' },
    recorded: 'S3 user guide, request redirection',
  },
  {
    case: 'a bucket is made in another region',
    call: call('s3', 'CreateBucket', {
      Bucket: 'b-recorded',
      CreateBucketConfiguration: { LocationConstraint: 'us-west-2' },
    }),
    answer: {
      error: 'IllegalLocationConstraintException',
      message:
        'The us-west-2 location constraint is incompatible for the region specific endpoint this request was sent to.',
    },
    recorded: localstack('s3/test_s3'),
  },
  {
    case: 'the encryption of a new bucket',
    before: [bucket],
    call: call('s3', 'GetBucketEncryption', { Bucket: 'b-recorded' }),
    answer: {
      has: {
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }],
        },
      },
    },
    recorded: localstack('s3/test_s3_api, bucket encryption'),
  },
];
