import type { FieldRules } from './check/fields.ts';
import type { State } from './definition.ts';

const text = { type: 'string' } as const;
const any = { type: 'any' } as const;
const requiredText = { type: 'string', required: true } as const;
const common: FieldRules = { Type: requiredText, Comment: text, QueryLanguage: text };
const assign = { Assign: { type: 'object' } } as const;
const produces: FieldRules = { ...assign, Output: any };
const transition: FieldRules = { Next: text, End: { type: 'boolean' } };
const errorHandling: FieldRules = { Retry: { type: 'list' }, Catch: { type: 'list' } };
const seconds = { type: 'integer', minimum: 1, expression: true } as const;
const count = { type: 'integer', minimum: 0, expression: true } as const;

/** The fields that a JSONata state of each type may have. Anything else is a misspelling or belongs to JSONPath. */
export const stateFields: Readonly<Record<State['Type'], FieldRules>> = {
  Pass: { ...common, ...produces, ...transition },
  Wait: {
    ...common,
    ...produces,
    ...transition,
    Seconds: { type: 'integer', minimum: 0, expression: true },
    Timestamp: text,
  },
  Succeed: { ...common, Output: any },
  Fail: { ...common, Error: text, Cause: text },
  Choice: { ...common, ...produces, Choices: { type: 'array', required: true }, Default: text },
  Task: {
    ...common,
    ...produces,
    ...transition,
    ...errorHandling,
    Resource: requiredText,
    Arguments: { type: 'object', expression: true },
    TimeoutSeconds: seconds,
    HeartbeatSeconds: seconds,
  },
  Parallel: {
    ...common,
    ...produces,
    ...transition,
    ...errorHandling,
    Arguments: any,
    Branches: { type: 'array', required: true },
  },
  Map: {
    ...common,
    ...produces,
    ...transition,
    ...errorHandling,
    ItemProcessor: { type: 'object', required: true },
    Items: any,
    ItemReader: { type: 'object' },
    ItemSelector: { type: 'object', expression: true },
    ItemBatcher: { type: 'object' },
    ResultWriter: { type: 'object' },
    MaxConcurrency: count,
    ToleratedFailureCount: count,
    ToleratedFailurePercentage: { type: 'number', minimum: 0, maximum: 100, expression: true },
    Label: text,
  },
};

export const distributedOnlyFields = [
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'ToleratedFailureCount',
  'ToleratedFailurePercentage',
  'Label',
];

export const retrierFields: FieldRules = {
  Comment: text,
  ErrorEquals: { type: 'strings', required: true },
  IntervalSeconds: { type: 'integer', minimum: 1 },
  MaxAttempts: { type: 'integer', minimum: 0 },
  BackoffRate: { type: 'number', minimum: 1 },
  MaxDelaySeconds: { type: 'integer', minimum: 1 },
  JitterStrategy: { type: 'string', oneOf: ['FULL', 'NONE'] },
};

export const catcherFields: FieldRules = {
  Comment: text,
  ...produces,
  ErrorEquals: { type: 'strings', required: true },
  Next: requiredText,
};

export const choiceRuleFields: FieldRules = {
  Comment: text,
  ...produces,
  Condition: { type: 'boolean', expression: true, required: true },
  Next: requiredText,
};

export const machineFields: FieldRules = {
  Comment: text,
  QueryLanguage: text,
  StartAt: requiredText,
  States: { type: 'object', required: true },
  TimeoutSeconds: { type: 'integer', minimum: 1 },
  Version: text,
};

export const branchFields: FieldRules = {
  Comment: text,
  StartAt: requiredText,
  States: { type: 'object', required: true },
};

export const itemProcessorFields: FieldRules = { ...branchFields, ProcessorConfig: { type: 'object' } };
