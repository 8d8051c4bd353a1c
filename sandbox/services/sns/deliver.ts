import type { Caller, Dispatch } from '../../wire/service.ts';
import type { InterceptDelivery } from '../delivery.ts';
import type { PublishedMessage, Subscription } from './sns.ts';

export type SnsDeliveryDeps = {
  readonly account: string;
  readonly dispatch: Dispatch;
  readonly onFailure: (subscription: Subscription, error: unknown) => void;
  readonly intercept?: InterceptDelivery;
};

/** Invokes the Lambda functions that subscribe to a topic; the sandbox sends no e-mail and calls no foreign URL. */
export function makeDeliver({ account, dispatch, onFailure, intercept = (_, next) => next() }: SnsDeliveryDeps) {
  return (subscription: Subscription, message: PublishedMessage): void => {
    if (subscription.protocol !== 'lambda') {
      return;
    }
    const input = {
      FunctionName: subscription.endpoint,
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify({ Records: [record(subscription, message)] })),
    };
    const caller: Caller = {
      account,
      accessKeyId: 'sns.amazonaws.com',
      arn: 'sns.amazonaws.com',
      sourceArn: message.topicArn,
    };
    const region = subscription.endpoint.split(':')[3] ?? '';
    const [, , , topicRegion = '', , name = ''] = message.topicArn.split(':');
    void intercept({ call: 'sns:Deliver', name, region: topicRegion }, async () => {
      try {
        await dispatch('lambda', 'Invoke', input, { region, caller });
      } catch (error) {
        onFailure(subscription, error);
      }
    });
  };
}

function record(subscription: Subscription, message: PublishedMessage) {
  return {
    EventSource: 'aws:sns',
    EventVersion: '1.0',
    EventSubscriptionArn: subscription.arn,
    Sns: {
      Type: 'Notification',
      MessageId: message.messageId,
      TopicArn: message.topicArn,
      Subject: message.subject ?? null,
      Message: message.message,
      Timestamp: message.at.toISOString(),
      MessageAttributes: Object.fromEntries(
        Object.entries(message.attributes).map(([name, Value]) => [name, { Type: 'String', Value }]),
      ),
    },
  };
}
