import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Expected } from './facts.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string): Record<string, unknown> => parse(readFileSync(path.join(root, file), 'utf8'));
type Entry = { readonly schedule?: unknown; readonly regions?: 'first' | 'each' };

/** Reads what a deployment of the stage has from the files that it is made of. */
export function expectedOf(stage: string): Expected {
  const { service } = read('serverless.yml');
  const keys = globSync('functions/*/functions.yml', { cwd: root }).flatMap((file) => Object.keys(read(file)));
  const workflows = Object.entries(read('workflows.yml') as Record<string, Entry>);
  const named = (some: readonly (readonly [string, Entry])[]) => some.map(([name]) => `${name}-${stage}`).sort();
  const scheduled = workflows.filter(([, { schedule }]) => schedule !== undefined);
  return {
    functions: keys.map((key) => `${service}-${stage}-${key}`).sort(),
    stateMachines: named(workflows),
    schedules: named(scheduled),
    schedulesElsewhere: named(scheduled.filter(([, { regions }]) => regions === 'each')),
  };
}
