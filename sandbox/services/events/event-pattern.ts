import { type Conjunction, compilePattern } from './compile-pattern.ts';
import { eventLeaves, type Leaf } from './event-leaves.ts';

type Leaves = ReadonlyMap<string, readonly Leaf[]>;
type Elements = ReadonlyMap<number, number>;

/**
 * Whether an event matches an EventBridge event pattern.
 * @throws InvalidPatternError on a pattern that AWS refuses
 */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  return makeMatcher(pattern)(event);
}

/** A pattern read once, for all events. */
export function makeMatcher(pattern: unknown): (event: unknown) => boolean {
  const alternatives = compilePattern(pattern);
  return (event) => {
    const leaves = eventLeaves(event);
    return alternatives.some((conjunction) => holds(conjunction, leaves));
  };
}

function holds(conjunction: Conjunction, leaves: Leaves): boolean {
  const choices: (readonly Leaf[])[] = [];
  for (const [path, tests] of conjunction) {
    const found = leaves.get(path) ?? [];
    const passing = found.filter(({ value }) => tests.some((test) => test.kind === 'present' && test.passes(value)));
    if (passing.length > 0) {
      choices.push(passing);
    } else if (found.length > 0 || !tests.some((test) => test.kind === 'absent')) {
      return false;
    }
  }
  return agree(choices);
}

/** What matches must lie in the same element of each list of objects: fields of two elements do not match together. */
function agree(choices: readonly (readonly Leaf[])[]): boolean {
  let sets: readonly Elements[] = [new Map()];
  for (const leaves of choices) {
    const next = new Map<string, Elements>();
    for (const set of sets) {
      for (const { elements } of leaves) {
        if ([...elements].every(([list, index]) => (set.get(list) ?? index) === index)) {
          const joined = new Map([...set, ...elements]);
          next.set(JSON.stringify([...joined].sort(([one], [other]) => one - other)), joined);
        }
      }
    }
    sets = [...next.values()];
  }
  return sets.length > 0;
}
