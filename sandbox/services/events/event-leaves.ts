import { isRecord } from './compile-pattern.ts';

/** A value of an event that is no object and no list, and which element of each list on the way it lies in. */
export type Leaf = { readonly value: unknown; readonly elements: ReadonlyMap<number, number> };

/** The leaves of an event by dotted path. A key with a dot is the same as a key in a key: AWS flattens both alike. */
export function eventLeaves(event: unknown): ReadonlyMap<string, readonly Leaf[]> {
  const leaves = new Map<string, Leaf[]>();
  let lists = 0;
  const visit = (value: unknown, path: string, elements: ReadonlyMap<number, number>): void => {
    if (Array.isArray(value)) {
      lists += 1;
      const list = lists;
      for (const [index, element] of value.entries()) {
        // Elements that are no objects are alternatives of one field, not members that must belong together.
        visit(element, path, isRecord(element) ? new Map([...elements, [list, index]]) : elements);
      }
    } else if (isRecord(value)) {
      for (const [name, member] of Object.entries(value)) {
        visit(member, path === '' ? name : `${path}.${name}`, elements);
      }
    } else {
      leaves.set(path, [...(leaves.get(path) ?? []), { value, elements }]);
    }
  };
  visit(event, '', new Map());
  return leaves;
}
