import path from 'node:path';
import { s3Permissions } from '../../iam/required/s3.ts';
import { deployBuckets } from '../../template/deploy.ts';
import { defineService } from '../definition.ts';
import { notes } from './notes.ts';
import { makeS3 } from './s3.ts';

export const s3Service = defineService({
  name: 's3',
  id: 's3',
  notes,
  permissions: s3Permissions,
  resources: {
    'AWS::S3::Bucket': {
      nameProperty: 'BucketName',
      isLowerCase: true,
      arn: ({ partition }, name) => `arn:${partition}:s3:::${name}`,
    },
  },
  make: ({ dataDirectory }, _others: object) => ({ service: makeS3({ directory: path.join(dataDirectory, 's3') }) }),
  deploy: (stack, { service }) => deployBuckets(stack, service.buckets),
});
