import type * as z from 'zod/mini';

/** One fault of a value that was held against a schema: where, what stands there, what should. */
export type Fault = { readonly path: string; readonly observed: string; readonly expected: string };

type Issue = z.core.$ZodIssue;

/** zod/mini has no texts of its own ("Invalid input"), and so the faults are reported here. */
export function faultsOf(issues: readonly Issue[], root: unknown): Fault[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') {
      return [{ path: pathText(issue.path), observed: observedAt(root, issue.path), expected: expectedBy(issue) }];
    }
    return issue.keys.map((key) => ({
      path: pathText([...issue.path, key]),
      observed: 'an unknown key',
      expected: 'no such key',
    }));
  });
}

export const faultText = ({ path, observed, expected }: Fault): string =>
  `${path}: observed ${observed}, expected ${expected}`;

function expectedBy(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `type ${issue.expected}`;
    case 'invalid_value':
      return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return issue.origin === 'string'
        ? 'some text'
        : issue.origin === 'array'
          ? `at least ${issue.minimum} entries`
          : `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `at most ${issue.maximum}`;
    case 'invalid_key':
      return issue.issues.map((inner) => inner.message).join(', ');
    case 'invalid_format':
      // A message of its own says more than the pattern.
      return issue.message === 'Invalid input' ? `a text like ${issue.pattern ?? issue.format}` : issue.message;
    default:
      return issue.message;
  }
}

function observedAt(root: unknown, path: readonly PropertyKey[]): string {
  let value = root;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  if (value === undefined) return 'nothing';
  // JSON has no word for these, and YAML has.
  if (typeof value === 'number' && !Number.isFinite(value))
    return Number.isNaN(value) ? '.nan' : `${value < 0 ? '-' : ''}.inf`;
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

const pathText = (path: readonly PropertyKey[]): string => (path.length === 0 ? '(top)' : path.map(String).join('.'));
