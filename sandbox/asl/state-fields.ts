import type { State } from './definition.ts';

const common = ['Type', 'Comment', 'QueryLanguage'];
const produces = ['Assign', 'Output'];
const transition = ['Next', 'End'];
const errorHandling = ['Retry', 'Catch'];

/** The fields that a JSONata state of each type may have. Anything else is a misspelling or belongs to JSONPath. */
export const stateFields: Readonly<Record<State['Type'], readonly string[]>> = {
  Pass: [...common, ...produces, ...transition],
  Wait: [...common, ...produces, ...transition, 'Seconds', 'Timestamp'],
  Succeed: [...common, 'Output'],
  Fail: [...common, 'Error', 'Cause'],
  Choice: [...common, ...produces, 'Choices', 'Default'],
  Task: [
    ...common,
    ...produces,
    ...transition,
    ...errorHandling,
    'Resource',
    'Arguments',
    'TimeoutSeconds',
    'HeartbeatSeconds',
  ],
  Parallel: [...common, ...produces, ...transition, ...errorHandling, 'Arguments', 'Branches'],
  Map: [
    ...common,
    ...produces,
    ...transition,
    ...errorHandling,
    'ItemProcessor',
    'Items',
    'ItemReader',
    'ItemSelector',
    'ItemBatcher',
    'ResultWriter',
    'MaxConcurrency',
    'ToleratedFailureCount',
    'ToleratedFailurePercentage',
    'Label',
  ],
};

export const distributedOnlyFields = [
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'ToleratedFailureCount',
  'ToleratedFailurePercentage',
  'Label',
];

export const retrierFields = [
  'Comment',
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
];
export const catcherFields = ['Comment', 'ErrorEquals', 'Next', 'Assign', 'Output'];
export const choiceRuleFields = ['Comment', 'Condition', 'Next', 'Assign', 'Output'];
