import type { ServiceNotes } from '../service-notes.ts';

export const notes: ServiceNotes = {
  title: 'AWS Step Functions',
  limits: [
    'Machines are STANDARD and written in JSONata; EXPRESS and JSONPath are refused when a machine is created.',
    'Histories have the event shapes of AWS and are never truncated; they end at 25 000 events, as in AWS.',
    'There are no activities, no versions and aliases, no logs of executions and no traces.',
    'No timeout is shorter than 15 minutes of real time, because functions and servers do not run faster with the clock.',
  ],
  lookedFor: ['StartSyncExecution', 'TestState', 'CreateActivity', 'GetActivityTask', 'PublishStateMachineVersion'],
};
