import { AwsError } from '../../wire/aws-error.ts';
import { refuseMembers } from '../refuse-members.ts';

export type AnomalySubscription = {
  readonly name: string;
  readonly monitorArns: readonly string[];
  readonly topicArns: readonly string[];
  /** Money from which the whole of an anomaly is reported. */
  readonly threshold: number;
};

type Given = {
  readonly SubscriptionName?: string;
  readonly Frequency?: string;
  readonly MonitorArnList?: readonly string[];
  readonly Subscribers?: readonly { readonly Type?: string; readonly Address?: string }[];
  readonly ThresholdExpression?: string;
};

/** Reads a subscription as CloudFormation has it; what would report otherwise than AWS is refused by name. */
export function readSubscription(given: Given): AnomalySubscription {
  refuseMembers(given, ['SubscriptionName', 'Frequency', 'MonitorArnList', 'Subscribers', 'ThresholdExpression']);
  const { SubscriptionName = '', Frequency, MonitorArnList = [], Subscribers = [] } = given;
  const others = Subscribers.filter(({ Type }) => Type !== 'SNS');
  if (Frequency === 'IMMEDIATE' && others.length > 0) {
    throw new AwsError('ValidationException', 'Immediate frequency only supports SNS subscriptions');
  }
  if (Frequency !== 'IMMEDIATE') throw notEmulated(`the frequency '${Frequency}'`);
  if (Subscribers.length === 0 || MonitorArnList.length === 0) {
    throw new AwsError('ValidationException', 'A subscription needs a monitor and a subscriber');
  }
  return {
    name: SubscriptionName,
    monitorArns: MonitorArnList,
    topicArns: Subscribers.map(({ Address = '' }) => Address),
    threshold: readThreshold(given.ThresholdExpression ?? ''),
  };
}

function readThreshold(text: string): number {
  const { Dimensions, ...others } = JSON.parse(text) as { Dimensions?: Record<string, unknown> };
  refuseMembers(others, []);
  const { Key, MatchOptions, Values } = Dimensions ?? {};
  if (Key !== 'ANOMALY_TOTAL_IMPACT_ABSOLUTE') throw notEmulated(`a threshold of '${String(Key)}'`);
  if (JSON.stringify(MatchOptions) !== '["GREATER_THAN_OR_EQUAL"]') throw notEmulated('another match option');
  const [value] = Array.isArray(Values) ? Values : [];
  if (typeof value !== 'string' || value === '' || !(Number(value) >= 0)) {
    throw new AwsError('ValidationException', 'The threshold is no number');
  }
  return Number(value);
}

const notEmulated = (what: string) =>
  new AwsError('NotImplemented', `the sandbox does not emulate ${what}`, { status: 501 });
