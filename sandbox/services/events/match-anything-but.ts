import { refuse } from './invalid-pattern.ts';
import { requireNumber } from './match-numbers.ts';
import { wildcardTest } from './match-wildcards.ts';
import { present, type ValueTest } from './value-test.ts';

const notOneKind = 'Inside anything but list, either all values are number or string, mixed type is not supported';
const notAValue = 'Value of anything-but must be an array or single string/number value.';

/** A leaf that is there and is none of these; what is not there passes nothing. */
export function anythingBut(operand: unknown): ValueTest {
  if (typeof operand === 'object' && operand !== null && !Array.isArray(operand)) {
    return anythingButTexts(operand);
  }
  if (Array.isArray(operand)) {
    const kinds = new Set(operand.map((value: unknown) => typeof value));
    if ([...kinds].some((kind) => kind !== 'string' && kind !== 'number')) {
      return refuse('Inside anything but list, start|null|boolean is not supported.');
    }
    const refused = new Set<unknown>(
      operand.map((value) => (typeof value === 'number' ? requireNumber(value) : value)),
    );
    return kinds.size === 1 ? present((leaf) => !refused.has(leaf)) : refuse(notOneKind);
  }
  if (typeof operand === 'number') {
    requireNumber(operand);
  } else if (typeof operand !== 'string') {
    return refuse(notAValue);
  }
  return present((leaf) => leaf !== operand);
}

type TextTest = (leaf: string) => boolean;

const affixes: Readonly<Record<string, { readonly make: (value: string) => TextTest; readonly notText: string }>> = {
  'equals-ignore-case': {
    make: (value) => (leaf) => leaf.toLowerCase() === value.toLowerCase(),
    notText: 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
  },
  prefix: {
    make: (value) => (leaf) => leaf.startsWith(value),
    notText: 'prefix/suffix match pattern must be a string',
  },
  suffix: { make: (value) => (leaf) => leaf.endsWith(value), notText: 'prefix/suffix match pattern must be a string' },
  wildcard: { make: wildcardTest, notText: 'wildcard match pattern must be a string' },
};

/** `{ "prefix": … }`, `suffix`, `equals-ignore-case` or `wildcard`, of a string or of a list of strings. */
function anythingButTexts(operand: object): ValueTest {
  const [first, ...others]: [string, unknown][] = Object.entries(operand);
  const [name, value] = first ?? [];
  if (name === undefined) {
    return refuse('Anything-But expression name not found');
  }
  const affix = Object.hasOwn(affixes, name) ? affixes[name] : undefined;
  if (affix === undefined) {
    return refuse(`Unsupported anything-but pattern: ${name}`);
  }
  if (!Array.isArray(value) && typeof value !== 'string' && typeof value !== 'number') {
    return refuse(notAValue);
  }
  const values: unknown[] = Array.isArray(value) ? value : [value];
  const tests = values.map((one) => {
    if (typeof one !== 'string') {
      return refuse(affix.notText);
    }
    if (one === '' && (name === 'prefix' || name === 'suffix')) {
      return refuse('Null prefix/suffix not allowed');
    }
    return affix.make(one);
  });
  if (others.length > 0) {
    return refuse('Too many elements in numeric expression');
  }
  return present((leaf) => typeof leaf !== 'string' || !tests.some((matches) => matches(leaf)));
}
