import type { Catcher, Machine, MapState, Retrier, State, StatesBlock } from '../definition.ts';
import { compile, expressionText } from '../query/expression.ts';
import {
  branchFields,
  catcherFields,
  choiceRuleFields,
  distributedOnlyFields,
  itemProcessorFields,
  machineFields,
  retrierFields,
  stateFields,
} from '../state-fields.ts';
import { checkFields, type FieldRules } from './fields.ts';
import { checkReferences } from './references.ts';

const longestStateName = 80;

/**
 * The faults of single states: fields, expressions that do not parse, error name rules. asl-validator is not asked: it
 * refuses literals that AWS takes (an Output that is a number) and needs a tenth of a second per machine.
 */
export function checkStates(machine: Machine): string[] {
  return checkBlock(machine, machineFields, '');
}

export function stateEntries(block: StatesBlock): [string, State][] {
  return Object.entries(block.States);
}

/** The blocks inside a state: a Parallel's branches, a Map's item processor. */
export function innerBlocks(state: State): [string, StatesBlock][] {
  switch (state.Type) {
    case 'Parallel':
      return Array.isArray(state.Branches) ? state.Branches.map((branch, index) => [`Branches[${index}]`, branch]) : [];
    case 'Map':
      return state.ItemProcessor === undefined ? [] : [['ItemProcessor', state.ItemProcessor]];
    default:
      return [];
  }
}

function checkBlock(block: StatesBlock, rules: FieldRules, place: string): string[] {
  const faults = checkFields(block, rules, place);
  if (faults.length > 0) {
    return faults;
  }
  if (!Object.hasOwn(block.States, block.StartAt)) {
    faults.push(`${place}StartAt: no state is named '${block.StartAt}'`);
  }
  for (const [name, state] of stateEntries(block)) {
    const here = `${place}States/${name}/`;
    if (name.length > longestStateName) {
      faults.push(`${here}: a state name has ${name.length} characters, at most ${longestStateName} are allowed`);
    }
    faults.push(...checkState(state, here));
    const inner = state.Type === 'Map' ? itemProcessorFields : branchFields;
    for (const [field, innerBlock] of innerBlocks(state)) {
      faults.push(...checkBlock(innerBlock, inner, `${here}${field}/`));
    }
  }
  return faults;
}

function checkState(state: State, place: string): string[] {
  const rules = Object.hasOwn(stateFields, state.Type) ? stateFields[state.Type] : undefined;
  if (rules === undefined) {
    return [`${place}Type: '${String(state.Type)}' is not a state type`];
  }
  const faults = checkFields(state, rules, place);
  if (state.QueryLanguage !== undefined && state.QueryLanguage !== 'JSONata') {
    faults.push(
      `${place}QueryLanguage: '${state.QueryLanguage}' is not supported by the sandbox, 'JSONata' is required`,
    );
  }
  if (faults.length > 0) {
    return faults;
  }
  const unparsed = checkExpressions(withoutBlocks(state), place);
  return [
    ...unparsed,
    ...(unparsed.length > 0 ? [] : checkMoments(state, place)),
    ...checkTransition(state, place),
    ...checkByType(state, place),
  ];
}

/** The fields of a state itself, without the states inside it. */
export function withoutBlocks(state: State): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(state).filter(([field]) => field !== 'Branches' && field !== 'ItemProcessor'),
  );
}

/** A result exists in Output and Assign of the state that made it, an error in those of a Catch, neither elsewhere. */
function checkMoments(state: State, place: string): string[] {
  const makesResult = state.Type === 'Task' || state.Type === 'Parallel' || state.Type === 'Map';
  return Object.entries(withoutBlocks(state)).flatMap(([field, value]) =>
    checkReferences(
      value,
      { result: makesResult && (field === 'Output' || field === 'Assign'), errorOutput: field === 'Catch' },
      place + field,
    ),
  );
}

function checkTransition(state: State, place: string): string[] {
  if (state.Type === 'Choice' || state.Type === 'Succeed' || state.Type === 'Fail') {
    return [];
  }
  return (state.Next === undefined) === (state.End === true)
    ? []
    : [`${place}Next: exactly one of 'Next' and '"End": true' is required`];
}

function checkByType(state: State, place: string): string[] {
  switch (state.Type) {
    case 'Wait':
      return (state.Seconds === undefined) === (state.Timestamp === undefined)
        ? [`${place}Seconds: exactly one of 'Seconds' and 'Timestamp' is required`]
        : [];
    case 'Choice':
      return state.Choices.flatMap((rule, index) => checkFields(rule, choiceRuleFields, `${place}Choices[${index}]/`));
    case 'Task': {
      const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = state;
      const late = typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout;
      return [
        ...checkErrorHandling(state, place),
        ...(late ? [`${place}HeartbeatSeconds: ${heartbeat} is not less than TimeoutSeconds ${timeout}`] : []),
      ];
    }
    case 'Parallel':
      return checkErrorHandling(state, place);
    case 'Map':
      return [...checkErrorHandling(state, place), ...checkMap(state, place)];
    default:
      return [];
  }
}

function checkMap(state: MapState, place: string): string[] {
  const { Mode = 'INLINE', ExecutionType } = state.ItemProcessor.ProcessorConfig ?? {};
  const here = `${place}ItemProcessor/ProcessorConfig`;
  if (Mode !== 'INLINE' && Mode !== 'DISTRIBUTED') {
    return [`${here}/Mode: is '${String(Mode)}', one of INLINE, DISTRIBUTED is required`];
  }
  if (Mode === 'DISTRIBUTED') {
    const label = state.Label ?? '';
    return [
      ...(ExecutionType === 'STANDARD'
        ? []
        : [
            `${here}/ExecutionType: '${String(ExecutionType)}' is not supported by the sandbox, 'STANDARD' is required`,
          ]),
      ...(label.length > 40 ? [`${place}Label: has ${label.length} characters, at most 40 are allowed`] : []),
    ];
  }
  return distributedOnlyFields
    .filter((field) => Object.hasOwn(state, field))
    .map((field) => `${place}${field}: belongs to a Map state in DISTRIBUTED mode`);
}

function checkErrorHandling(
  state: { readonly Retry?: readonly Retrier[]; readonly Catch?: readonly Catcher[] },
  place: string,
): string[] {
  const { Retry = [], Catch = [] } = state;
  const faults = [
    ...Retry.flatMap((retrier, index) => checkFields(retrier, retrierFields, `${place}Retry[${index}]/`)),
    ...Catch.flatMap((catcher, index) => checkFields(catcher, catcherFields, `${place}Catch[${index}]/`)),
  ];
  if (faults.length > 0) {
    return faults;
  }
  for (const [index, { IntervalSeconds = 1, MaxDelaySeconds }] of Retry.entries()) {
    if (MaxDelaySeconds !== undefined && MaxDelaySeconds <= IntervalSeconds) {
      const limit = `MaxDelaySeconds: ${MaxDelaySeconds} is not greater than IntervalSeconds ${IntervalSeconds}`;
      faults.push(`${place}Retry[${index}]/${limit}`);
    }
  }
  return [...faults, ...checkErrorEquals(Retry, `${place}Retry`), ...checkErrorEquals(Catch, `${place}Catch`)];
}

/** `States.ALL` stands alone in its list, and in the last retrier or catcher. */
function checkErrorEquals(rules: readonly { readonly ErrorEquals: readonly string[] }[], place: string): string[] {
  return rules.flatMap(({ ErrorEquals }, index) => {
    if (!ErrorEquals.includes('States.ALL')) {
      return [];
    }
    return [
      ...(ErrorEquals.length > 1 ? [`${place}[${index}]/ErrorEquals: 'States.ALL' must appear alone`] : []),
      ...(index < rules.length - 1 ? [`${place}[${index}]/ErrorEquals: 'States.ALL' must be in the last rule`] : []),
    ];
  });
}

function checkExpressions(value: unknown, place: string): string[] {
  const text = expressionText(value);
  if (text !== undefined) {
    try {
      compile(text);
      return [];
    } catch (thrown) {
      const message = typeof thrown === 'object' && thrown !== null ? Reflect.get(thrown, 'message') : thrown;
      return [`${place.replace(/\/$/, '')}: '${text}' is not a JSONata expression: ${String(message)}`];
    }
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, member]) => checkExpressions(member, `${place}${key}/`));
  }
  return [];
}
