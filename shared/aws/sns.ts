import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { callAws } from './call.ts';

export type Topic = {
  publish(message: { subject: string; text: string; attributes: Record<string, string> }): Promise<string>;
};

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
