import { AwsError } from '../../wire/aws-error.ts';

/** The values of each attribute that a message must have one of. */
export type FilterPolicy = Readonly<Record<string, readonly string[]>>;

/** Throws on what the sandbox does not read: prefixes, numbers, `exists` and the like. */
export function readFilterPolicy(value: unknown): FilterPolicy {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AwsError('InvalidParameterException', 'Invalid parameter: FilterPolicy: an object is expected');
  }
  for (const [name, values] of Object.entries(value)) {
    if (!Array.isArray(values) || values.length === 0 || values.some((one) => typeof one !== 'string')) {
      const message = `the sandbox reads only lists of strings in a filter policy, not what it says of '${name}'`;
      throw new AwsError('NotImplemented', message, { status: 501 });
    }
  }
  return value as FilterPolicy;
}

export const passes = (attributes: Readonly<Record<string, string>>, filter: FilterPolicy = {}): boolean =>
  Object.entries(filter).every(([name, values]) => values.includes(attributes[name] ?? ''));
