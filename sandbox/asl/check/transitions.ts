import type { Machine, State, StatesBlock } from '../definition.ts';
import { innerBlocks, stateEntries } from './states.ts';

/** The order of states: transitions that lead nowhere or out of their block, states never reached, blocks without end. */
export function checkTransitions(machine: Machine): string[] {
  return checkBlock(machine, '', new Set());
}

/** State names are unique in the whole machine, branches and item processors included. */
function checkBlock(block: StatesBlock, place: string, names: Set<string>): string[] {
  const faults: string[] = [];
  const reached = new Set([block.StartAt]);
  let ends = false;
  for (const [name, state] of stateEntries(block)) {
    const here = `${place}States/${name}`;
    if (names.has(name)) {
      faults.push(`${here}: another state of the machine has the same name`);
    }
    names.add(name);
    for (const [field, target] of targets(state)) {
      if (!Object.hasOwn(block.States, target)) {
        faults.push(`${here}/${field}: no state beside it is named '${target}'`);
      }
      if (target !== name) {
        reached.add(target);
      }
    }
    ends ||= state.Type === 'Succeed' || state.Type === 'Fail' || Reflect.get(state, 'End') === true;
    for (const [field, inner] of innerBlocks(state)) {
      faults.push(...checkBlock(inner, `${here}/${field}/`, names));
    }
  }
  for (const [name] of stateEntries(block)) {
    if (!reached.has(name)) {
      faults.push(`${place}States/${name}: no transition leads to it`);
    }
  }
  return ends ? faults : [...faults, `${place}States: no state ends them`];
}

function targets(state: State): [string, string][] {
  const found: [string, string][] = [];
  for (const field of ['Next', 'Default']) {
    const target: unknown = Reflect.get(state, field);
    if (typeof target === 'string') {
      found.push([field, target]);
    }
  }
  const rules: readonly [string, readonly { readonly Next: string }[]][] =
    state.Type === 'Choice'
      ? [['Choices', state.Choices]]
      : state.Type === 'Task' || state.Type === 'Parallel' || state.Type === 'Map'
        ? [['Catch', state.Catch ?? []]]
        : [];
  for (const [field, list] of rules) {
    found.push(...list.map(({ Next }, index): [string, string] => [`${field}[${index}]/Next`, Next]));
  }
  return found;
}
