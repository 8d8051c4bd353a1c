import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'Amazon Data Firehose',
  limits: [
    'Streams come from the template; they deliver to S3, uncompressed, through one function or none.',
    'A buffer is delivered when it is full, at the end of its shortened interval and at most every 30 true seconds; what it holds when the sandbox ends is lost.',
    'A function that fails is not called again: its records are delivered under the prefix of errors.',
  ],
  lookedFor: ['CreateDeliveryStream', 'PutRecordBatch', 'UpdateDestination', 'ListDeliveryStreams'],
};
