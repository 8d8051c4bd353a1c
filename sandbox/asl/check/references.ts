import { compile, expressionText } from '../query/expression.ts';

/** Which fields of `$states` exist where an expression stands, beside `input` and `context`. */
export type Moments = { readonly result: boolean; readonly errorOutput: boolean };

type Place = Moments & {
  /** Whether there is a value that `$` and bare names refer to. */ readonly hasContext: boolean;
};

/**
 * What Step Functions refuses in an expression when a machine is created: there is no input document, so a bare name,
 * `$` and `$$` refer to nothing at the top level. In a path, a predicate or a sort they refer to the item.
 */
export function checkReferences(value: unknown, moments: Moments, place: string): string[] {
  const text = expressionText(value);
  if (text !== undefined) {
    const found = new Set<string>();
    collect(compile(text).ast(), { ...moments, hasContext: false }, found);
    return [...found].map(
      (reference) =>
        `UNSUPPORTED_JSONATA_EXPRESSION: Reference to '${reference}' at the top level is not supported. at /${place}`,
    );
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, member]) => checkReferences(member, moments, `${place}/${key}`));
  }
  return [];
}

function collect(node: unknown, place: Place, found: Set<string>): void {
  if (Array.isArray(node)) {
    for (const one of node) collect(one, place, found);
    return;
  }
  if (typeof node !== 'object' || node === null) {
    return;
  }
  const inItem: Place = { ...place, hasContext: true };
  const { type, value, steps, stages, predicate, group, ...members }: Node = { ...node };
  if (type === 'path' && Array.isArray(steps)) {
    const [first, ...rest]: Node[] = steps;
    collect(first, place, found);
    refuseMoment(first, rest[0], place, found);
    collect(rest, inItem, found);
  } else if (type === 'name' && !place.hasContext && typeof value === 'string') {
    found.add(value);
  } else if (type === 'variable' && value === '$') {
    found.add('$$');
  } else if (type === 'variable' && value === '' && !place.hasContext) {
    found.add('$');
  } else if (type === 'transform') {
    collect([members['pattern'], members['update'], members['delete']], inItem, found);
    return;
  } else if (type === 'sort' || type === 'filter' || type === 'index') {
    collect(Object.values(members), inItem, found);
    return;
  }
  collect([stages, predicate, group], inItem, found);
  collect(Object.values(members), place, found);
}

type Node = Readonly<Partial<Record<string, unknown>>>;

/** `$states.result` and `$states.errorOutput` where they cannot have a value. */
function refuseMoment(first: Node | undefined, second: Node | undefined, place: Place, found: Set<string>): void {
  if (first?.['type'] !== 'variable' || first['value'] !== 'states' || second?.['type'] !== 'name') {
    return;
  }
  if ((second['value'] === 'result' && !place.result) || (second['value'] === 'errorOutput' && !place.errorOutput)) {
    found.add(`$states.${second['value']}`);
  }
}
