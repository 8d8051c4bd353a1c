import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'Amazon S3',
  limits: [
    'Configurations of a bucket (lifecycle, encryption, public access block, …) are kept and answered, not acted on; versioning is.',
    'There are no ACLs, no access points, no legal holds and no event notifications; nothing is encrypted.',
    'If-None-Match takes * only when writing.',
  ],
  lookedFor: ['SelectObjectContent', 'PutObjectAcl', 'PutObjectLegalHold', 'PutBucketReplication', 'RestoreObject'],
};
