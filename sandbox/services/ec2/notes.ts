import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'Amazon EC2',
  limits: [
    'There are volumes, snapshots, images and addresses, as a test or a person put them there; no machines, no networks.',
    'A snapshot is complete at once and holds no data. Filters are refused.',
  ],
  lookedFor: ['DescribeInstances', 'CreateVolume', 'DeregisterImage', 'CreateTags', 'DescribeVpcs'],
};
