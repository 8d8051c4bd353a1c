import { cloudwatchPermissions } from '../../iam/required/observability.ts';
import { deployAlarms } from '../../template/deploy.ts';
import { regionalArn } from '../../template/resource.ts';
import { defineService } from '../definition.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { DeadLetter } from '../lambda/function.ts';
import { topicKeyIn } from '../sns/topic-key.ts';
import { makeAlarmActions } from './alarms/alarm-actions.ts';
import { makeAlarms } from './alarms/alarms.ts';
import { readMuteRule } from './alarms/mute-rule.ts';
import { runAlarms } from './alarms/run-alarms.ts';
import { makeCloudWatch } from './cloudwatch.ts';
import { makeMetricStore } from './metric-store.ts';
import { notes } from './notes.ts';
import { publishQueueMetric } from './queue-metrics.ts';

type Events = {
  readonly bus: EventBus;
  onDeadLetters(listener: (letters: readonly DeadLetter[]) => void): void;
};

const alarmArn = regionalArn('cloudwatch', (name) => `alarm:${name}`);

export const cloudwatchService = defineService({
  name: 'cloudwatch',
  id: 'monitoring',
  notes,
  permissions: cloudwatchPermissions,
  resources: {
    'AWS::CloudWatch::Alarm': { nameProperty: 'AlarmName', arn: alarmArn },
    'AWS::CloudWatch::CompositeAlarm': { nameProperty: 'AlarmName', arn: alarmArn },
    'AWS::CloudWatch::AlarmMuteRule': { nameProperty: 'Name' },
  },
  make({ account, clock, dispatch, stacks }, { events }: { readonly events: Events }) {
    const metrics = makeMetricStore();
    events.onDeadLetters((letters) => publishQueueMetric(metrics, letters));
    const alarms = makeAlarms({
      account,
      metrics,
      now: () => clock.now(),
      ...makeAlarmActions({ account, dispatch, bus: events.bus, topicKey: topicKeyIn(stacks) }),
    });
    return { service: makeCloudWatch({ metrics, alarms }), metrics, alarms };
  },
  deploy(stack, { alarms }) {
    deployAlarms(stack, alarms);
    const isAlarm = (name: string) => alarms.find(stack.region, name) !== undefined;
    for (const { logicalId, type, properties } of stack.resources) {
      if (type !== 'AWS::CloudWatch::AlarmMuteRule') continue;
      try {
        alarms.mute(stack.region, readMuteRule(properties, isAlarm));
      } catch (error) {
        throw new Error(`mute rule '${logicalId}' of the template cannot be deployed`, { cause: error });
      }
    }
  },
  run: ({ alarms }, { clock }, signal) => void runAlarms(alarms, clock, signal),
});
