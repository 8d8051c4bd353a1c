import { stsPermissions } from '../../iam/required/functions-and-secrets.ts';
import { defineService } from '../definition.ts';
import { notes } from './notes.ts';
import { makeSts } from './sts.ts';

export const stsService = defineService({
  name: 'sts',
  id: 'sts',
  notes,
  permissions: stsPermissions,
  make: ({ credentials }, _others: object) => ({ service: makeSts({ credentials }) }),
});
