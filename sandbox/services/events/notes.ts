import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'Amazon EventBridge',
  limits: [
    'There is the default bus only; no archives, pipes, API destinations or scheduler.',
    'Targets are state machines, functions and topics; a delivery that fails is not repeated and has no dead-letter queue.',
    'A rule of an event pattern that is not known is refused, not ignored.',
    'Schedules fire when the sandbox was started with `npm run sandbox`; their waits are shortened like all others.',
  ],
  lookedFor: ['CreateEventBus', 'StartReplay', 'CreateArchive', 'CreateConnection'],
};
