import { kmsPermissions } from '../../iam/required/functions-and-secrets.ts';
import { regionalArn } from '../../template/resource.ts';
import { uuid } from '../../template/suffix.ts';
import { defineService } from '../definition.ts';
import { makeKms } from './kms.ts';
import { notes } from './notes.ts';

export const kmsService = defineService({
  name: 'kms',
  id: 'kms',
  notes,
  permissions: kmsPermissions,
  resources: {
    'AWS::KMS::Key': {
      ref: uuid,
      arn: (context, name) => regionalArn('kms', () => `key/${uuid(context, name)}`)(context, name),
    },
    'AWS::KMS::Alias': { nameProperty: 'AliasName' },
  },
  make: ({ account }, _others: object) => ({ service: makeKms({ account }) }),
});
