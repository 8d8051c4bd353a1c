import { ec2Permissions } from '../../iam/required/money.ts';
import { defineService } from '../definition.ts';
import { makeEc2 } from './ec2.ts';
import { notes } from './notes.ts';

export const ec2Service = defineService({
  name: 'ec2',
  id: 'ec2',
  notes,
  permissions: ec2Permissions,
  make: ({ account }, _others: object) => ({ service: makeEc2({ account }) }),
});
