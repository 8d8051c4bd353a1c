import { cloudwatchPermissions } from '../../iam/required/observability.ts';
import { deployAlarms } from '../../template/deploy.ts';
import { regionalArn } from '../../template/resource.ts';
import { defineService } from '../definition.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { DeadLetter } from '../lambda/function.ts';
import { topicKeyIn } from '../sns/topic-key.ts';
import { makeAlarmActions } from './alarms/alarm-actions.ts';
import { makeAlarms } from './alarms/alarms.ts';
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
  deploy: (stack, { alarms }) => deployAlarms(stack, alarms),
  run: ({ alarms }, { clock }, signal) => void runAlarms(alarms, clock, signal),
});
