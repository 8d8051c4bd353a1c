import { loadBalancerPermissions } from '../../iam/required/money.ts';
import { defineService } from '../definition.ts';
import { makeLoadBalancers } from './elb.ts';
import { notes } from './notes.ts';

export const loadBalancersService = defineService({
  name: 'loadBalancers',
  id: 'elasticloadbalancing',
  notes,
  permissions: loadBalancerPermissions,
  make: (_parts, _others: object) => ({ service: makeLoadBalancers() }),
});
