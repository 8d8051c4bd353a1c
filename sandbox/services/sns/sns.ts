import { randomUUID } from 'node:crypto';
import * as client from '@aws-sdk/client-sns';
import { AwsError } from '../../wire/aws-error.ts';
import type { CallContext, Service } from '../../wire/service.ts';
import { page } from '../pages.ts';
import { refuseMembers } from '../refuse-members.ts';
import { checkEndpoint, checkTopicArn } from './check-topic.ts';
import { type FilterPolicy, passes, readFilterPolicy } from './filter-policy.ts';

export type PublishedMessage = {
  readonly messageId: string;
  readonly topicArn: string;
  readonly at: Date;
  readonly subject: string | undefined;
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
};

export type Subscription = {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly filter: FilterPolicy | undefined;
};

export type SnsDeps = {
  readonly account: string;
  /** Carries a message to one subscription; the sandbox delivers to Lambda functions and keeps the rest. */
  /** What the template declares of a topic, by the names of its attributes: its policy and its key. */
  readonly declared?: (topicArn: string) => Readonly<Record<string, string>>;
  readonly deliver?: (subscription: Subscription, message: PublishedMessage) => void;
};

export type Sns = Service & {
  createTopic(region: string, name: string): string;
  subscribe(topicArn: string, protocol: string, endpoint: string, filter?: FilterPolicy): Subscription;
  /** What was published, oldest first. */
  messages(topicArn: string): readonly PublishedMessage[];
  /** What went to the subscriptions of an address, oldest first. */
  received(endpoint: string): readonly PublishedMessage[];
};

/** AWS refuses a longer message: 256 KiB with its attributes. */
const MAXIMUM_MESSAGE_BYTES = 262_144;

type Topic = { readonly arn: string; readonly messages: PublishedMessage[]; readonly subscriptions: Subscription[] };

export function makeSns({ account, deliver, declared }: SnsDeps): Sns {
  const topics = new Map<string, Topic>();
  const received = new Map<string, PublishedMessage[]>();

  /** `region` is that of the request, when there is one. */
  function topic(arn: string | undefined, region?: string): Topic {
    if (region !== undefined) {
      checkTopicArn(arn ?? '', region);
    }
    const found = topics.get(arn ?? '');
    if (found === undefined) {
      throw new AwsError('NotFoundException', 'Topic does not exist');
    }
    return found;
  }

  function createTopic(region: string, name: string): string {
    const arn = `arn:aws:sns:${region}:${account}:${name}`;
    if (!topics.has(arn)) {
      topics.set(arn, { arn, messages: [], subscriptions: [] });
    }
    return arn;
  }

  function subscribe(topicArn: string, protocol: string, endpoint: string, filter?: FilterPolicy): Subscription {
    const { subscriptions } = topic(topicArn);
    const existing = subscriptions.find((one) => one.protocol === protocol && one.endpoint === endpoint);
    if (existing !== undefined) {
      return existing;
    }
    const created = { arn: `${topicArn}:${randomUUID()}`, topicArn, protocol, endpoint, filter };
    subscriptions.push(created);
    return created;
  }

  return {
    id: 'sns',
    client,
    createTopic,
    subscribe,
    messages: (topicArn) => topic(topicArn).messages,
    received: (endpoint) => received.get(endpoint) ?? [],
    operations: {
      CreateTopic: ({ Name = '' }: client.CreateTopicCommandInput, { region }: CallContext) => {
        if (!/^[\w-]{1,256}(\.fifo)?$/.test(Name)) {
          throw new AwsError('InvalidParameterException', 'Invalid parameter: Topic Name');
        }
        return { TopicArn: createTopic(region, Name) };
      },

      DeleteTopic: ({ TopicArn = '' }: client.DeleteTopicCommandInput, { region }: CallContext) => {
        checkTopicArn(TopicArn, region);
        topics.delete(TopicArn);
      },

      ListTopics: ({ NextToken }: client.ListTopicsCommandInput, { region }: CallContext) => {
        const here = [...topics.keys()].filter((arn) => arn.split(':')[3] === region);
        const { items, next } = page(here, NextToken, 100);
        return { Topics: items.map((TopicArn) => ({ TopicArn })), NextToken: next };
      },

      GetTopicAttributes: ({ TopicArn }: client.GetTopicAttributesCommandInput, { region }: CallContext) => {
        const { arn, subscriptions } = topic(TopicArn, region);
        return {
          Attributes: {
            TopicArn: arn,
            Owner: account,
            SubscriptionsConfirmed: String(subscriptions.length),
            ...declared?.(arn),
          },
        };
      },

      Subscribe: (input: client.SubscribeCommandInput, { region }: CallContext) => {
        const { TopicArn = '', Protocol = '', Endpoint = '', Attributes = {} } = input;
        topic(TopicArn, region);
        checkEndpoint(Protocol, Endpoint);
        const { FilterPolicy, ...others } = Attributes;
        refuseMembers(others, []);
        const filter = FilterPolicy === undefined ? undefined : readFilterPolicy(parseJson(FilterPolicy));
        return { SubscriptionArn: subscribe(TopicArn, Protocol, Endpoint, filter).arn };
      },

      Unsubscribe: ({ SubscriptionArn }: client.UnsubscribeCommandInput) => {
        for (const { subscriptions } of topics.values()) {
          const at = subscriptions.findIndex(({ arn }) => arn === SubscriptionArn);
          if (at >= 0) {
            subscriptions.splice(at, 1);
          }
        }
      },

      ListSubscriptionsByTopic: (input: client.ListSubscriptionsByTopicCommandInput, { region }: CallContext) => {
        const { items, next } = page(topic(input.TopicArn, region).subscriptions, input.NextToken, 100);
        const shown = items.map(({ arn, topicArn, protocol, endpoint }) => ({
          SubscriptionArn: arn,
          TopicArn: topicArn,
          Protocol: protocol,
          Endpoint: endpoint,
          Owner: account,
        }));
        return { Subscriptions: shown, NextToken: next };
      },

      Publish: (input: client.PublishCommandInput, { region }: CallContext) => {
        const { arn, messages, subscriptions } = topic(input.TopicArn ?? input.TargetArn, region);
        checkMessage(input);
        const published: PublishedMessage = {
          messageId: randomUUID(),
          topicArn: arn,
          at: new Date(),
          subject: input.Subject,
          message: input.Message ?? '',
          attributes: Object.fromEntries(
            Object.entries(input.MessageAttributes ?? {}).map(([name, { StringValue = '' }]) => [name, StringValue]),
          ),
        };
        messages.push(published);
        for (const subscription of subscriptions.filter(({ filter }) => passes(published.attributes, filter))) {
          const { endpoint } = subscription;
          received.set(endpoint, [...(received.get(endpoint) ?? []), published]);
          deliver?.(subscription, published);
        }
        return { MessageId: published.messageId };
      },
    },
  };
}

function checkMessage({ Message = '', Subject, MessageStructure }: client.PublishCommandInput): void {
  if (MessageStructure !== undefined) {
    checkStructure(Message);
  }
  if (Message === '') {
    throw new AwsError('InvalidParameterException', 'Invalid parameter: Empty message');
  }
  if (Buffer.byteLength(Message) > MAXIMUM_MESSAGE_BYTES) {
    throw new AwsError('InvalidParameterException', 'Invalid parameter: Message too long');
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: SNS refuses exactly these in a subject
  if (Subject !== undefined && (Subject === '' || Subject.length > 100 || /[\u0000-\u001f]/.test(Subject))) {
    throw new AwsError('InvalidParameterException', 'Invalid parameter: Subject');
  }
}

/** With a structure the message is JSON that has a text for every protocol that is not named. */
function checkStructure(message: string): void {
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch {
    const reason = 'Message Structure - JSON message body failed to parse';
    throw new AwsError('InvalidParameterException', `Invalid parameter: ${reason}`);
  }
  if (typeof Reflect.get(Object(parsed), 'default') !== 'string') {
    const reason = 'Message Structure - No default entry in JSON message body';
    throw new AwsError('InvalidParameterException', `Invalid parameter: ${reason}`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AwsError('InvalidParameterException', 'Invalid parameter: FilterPolicy: failed to parse JSON.');
  }
}
