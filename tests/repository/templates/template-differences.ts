import { isDeepStrictEqual } from 'node:util';
import { makeResolver } from '../../../sandbox/template/intrinsics.ts';
import { NESTED, type OpenStack } from '../../../sandbox/template/open-stacks.ts';

/** A list of what a step changes on purpose. */
export type Intended = {
  /** Words that are others now, wherever they stand: logical ids, names. */
  readonly renamed?: readonly { readonly from: string; readonly to: string; readonly why: string }[];
  /** Resources (by a regular expression of the whole logical id) that come, go, or differ. */
  readonly resources?: readonly { readonly id: string; readonly change: Change; readonly why: string }[];
};
type Change = 'added' | 'removed' | 'changed';

/** Every resource of all stacks by its logical id, resolved and in one order, without what differs in each package. */
export function comparableResources(stacks: readonly OpenStack[]): Map<string, unknown> {
  const found = new Map<string, unknown>();
  const stackName = stacks[0]?.context.stackName ?? '';
  for (const { template, context } of stacks) {
    // A name that AWS makes begins with the stack's: that a resource lives in another one is no difference here.
    const resolver = makeResolver(template, { ...context, stackName });
    for (const [id, resource] of Object.entries(template.Resources)) {
      if (resource.Type === NESTED) continue;
      if (found.has(id)) throw new Error(`two stacks have a resource '${id}'`);
      const { Properties = {}, DependsOn: _, ...rest } = resource as typeof resource & { DependsOn?: unknown };
      found.set(id, ordered({ ...rest, Properties: plain(resource.Type, resolver.resolve(Properties)) }));
    }
  }
  return found;
}

/** Texts of JSON become JSON; a key of an archive loses the time of packaging, a name that nobody gave its last part. */
function plain(type: string, properties: unknown): unknown {
  const text = JSON.stringify(properties)
    .replaceAll(/serverless\/[^"]*\//g, 'serverless/')
    .replaceAll(/-[A-Z0-9]{12}(?=[:"/])/g, '');
  const all = JSON.parse(text) as Record<string, unknown>;
  const member = {
    'AWS::StepFunctions::StateMachine': 'DefinitionString',
    'AWS::CloudWatch::Dashboard': 'DashboardBody',
  };
  const name = member[type as keyof typeof member];
  return name === undefined ? all : { ...all, [name]: JSON.parse(String(all[name])) };
}

/** Lists in which CloudFormation and IAM see no order. */
const UNORDERED = new Set(['Statement', 'Action', 'Resource', 'ManagedPolicyArns', 'alarms']);

function ordered(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((one) => ordered(one));
    if (UNORDERED.has(key) && key !== 'Statement' && items.length === 1) return items[0]; // IAM's short form of a list
    return UNORDERED.has(key)
      ? items.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))
      : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, one]) => [name, ordered(one, name)]));
}

/** Each difference as a line; an entry of the list that names nothing is one, too. */
export function differencesOf(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
  { renamed = [], resources = [] }: Intended,
): { expected: string[]; unexpected: string[] } {
  const expected: string[] = [];
  const unexpected: string[] = [];
  let text = JSON.stringify([...before]);
  for (const { from, to, why } of renamed) {
    const whole = new RegExp(`(?<![A-Za-z0-9])${from}(?![A-Za-z0-9])`, 'g');
    const times = text.match(whole)?.length ?? 0;
    text = text.replaceAll(whole, to);
    if (times === 0) unexpected.push(`'${from}' is said to be renamed and is not there`);
    else expected.push(`'${from}' is '${to}' at ${times} places: ${why}`);
  }
  const old = new Map((JSON.parse(text) as [string, unknown][]).map(([id, one]) => [id, ordered(one)]));
  const used = new Set<unknown>();
  const report = (id: string, change: Change, detail: string) => {
    const entry = resources.find((one) => one.change === change && new RegExp(`^(?:${one.id})$`).test(id));
    if (entry === undefined) unexpected.push(`${id} ${change}${detail}`);
    else {
      used.add(entry);
      expected.push(`${id} ${change}: ${entry.why}`);
    }
  };
  for (const [id, one] of old) {
    const other = after.get(id);
    if (other === undefined) report(id, 'removed', '');
    else if (!isDeepStrictEqual(one, other)) report(id, 'changed', `\n    ${placesOf(one, other).join('\n    ')}`);
  }
  for (const id of after.keys()) if (!old.has(id)) report(id, 'added', '');
  for (const entry of resources)
    if (!used.has(entry)) unexpected.push(`'${entry.id}' is said to be ${entry.change} and is not`);
  return { expected, unexpected };
}

/** Where two values differ, with both. */
function placesOf(one: unknown, other: unknown, path = ''): string[] {
  if (isDeepStrictEqual(one, other)) return [];
  const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (!isTree(one) || !isTree(other)) return [`${path}: ${JSON.stringify(one)} is ${JSON.stringify(other)}`];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) => placesOf(one[key], other[key], `${path}/${key}`));
}
