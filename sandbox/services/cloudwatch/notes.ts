import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'Amazon CloudWatch metrics and alarms',
  limits: [
    'Metrics come from PutMetricData, from the embedded metric format in logs of functions, of AWS/States from executions, and of AWS/SQS when a function’s dead letter comes; AWS publishes no others here.',
    'Alarms are evaluated when the sandbox was started with `npm run sandbox`, or when a test says so; their periods are shortened like waits.',
    'The evaluation range is two periods longer than the alarm asks for, as in the tables of the manual; AWS does not say how long it is.',
    'Metric math in alarms knows operators, ABS, AVG, CEIL, FILL, FLOOR, IF, MAX, METRICS, MIN and SUM, and refuses the rest by name; GetMetricData answers NotImplemented to it.',
    'Mute rules come from the template. They hold back actions, which follow at the end of their window when the state is the same; events are sent, with muteDetail.',
    'Anomaly detection, ActionsSuppressor and metrics of other accounts are refused. Actions are topics and functions; one that fails is in the history.',
  ],
  lookedFor: ['PutDashboard', 'PutAnomalyDetector', 'PutMetricStream', 'PutInsightRule', 'PutAlarmMuteRule'],
};
