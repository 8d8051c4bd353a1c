import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'Amazon EventBridge',
  limits: [
    'There is the default bus only; no archives, pipes, API destinations or scheduler.',
    'Targets are state machines, functions and topics; a delivery that fails is repeated by the RetryPolicy of its target and then kept for its dead-letter queue; without a policy there is one attempt, where AWS makes 185 in a day.',
    'A rule of an event pattern that is not known is refused, not ignored.',
    'Schedules fire when the sandbox was started with `npm run sandbox`; their waits are shortened like all others.',
  ],
  lookedFor: ['CreateEventBus', 'StartReplay', 'CreateArchive', 'CreateConnection'],
};
