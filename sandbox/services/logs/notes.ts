import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'Amazon CloudWatch Logs',
  limits: [
    'Retention is kept and answered; nothing is deleted while the sandbox runs, and everything when it ends.',
    'Subscription filters come from the template and send to Firehose; what cannot be sent is kept with the undelivered, not sent again.',
    'Filter patterns of words and of simple JSON comparisons are understood, others are refused.',
  ],
  lookedFor: ['StartQuery', 'PutMetricFilter', 'PutSubscriptionFilter', 'StartLiveTail'],
};
