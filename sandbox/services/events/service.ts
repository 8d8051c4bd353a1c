import { eventsPermissions } from '../../iam/required/messaging.ts';
import { deployRules } from '../../template/deploy.ts';
import { regionalArn } from '../../template/resource.ts';
import { defineService } from '../definition.ts';
import type { DeadLetter } from '../lambda/function.ts';
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
    const ending = new AbortController();
    const deadLetters: DeadLetter[] = [];
    const listeners: ((letters: readonly DeadLetter[]) => void)[] = [];
    const bus = makeEventBus({
      account,
      clock,
      signal: ending.signal,
      onDeadLetter: (rule, target, event, error) => {
        const errorMessage = error instanceof Error ? error.message : String(error);
        const targetArn = target.DeadLetterConfig?.Arn ?? '';
        deadLetters.push({ targetArn, functionName: rule.name, body: JSON.stringify(event), errorMessage });
        for (const listener of listeners) listener(deadLetters);
      },
      deliver: makeDeliver(account, dispatch),
      ...(interceptDelivery === undefined ? {} : { intercept: interceptDelivery }),
      onFailure: (rule, target, error) => reportUndelivered(`rule '${rule.name}', target '${target.Id}'`, error),
    });
    return {
      service: makeEvents({ bus }),
      bus,
      deadLetters: deadLetters as readonly DeadLetter[],
      onDeadLetters: (listener: (letters: readonly DeadLetter[]) => void) => void listeners.push(listener),
      ending,
    };
  },
  deploy: (stack, { bus }) => deployRules(stack, bus),
  run: ({ bus }, _parts, signal) => bus.runSchedules(signal),
  stop: ({ ending }) => ending.abort(new Error('the sandbox stops')),
});
