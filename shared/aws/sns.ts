import { PublishCommand, paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import type { Severity } from '../contracts/common.ts';
import type { Subscriber } from '../domain/alert/alert-test.ts';
import { callAws } from './call.ts';

export type Message = {
  readonly subject: string;
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
};

export type Topic = { publish(message: Message): Promise<string> };

/** A topic for each severity: who hears a message depends on nothing else. */
export type SeverityTopics = { publish(severity: Severity, message: Message): Promise<string> };

export function makeSeverityTopics(
  arns: Readonly<Record<Severity, string>>,
  client = new SNSClient({ maxAttempts: 5 }),
): SeverityTopics {
  return { publish: (severity, message) => makeTopic(arns[severity], client).publish(message) };
}

export function makeTopic(arn: string, client = new SNSClient({ maxAttempts: 5 })): Topic {
  return {
    async publish({ subject, text, attributes }) {
      const command = new PublishCommand({
        TopicArn: arn,
        // SNS: at most 100 characters of printable ASCII.
        Subject: subject.replace(/[^\x20-\x7e]/g, '?').slice(0, 100),
        Message: text,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
        ),
      });
      const { MessageId } = await callAws(`publish to '${arn}'`, (options) => client.send(command, options));
      return MessageId ?? '';
    },
  };
}

/** Everybody who subscribes to a topic. Who has not confirmed yet has words where others have an ARN, and so has who was removed of late. */
export const listSubscribers =
  (client = new SNSClient({ maxAttempts: 5 })) =>
  (TopicArn: string): Promise<readonly Subscriber[]> =>
    callAws(`list the subscriptions of '${TopicArn}'`, async (options) => {
      const all: Subscriber[] = [];
      for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn }, options)) {
        for (const { Protocol = '', Endpoint = '', SubscriptionArn = '' } of Subscriptions)
          all.push({ protocol: Protocol, endpoint: Endpoint, isConfirmed: SubscriptionArn.startsWith('arn:') });
      }
      return all;
    });
