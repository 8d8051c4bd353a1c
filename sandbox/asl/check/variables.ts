import type { Machine, State, StatesBlock } from '../definition.ts';
import { compile, expressionText } from '../query/expression.ts';
import { queryFunctionNames } from '../query/query-functions.ts';
import { innerBlocks, stateEntries, withoutBlocks } from './states.ts';

const variableName = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;

/** JSONata's own functions, of the version that Step Functions documents; `$eval` is not among them there. */
const builtInFunctions = (
  'sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad ' +
  'match contains replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs ' +
  'sqrt power random boolean not map zip filter single reduce sift keys lookup append exists spread merge reverse ' +
  'each error assert type sort shuffle distinct base64encode base64decode encodeUrlComponent encodeUrl ' +
  'decodeUrlComponent decodeUrl toMillis fromMillis now millis clone'
).split(' ');

/** Variables of an inner scope that hide an outer one, and names that are not names: what AWS refuses. */
export function checkVariables(machine: Machine): string[] {
  return checkScope(machine, '', new Set());
}

/**
 * Variables that are read and that no state in sight assigns: AWS takes such a machine, and the state fails when it runs.
 * Which of the states runs first is not looked at.
 */
export function unassignedVariables(machine: Machine): string[] {
  return unassignedIn(machine, '', new Set());
}

function checkScope(block: StatesBlock, place: string, outer: ReadonlySet<string>): string[] {
  const faults: string[] = [];
  for (const [name, state] of stateEntries(block)) {
    for (const variable of assignedBy(state)) {
      if (!variableName.test(variable) || variable.length > 80 || variable === 'states') {
        faults.push(`${place}States/${name}/Assign: '${variable}' cannot be the name of a variable`);
      }
      if (outer.has(variable)) {
        faults.push(`${place}States/${name}/Assign: '${variable}' is assigned in an outer scope`);
      }
    }
  }
  for (const [name, state] of stateEntries(block)) {
    // What the Catch of a Parallel or Map assigns comes when its branches are over.
    const visible = new Set([...outer, ...ownVariables(block, state)]);
    for (const [field, inner] of innerBlocks(state)) {
      faults.push(...checkScope(inner, `${place}States/${name}/${field}/`, isApart(state) ? new Set() : visible));
    }
  }
  return faults;
}

function unassignedIn(block: StatesBlock, place: string, outer: ReadonlySet<string>): string[] {
  const visible = new Set([...outer, ...ownVariables(block)]);
  const known = new Set([...visible, ...builtInFunctions, ...queryFunctionNames, 'states', '', '$']);
  return stateEntries(block).flatMap(([name, state]) => {
    const here = `${place}States/${name}`;
    return [
      ...[...variablesIn(withoutBlocks(state))]
        .filter((variable) => !known.has(variable))
        .map((variable) => `${here}: variable '$${variable}' is read, but no state assigns it`),
      ...innerBlocks(state).flatMap(([field, inner]) =>
        unassignedIn(inner, `${here}/${field}/`, isApart(state) ? new Set() : visible),
      ),
    ];
  });
}

/** The variables that the states of a block assign, without those in the Catch of one of them. */
function ownVariables(block: StatesBlock, without?: State): string[] {
  return stateEntries(block).flatMap(([, state]) => assignedBy(state, state === without ? ['Choices'] : undefined));
}

/** The children of a distributed Map are executions of their own: they do not see the parent's variables. */
function isApart(state: State): boolean {
  return state.Type === 'Map' && state.ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED';
}

function assignedBy(state: State, lists: readonly string[] = ['Catch', 'Choices']): string[] {
  const fields: unknown[] = [Reflect.get(state, 'Assign')];
  for (const list of lists) {
    const rules: unknown = Reflect.get(state, list);
    if (Array.isArray(rules)) {
      fields.push(...rules.map((rule) => Reflect.get(Object(rule), 'Assign')));
    }
  }
  return fields.flatMap((assign) => (typeof assign === 'object' && assign !== null ? Object.keys(assign) : []));
}

function variablesIn(value: unknown): Set<string> {
  const found = new Set<string>();
  const text = expressionText(value);
  if (text !== undefined) {
    const bound = new Set<string>();
    collect(compile(text).ast(), found, bound);
    return new Set([...found].filter((variable) => !bound.has(variable)));
  }
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) {
      for (const variable of variablesIn(member)) {
        found.add(variable);
      }
    }
  }
  return found;
}

/** Names read in a syntax tree, and names that the expression itself binds: `$x := …`, `function($x)`, `@$x`, `#$i`. */
function collect(node: unknown, read: Set<string>, bound: Set<string>): void {
  if (Array.isArray(node)) {
    for (const child of node) {
      collect(child, read, bound);
    }
    return;
  }
  if (typeof node !== 'object' || node === null) {
    return;
  }
  const type: unknown = Reflect.get(node, 'type');
  const value: unknown = Reflect.get(node, 'value');
  if (type === 'variable' && typeof value === 'string') {
    read.add(value);
  }
  const binders =
    type === 'bind' ? [Reflect.get(node, 'lhs')] : type === 'lambda' ? Reflect.get(node, 'arguments') : [];
  for (const binder of Array.isArray(binders) ? binders : []) {
    bound.add(String(Reflect.get(Object(binder), 'value')));
  }
  for (const [key, child] of Object.entries(node)) {
    if ((key === 'focus' || key === 'index') && typeof child === 'string') {
      bound.add(child);
    } else {
      collect(child, read, bound);
    }
  }
}
