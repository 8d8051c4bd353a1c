import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'AWS KMS',
  limits: [
    'There are the managed key of RDS, and keys as a test or a person put them there; nothing is encrypted.',
    'RDS asks whether the caller of a restore or copy may use the key and grant its use, and nothing else: a key that nobody put there is taken for one of the account. There are no aliases, and no grants are kept.',
  ],
  lookedFor: ['CreateKey', 'Encrypt', 'Decrypt', 'CreateGrant', 'PutKeyPolicy'],
};
