/** The templates that `serverless package --package` wrote, as they are. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export type Packaged = { readonly Resources: Readonly<Record<string, unknown>> } & Readonly<Record<string, unknown>>;

/** By file: the stage's own stack first. */
export function packagedTemplates(directory: string): Map<string, Packaged> {
  const own = 'cloudformation-template-update-stack.json';
  const files = [own, ...readdirSync(directory).filter((name) => /^stack-.+\.json$/.test(name))];
  return new Map(files.map((file) => [file, JSON.parse(readFileSync(path.join(directory, file), 'utf8'))]));
}

/** All resources as if they were in one stack: logical ids are unique among the stacks of a stage. */
export function joined(templates: ReadonlyMap<string, Packaged>): Packaged {
  const [[, own] = [undefined, undefined]] = templates;
  if (own === undefined) throw new Error('there is no template');
  const resources = [...templates.values()].flatMap(({ Resources }) => Object.entries(Resources));
  const ids = new Set(resources.map(([id]) => id));
  if (ids.size < resources.length) throw new Error('two stacks have a resource of one logical id');
  return { ...own, Resources: Object.fromEntries(resources) };
}
