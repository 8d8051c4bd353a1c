import type { DeadLetter } from '../lambda/function.ts';
import type { MetricStore } from './metric-store.ts';

/**
 * Publishes how many letters lie in the queue of the newest one, namespace AWS/SQS. SQS reports it every minute; here
 * it is reported when one comes, for nobody can take one out.
 */
export function publishQueueMetric(metrics: MetricStore, letters: readonly DeadLetter[]): void {
  const newest = letters.at(-1);
  if (newest === undefined) return;
  const [, , , region = '', , QueueName = ''] = newest.targetArn.split(':');
  const value = letters.filter(({ targetArn }) => targetArn === newest.targetArn).length;
  metrics.put(region, {
    namespace: 'AWS/SQS',
    name: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName },
    at: new Date(),
    unit: 'Count',
    values: [{ value, count: 1 }],
  });
}
