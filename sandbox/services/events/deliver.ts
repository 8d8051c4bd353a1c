import { roleCaller } from '../../credentials.ts';
import type { Caller, Dispatch } from '../../wire/service.ts';
import type { BusEvent, Rule, Target } from './event-bus.ts';
import { targetInput } from './target-input.ts';

/** Calls a rule's target as EventBridge does: with the target's role, or as the service where AWS uses a resource policy. */
export function makeDeliver(account: string, dispatch: Dispatch) {
  return async (rule: Rule, target: Target, event: BusEvent): Promise<void> => {
    const input = targetInput(target, event);
    const [, , service = '', region = rule.region] = target.Arn.split(':');
    const caller =
      target.RoleArn === undefined ? serviceCaller(account, rule.arn) : roleCaller(account, target.RoleArn, rule.name);
    const options = { region, caller };
    switch (service) {
      case 'states':
        // The event's id makes a delivery that is repeated the same execution.
        await dispatch('states', 'StartExecution', { stateMachineArn: target.Arn, input, name: event.id }, options);
        return;
      case 'lambda':
        await dispatch(
          'lambda',
          'Invoke',
          { FunctionName: target.Arn, InvocationType: 'Event', Payload: Buffer.from(input) },
          options,
        );
        return;
      case 'sns':
        await dispatch('sns', 'Publish', { TopicArn: target.Arn, Message: input }, options);
        return;
      default:
        throw new Error(
          `target '${target.Id}' of rule '${rule.name}' is a resource of '${service}', the sandbox delivers to states, lambda and sns`,
        );
    }
  };
}

function serviceCaller(account: string, sourceArn: string): Caller {
  return { account, accessKeyId: 'events.amazonaws.com', arn: 'events.amazonaws.com', sourceArn };
}
