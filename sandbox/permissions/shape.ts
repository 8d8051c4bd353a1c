const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const moment = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
/** Six characters that Secrets Manager puts behind the name. */
const secretSuffix = /-[A-Za-z0-9]{6}$/;
/** Hashes and ids: long, and with a digit. */
const id = /(?<![A-Za-z0-9])(?=[A-Za-z]*\d)[A-Za-z0-9]{8,}(?![A-Za-z0-9])/g;
/** Of a snapshot or a copy behind its database: the hash of its execution, which may be letters alone, and the attempt. */
const attempt = /\*-[a-z0-9]{11,}-\d+(?![A-Za-z0-9])/g;
const number = /(?<![A-Za-z0-9])\d+(?![A-Za-z0-9])/g;

/** What is data in the name of a resource: the databases and instances that there are, and the executions of the run. */
export type RunNames = { readonly names: readonly string[]; readonly executions: readonly string[] };

/** Answers of a text what every run would say: each piece that is the run's own becomes `*`. */
export function withoutRun({ names, executions }: RunNames): (text: string) => string {
  const own = [...new Set([...names, ...executions])]
    .filter((name) => name !== '')
    .sort((one, other) => other.length - one.length)
    .map(literally);
  const known = own.length === 0 ? undefined : new RegExp(`(?<![A-Za-z0-9])(${own.join('|')})(?![A-Za-z0-9])`, 'g');
  return (text) =>
    [uuid, moment, id, number].reduce(
      (shape, piece) => shape.replace(piece, '*'),
      (known === undefined ? text : text.replace(known, '*')).replace(attempt, '*-*-*'),
    );
}

/** A use of a pattern: what its resource looks like in every run, and which words of that the pattern leaves open. */
export type Shape = { readonly text: string; readonly openWords: readonly string[] };

/**
 * Words that a resource has in every run, where the pattern has a wildcard, could stand in the pattern. There are none:
 * the pattern is as narrow as what is named.
 */
export function shapeOf(pattern: string, resource: string, reduce: (text: string) => string): Shape {
  const parts = pattern.split('*');
  const found = new RegExp(`^${parts.map(literally).join('([^]*)')}$`).exec(resource);
  if (found === null) return { text: resource, openWords: [resource] };
  const isSecret = resource.startsWith('arn:aws:secretsmanager:');
  const open = found
    .slice(1)
    .map((text, index) => reduce(isSecret && index === parts.length - 2 ? text.replace(secretSuffix, '-*') : text));
  return {
    text: parts.map((part, index) => part + (open[index] ?? '')).join(''),
    openWords: open.flatMap((text) => text.match(/[A-Za-z][A-Za-z0-9]+/g) ?? []),
  };
}

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
