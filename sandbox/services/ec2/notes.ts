import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'Amazon EC2',
  limits: [
    'There are volumes, snapshots, images, addresses, subnets, route tables and VPC endpoints, as a test or a person put them there; no machines.',
    'Networks are reported and not enforced: every function reaches everything.',
    'A snapshot is complete at once and holds no data. Filters are refused, but for vpc-id of networks.',
  ],
  lookedFor: ['DescribeInstances', 'CreateVolume', 'DeregisterImage', 'CreateTags', 'DescribeVpcs'],
};
