import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { GetTopicAttributesCommand, paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import { collectKey } from './collect-key.ts';
import { ifPresent, look } from './collected.ts';
import type { AlarmChain, ChainAlarm, ChainTopic } from './facts.ts';

const day = 24 * 3_600_000;

/** Each alarm of a stage with the topics that it acts on, and who hears those. `isOurs` says whose an alarm is by its name. */
export async function collectAlarmChain(region: string, isOurs: (name: string) => boolean): Promise<AlarmChain> {
  const alarms: ChainAlarm[] = [];
  for await (const page of paginateDescribeAlarms({ client: new CloudWatchClient({ region }) }, {})) {
    for (const alarm of [...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])]) {
      const { AlarmName = '', AlarmArn = '', AlarmActions = [], StateValue, StateUpdatedTimestamp } = alarm;
      if (!isOurs(AlarmName)) continue;
      const since = Date.now() - (StateUpdatedTimestamp?.getTime() ?? Date.now());
      alarms.push({
        name: AlarmName,
        arn: AlarmArn,
        topics: AlarmActions.filter((arn) => arn.split(':')[2] === 'sns'),
        isBlind: StateValue === 'INSUFFICIENT_DATA' && since > day,
      });
    }
  }
  const arns = [...new Set(alarms.flatMap(({ topics }) => topics))];
  const topics = await Promise.all(arns.map((arn) => topicOf(region, arn)));
  return { alarms, topics: topics.filter((topic) => topic !== undefined) };
}

async function topicOf(region: string, arn: string): Promise<ChainTopic | undefined> {
  const client = new SNSClient({ region });
  const found = await ifPresent(client.send(new GetTopicAttributesCommand({ TopicArn: arn })), 'NotFoundException');
  if (found === undefined) return undefined;
  const { Policy = '', KmsMasterKeyId } = found.Attributes ?? {};
  let confirmed = 0;
  for await (const page of paginateListSubscriptionsByTopic({ client }, { TopicArn: arn })) {
    confirmed += (page.Subscriptions ?? []).filter(({ SubscriptionArn = '' }) =>
      SubscriptionArn.startsWith('arn:'),
    ).length;
  }
  return {
    arn,
    policy: Policy,
    confirmed,
    key:
      KmsMasterKeyId === undefined || KmsMasterKeyId === ''
        ? undefined
        : await look(`read key '${KmsMasterKeyId}'`, () => collectKey(region, KmsMasterKeyId)),
  };
}
