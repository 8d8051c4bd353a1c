import type { Caller, Dispatch } from '../../wire/service.ts';
import type { EventBus } from '../events/event-bus.ts';
import { eventDetail, functionPayload, notificationMessage, notificationSubject } from './alarm-messages.ts';
import type { StateChange } from './alarms.ts';

export type AlarmActionsDeps = {
  readonly account: string;
  readonly dispatch: Dispatch;
  readonly bus: EventBus;
  /** Key of a topic's encryption, when it has one: an alarm may not use the key of AWS. */
  readonly topicKey?: (topicArn: string) => string | undefined;
};

/** Tells changes of alarms to the event bus, to topics and to functions, as the service principal that AWS uses. */
export function makeAlarmActions({ account, dispatch, bus, topicKey }: AlarmActionsDeps) {
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
        if (topicKey?.(arn) === 'alias/aws/sns') {
          throw new Error(
            `topic '${arn}' is encrypted with 'alias/aws/sns', which CloudWatch may not use\nHINT: Give the topic a key of your own whose policy allows cloudwatch.amazonaws.com, or none.`,
          );
        }
        const Message = notificationMessage(account, change);
        const options = { region, caller: serviceCaller('cloudwatch.amazonaws.com', change) };
        await dispatch('sns', 'Publish', { TopicArn: arn, Subject: notificationSubject(change), Message }, options);
        return;
      }
      if (service === 'lambda') {
        const Payload = Buffer.from(JSON.stringify(functionPayload(account, change)));
        const options = { region, caller: serviceCaller('lambda.alarms.cloudwatch.amazonaws.com', change) };
        await dispatch('lambda', 'Invoke', { FunctionName: arn, InvocationType: 'Event', Payload }, options);
        return;
      }
      throw new Error(`action '${arn}' is a resource of '${service}', the sandbox calls sns and lambda`);
    },
  };

  function serviceCaller(principal: string, change: StateChange): Caller {
    return { account, accessKeyId: principal, arn: principal, sourceArn: change.alarm.arn };
  }
}
