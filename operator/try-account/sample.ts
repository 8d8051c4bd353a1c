/**
 * Something that the expressions of a state can work with: for every path that they read of `$states.input`,
 * `$states.result` and each variable, an object that has it. What the values mean is not known and not needed: what is
 * tried is whether AWS takes and evaluates each expression.
 */
export type Sample = {
  readonly input: unknown;
  readonly result: unknown;
  readonly variables: Readonly<Record<string, unknown>>;
};

type Tree = { [name: string]: Tree };

export function sampleFor(state: unknown): Sample {
  const input: Tree = {};
  const result: Tree = {};
  const variables: Tree = {};
  for (const expression of expressionsIn(state)) {
    // A name that the expression binds itself is no variable of the machine.
    const own = new Set(
      [...expression.matchAll(/\$(\w+)\s*:=|function\(([^)]*)\)/g)].flatMap(([, bound, list]) => [
        bound ?? '',
        ...(list ?? '').split(/[\s,$]+/),
      ]),
    );
    for (const [, path = ''] of expression.matchAll(/\$states\.input((?:\.\w+)*)/g)) grow(input, path);
    for (const [, path = ''] of expression.matchAll(/\$states\.result((?:\.\w+)*)/g)) grow(result, path);
    for (const [, name = '', path = ''] of expression.matchAll(/\$(\w+)((?:\.\w+)*)(?!\w*\()/g)) {
      if (name !== 'states' && !own.has(name)) grow(variables, `.${name}${path}`);
    }
  }
  return { input: filled(input, ''), result: filled(result, ''), variables: Object(filled(variables, '')) };
}

function* expressionsIn(value: unknown): Iterable<string> {
  if (typeof value === 'string' && value.startsWith('{%')) yield value;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    // The states inside are tried by themselves.
    if (key !== 'ItemProcessor' && key !== 'Branches') yield* expressionsIn(member);
  }
}

function grow(tree: Tree, path: string): void {
  let at = tree;
  for (const name of path.split('.').filter((part) => part !== '')) {
    at[name] ??= {};
    at = at[name];
  }
}

function filled(tree: Tree, name: string): unknown {
  const members = Object.entries(tree);
  if (members.length > 0) return Object.fromEntries(members.map(([key, inner]) => [key, filled(inner, key)]));
  if (/^(is|has|may|was|find)[A-Z]/.test(name)) return true;
  if (/(Seconds|Attempts?|attempt|Count|concurrency|polls|number|Percent)$/i.test(name)) return 1;
  return name === '' ? {} : `sample of ${name}`;
}
