import { call, localstack } from './call.ts';
import type { CallRow } from './row.ts';

const topic = 'arn:aws:sns:eu-central-1:123456789012:t';
const makeTopic = call('sns', 'CreateTopic', { Name: 't' });
const invalidTopic = { error: 'InvalidParameterException', message: 'Invalid parameter: TopicArn' };

export const snsRows: readonly CallRow[] = [
  ...(['Publish', 'GetTopicAttributes', 'Subscribe', 'ListSubscriptionsByTopic'] as const).map(
    (operation): CallRow => ({
      case: `${operation} in one region of a topic of another`,
      before: [makeTopic],
      call: call(
        'sns',
        operation,
        { TopicArn: topic, Message: 'm', Protocol: 'email', Endpoint: 'a@example.com' },
        'us-east-1',
      ),
      answer: invalidTopic,
      recorded: localstack('sns/test_sns, publish to a topic of another region'),
    }),
  ),
  {
    case: 'a topic that is no ARN',
    call: call('sns', 'Publish', { TopicArn: 'randomstring', Message: 'm' }),
    answer: {
      error: 'InvalidParameterException',
      message: 'Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1',
    },
    recorded: localstack('sns/test_sns'),
  },
  {
    case: 'a topic that is not there',
    call: call('sns', 'Publish', { TopicArn: topic, Message: 'm' }),
    answer: { error: 'NotFoundException', message: 'Topic does not exist' },
    recorded: localstack('sns/test_sns'),
  },
  {
    case: 'a protocol that is none',
    before: [makeTopic],
    call: call('sns', 'Subscribe', { TopicArn: topic, Protocol: 'test-protocol', Endpoint: 'x' }),
    answer: {
      error: 'InvalidParameterException',
      message: 'Invalid parameter: Amazon SNS does not support this protocol string: test-protocol',
    },
    recorded: localstack('sns/test_sns'),
  },
  {
    case: 'a structure without a default',
    before: [makeTopic],
    call: call('sns', 'Publish', { TopicArn: topic, Message: '{"sqs":"m"}', MessageStructure: 'json' }),
    answer: {
      error: 'InvalidParameterException',
      message: 'Invalid parameter: Message Structure - No default entry in JSON message body',
    },
    recorded: localstack('sns/test_sns'),
  },
];
