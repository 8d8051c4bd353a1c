/** A valid operations.yml as a value that a test may change at one path or several. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const file = new URL('../../../../operations.yml', import.meta.url);

/** Sets each dotted path of the valid policy to its value; `undefined` removes it. */
export function policyWith(changes: Readonly<Record<string, unknown>>): unknown {
  const policy: Record<string, unknown> = parse(readFileSync(file, 'utf8'));
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    let parent = policy;
    for (const key of keys) {
      const next = parent[key];
      if (typeof next !== 'object' || next === null) throw new Error(`'${path}' has no parent in operations.yml`);
      parent = next as Record<string, unknown>;
    }
    if (value === undefined) delete parent[last];
    else parent[last] = value;
  }
  return policy;
}
