import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'AWS Secrets Manager',
  limits: [
    'Values are kept in memory in plain text and are gone when the sandbox ends.',
    'There is no rotation, no replication and no resource policy.',
    'ListSecrets refuses filters that it does not know.',
  ],
  lookedFor: ['RotateSecret', 'ReplicateSecretToRegions', 'PutResourcePolicy'],
};
