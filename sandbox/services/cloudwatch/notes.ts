import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'Amazon CloudWatch metrics',
  limits: [
    'Metrics come from PutMetricData and from the embedded metric format in logs of functions; AWS publishes none of its own here.',
    'Metric math is answered with NotImplemented.',
  ],
  lookedFor: ['PutMetricAlarm', 'DescribeAlarms', 'SetAlarmState', 'PutDashboard', 'PutAnomalyDetector'],
};
