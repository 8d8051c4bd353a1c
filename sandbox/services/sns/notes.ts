import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'Amazon SNS',
  limits: [
    'Messages reach functions; those for e-mail, HTTPS and SQS are kept for whoever asks the sandbox, and go nowhere.',
    'Filter policies have lists of strings only; there are no FIFO topics and no delivery retries.',
  ],
  lookedFor: ['PublishBatch', 'ConfirmSubscription', 'SetSubscriptionAttributes'],
};
