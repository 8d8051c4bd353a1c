import type { Catcher, Machine, MapState, Retrier, State, StatesBlock } from './definition.ts';
import { compile, expressionText } from './expression.ts';
import { catcherFields, choiceRuleFields, distributedOnlyFields, retrierFields, stateFields } from './state-fields.ts';

const longestStateName = 80;

/** The faults that the JSON schema does not see: misspelt fields, expressions that do not parse, error name rules. */
export function checkStates(machine: Machine): string[] {
  return checkBlock(machine, '');
}

export function stateEntries(block: StatesBlock): [string, State][] {
  return Object.entries(block.States);
}

/** The blocks inside a state: a Parallel's branches, a Map's item processor. */
export function innerBlocks(state: State): [string, StatesBlock][] {
  switch (state.Type) {
    case 'Parallel':
      return (state.Branches ?? []).map((branch, index) => [`Branches[${index}]`, branch]);
    case 'Map':
      return state.ItemProcessor === undefined ? [] : [['ItemProcessor', state.ItemProcessor]];
    default:
      return [];
  }
}

function checkBlock(block: StatesBlock, place: string): string[] {
  const faults: string[] = [];
  if (typeof block.States !== 'object' || block.States === null) {
    return [`${place}States: an object is required`];
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
    for (const [field, inner] of innerBlocks(state)) {
      faults.push(...checkBlock(inner, `${here}${field}/`));
    }
  }
  return faults;
}

function checkState(state: State, place: string): string[] {
  const allowed = Object.hasOwn(stateFields, state.Type) ? stateFields[state.Type] : undefined;
  if (allowed === undefined) {
    return [`${place}Type: '${String(state.Type)}' is not a state type`];
  }
  const faults = unknownFields(state, allowed, place);
  if (state.QueryLanguage !== undefined && state.QueryLanguage !== 'JSONata') {
    faults.push(
      `${place}QueryLanguage: '${state.QueryLanguage}' is not supported by the sandbox, 'JSONata' is required`,
    );
  }
  const { Branches: _branches, ItemProcessor: _processor, ...fields } = { Branches: 0, ItemProcessor: 0, ...state };
  faults.push(...checkExpressions(fields, place));
  if (state.Type === 'Task' || state.Type === 'Parallel' || state.Type === 'Map') {
    faults.push(...checkRetriers(state.Retry ?? [], place), ...checkCatchers(state.Catch ?? [], place));
  }
  if (state.Type === 'Choice') {
    for (const [index, rule] of (state.Choices ?? []).entries()) {
      faults.push(...unknownFields(rule, choiceRuleFields, `${place}Choices[${index}]/`));
    }
  }
  if (state.Type === 'Task') {
    const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = state;
    if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
      faults.push(`${place}HeartbeatSeconds: ${heartbeat} is not less than TimeoutSeconds ${timeout}`);
    }
  }
  if (state.Type === 'Map') {
    faults.push(...checkMap(state, place));
  }
  return faults;
}

function unknownFields(value: object, allowed: readonly string[], place: string): string[] {
  return Object.keys(value)
    .filter((field) => !allowed.includes(field))
    .map((field) => `${place}${field}: not a field of a JSONata state of this type`);
}

function checkMap(state: MapState, place: string): string[] {
  const config = state.ItemProcessor?.ProcessorConfig ?? {};
  if (config.Mode === 'DISTRIBUTED') {
    const label = state.Label ?? '';
    return [
      ...(config.ExecutionType === 'EXPRESS'
        ? [
            `${place}ItemProcessor/ProcessorConfig/ExecutionType: 'EXPRESS' is not supported by the sandbox, 'STANDARD' is required`,
          ]
        : []),
      ...(label.length > 40 ? [`${place}Label: has ${label.length} characters, at most 40 are allowed`] : []),
    ];
  }
  return distributedOnlyFields
    .filter((field) => Object.hasOwn(state, field))
    .map((field) => `${place}${field}: belongs to a Map state in DISTRIBUTED mode`);
}

function checkRetriers(retriers: readonly Retrier[], place: string): string[] {
  const faults = checkErrorEquals(retriers, `${place}Retry`);
  for (const [index, retrier] of retriers.entries()) {
    const here = `${place}Retry[${index}]/`;
    faults.push(...unknownFields(retrier, retrierFields, here));
    const { BackoffRate = 2, IntervalSeconds = 1, MaxDelaySeconds } = retrier;
    if (BackoffRate < 1) {
      faults.push(`${here}BackoffRate: ${BackoffRate} is less than 1`);
    }
    if (MaxDelaySeconds !== undefined && MaxDelaySeconds <= IntervalSeconds) {
      faults.push(`${here}MaxDelaySeconds: ${MaxDelaySeconds} is not greater than IntervalSeconds ${IntervalSeconds}`);
    }
  }
  return faults;
}

function checkCatchers(catchers: readonly Catcher[], place: string): string[] {
  return [
    ...checkErrorEquals(catchers, `${place}Catch`),
    ...catchers.flatMap((catcher, index) => unknownFields(catcher, catcherFields, `${place}Catch[${index}]/`)),
  ];
}

/** `States.ALL` stands alone in its list, and in the last retrier or catcher. */
function checkErrorEquals(rules: readonly { readonly ErrorEquals: readonly string[] }[], place: string): string[] {
  return rules.flatMap(({ ErrorEquals = [] }, index) => {
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
