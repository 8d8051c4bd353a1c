import { eventsPermissions } from '../../iam/required/messaging.ts';
import { deployRules } from '../../template/deploy.ts';
import { regionalArn } from '../../template/resource.ts';
import { defineService } from '../definition.ts';
import { makeDeliver } from './deliver.ts';
import { makeEventBus } from './event-bus.ts';
import { makeEvents } from './events.ts';
import { notes } from './notes.ts';

export const eventsService = defineService({
  name: 'events',
  id: 'events',
  notes,
  permissions: eventsPermissions,
  resources: { 'AWS::Events::Rule': { nameProperty: 'Name', arn: regionalArn('events', (name) => `rule/${name}`) } },
  make({ account, clock, dispatch, interceptDelivery, reportUndelivered }, _others: object) {
    const bus = makeEventBus({
      account,
      clock,
      deliver: makeDeliver(account, dispatch),
      ...(interceptDelivery === undefined ? {} : { intercept: interceptDelivery }),
      onFailure: (rule, target, error) => reportUndelivered(`rule '${rule.name}', target '${target.Id}'`, error),
    });
    return { service: makeEvents({ bus }), bus };
  },
  deploy: (stack, { bus }) => deployRules(stack, bus),
  run: ({ bus }, _parts, signal) => bus.runSchedules(signal),
});
