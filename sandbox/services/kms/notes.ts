import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'AWS KMS',
  limits: [
    'There are the managed key of RDS, and keys as a test or a person put them there; nothing is encrypted.',
    'The emulated RDS does not ask it: to RDS a key is a name. There are no aliases and no grants.',
  ],
  lookedFor: ['CreateKey', 'Encrypt', 'Decrypt', 'CreateGrant', 'PutKeyPolicy'],
};
