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

/**
 * Variables that no state in sight assigns, variables of an inner scope that hide an outer one, and names that are not
 * names. Which of the states runs first is not looked at.
 */
export function checkVariables(machine: Machine): string[] {
  return checkScope(machine, '', new Set());
}

function checkScope(block: StatesBlock, place: string, outer: ReadonlySet<string>): string[] {
  const faults: string[] = [];
  const own = new Set<string>();
  for (const [name, state] of stateEntries(block)) {
    for (const variable of assignedBy(state)) {
      own.add(variable);
      if (!variableName.test(variable) || variable.length > 80 || variable === 'states') {
        faults.push(`${place}States/${name}/Assign: '${variable}' cannot be the name of a variable`);
      }
      if (outer.has(variable)) {
        faults.push(`${place}States/${name}/Assign: '${variable}' is assigned in an outer scope`);
      }
    }
  }
  const visible = new Set([...outer, ...own]);
  const known = new Set([...visible, ...builtInFunctions, ...queryFunctionNames, 'states', '', '$']);
  for (const [name, state] of stateEntries(block)) {
    const here = `${place}States/${name}`;
    for (const variable of variablesIn(withoutBlocks(state))) {
      if (!known.has(variable)) {
        faults.push(`${here}: variable '$${variable}' is read, but no state assigns it`);
      }
    }
    for (const [field, inner] of innerBlocks(state)) {
      // The children of a distributed Map are executions of their own: they do not see the parent's variables.
      const distributed = state.Type === 'Map' && state.ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED';
      faults.push(...checkScope(inner, `${here}/${field}/`, distributed ? new Set() : visible));
    }
  }
  return faults;
}

function assignedBy(state: State): string[] {
  const fields: unknown[] = [Reflect.get(state, 'Assign')];
  for (const list of ['Catch', 'Choices']) {
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
