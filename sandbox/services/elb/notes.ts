import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'Elastic Load Balancing v2',
  limits: ['Load balancers are listed as a test or a person put them there; they carry nothing.'],
  lookedFor: ['DescribeTargetGroups', 'DescribeTargetHealth', 'DeleteLoadBalancer'],
};
