import type { Channel, Notification } from '../contracts/notification.ts';
import { channelsFor, type Routing, substitutesFor, substitution } from '../domain/notification/notification.ts';
import { coerceError, NotificationUndeliveredError } from '../errors.ts';

/** The channels that a stage has, each with what carries a notification to it. */
export type Carriers = Partial<Readonly<Record<Channel, (notification: Notification) => Promise<void>>>>;

export type Delivery = { readonly delivered: readonly Channel[]; readonly failed: readonly Channel[] };

/**
 * Reports a notification on every channel that its severity wants. What one could not deliver is delivered by another one,
 * together with what failed. Throws when nobody was notified: the message must not be lost.
 */
export async function deliver(
  notification: Notification,
  routing: Routing,
  carriers: Carriers,
  warn: (problem: string) => void,
): Promise<Delivery> {
  const available = (Object.keys(carriers) as Channel[]).filter((channel) => carriers[channel] !== undefined);
  const wanted = channelsFor(notification, routing, available);
  const problems = new Map<Channel, string>();
  const report = async (channel: Channel, what: Notification): Promise<boolean> => {
    try {
      await carriers[channel]?.(what);
      return true;
    } catch (error) {
      const [problem = ''] = coerceError(error).message.split('\n');
      problems.set(channel, problem);
      warn(`${channel}: ${problem}`);
      return false;
    }
  };
  const results = await Promise.all(wanted.map((channel) => report(channel, notification)));
  const delivered = wanted.filter((_, index) => results[index]);
  const failed = wanted.filter((_, index) => !results[index]);
  if (failed.length > 0) {
    const reported = substitution(
      notification,
      failed.map((channel) => `${channel}: ${problems.get(channel)}`),
    );
    for (const channel of substitutesFor(failed, wanted, available)) {
      if (!(await report(channel, reported))) continue;
      if (!delivered.includes(channel)) delivered.push(channel);
      break;
    }
    if (delivered.length === 0) {
      const all = [...problems].map(([channel, problem]) => `${channel}: ${problem}`).join('; ');
      throw new NotificationUndeliveredError(`'${notification.title}' could not be reported to anybody: ${all}`, {
        hints: ['It is tried again twice, and then kept in the queue pg-gameday-undelivered-<stage>.'],
      });
    }
  }
  return { delivered, failed };
}
