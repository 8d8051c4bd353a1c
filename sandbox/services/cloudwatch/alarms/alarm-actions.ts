import type { EventBus } from '../../events/event-bus.ts';
import { makePublishAsService, type ServicePublisherDeps } from '../../sns/publish-as-service.ts';
import { eventDetail, functionPayload, notificationMessage, notificationSubject } from './alarm-messages.ts';
import type { StateChange } from './alarm-model.ts';

export type AlarmActionsDeps = ServicePublisherDeps & { readonly bus: EventBus };

/** Reports changes of alarms to the event bus, to topics and to functions, as the service principal that AWS uses. */
export function makeAlarmActions({ account, dispatch, bus, topicKey }: AlarmActionsDeps) {
  const publish = makePublishAsService({ account, dispatch, topicKey });
  return {
    announce: async (change: StateChange): Promise<void> => {
      const { arn, region } = change.alarm;
      await bus.emit(region, {
        source: 'aws.cloudwatch',
        detailType: 'CloudWatch Alarm State Change',
        detail: eventDetail(change),
        resources: [arn],
        time: change.at,
      });
    },

    act: async (change: StateChange, arn: string): Promise<void> => {
      const [, , service = '', region = change.alarm.region] = arn.split(':');
      if (service === 'sns') {
        await publish({
          principal: 'cloudwatch.amazonaws.com',
          sourceArn: change.alarm.arn,
          topicArn: arn,
          subject: notificationSubject(change),
          message: notificationMessage(account, change),
        });
        return;
      }
      if (service === 'lambda') {
        const Payload = Buffer.from(JSON.stringify(functionPayload(account, change)));
        const principal = 'lambda.alarms.cloudwatch.amazonaws.com';
        const caller = { account, accessKeyId: principal, arn: principal, sourceArn: change.alarm.arn };
        const options = { region, caller };
        await dispatch('lambda', 'Invoke', { FunctionName: arn, InvocationType: 'Event', Payload }, options);
        return;
      }
      throw new Error(`action '${arn}' is a resource of '${service}', the sandbox calls sns and lambda`);
    },
  };
}
