import { refuse } from './invalid-pattern.ts';
import { matchExpression, reservedNames } from './match-expressions.ts';
import { present, type ValueTest } from './value-test.ts';

/** What the leaves at each dotted path must pass; one of the tests of a path is enough. */
export type Conjunction = ReadonlyMap<string, readonly ValueTest[]>;

/** AWS takes at most so many combinations of `$or`. */
const MOST_ALTERNATIVES = 1000;

/**
 * The alternatives of a pattern, of which one must hold.
 * @throws InvalidPatternError with the reason that AWS gives
 */
export function compilePattern(pattern: unknown): readonly Conjunction[] {
  if (!isRecord(pattern)) {
    return refuse('Filter is not an object');
  }
  return compileObject([new Map()], pattern, '', false);
}

type Alternatives = readonly Conjunction[];

function compileObject(
  before: Alternatives,
  pattern: Readonly<Record<string, unknown>>,
  path: string,
  insideOr: boolean,
): Alternatives {
  const fields = Object.entries(pattern);
  if (fields.length === 0) {
    return refuse('Empty objects are not allowed');
  }
  let alternatives = before;
  for (const [name, value] of fields) {
    if (name === '$or') {
      alternatives = compileOr(alternatives, value, path);
      continue;
    }
    if (insideOr && reservedNames.has(name)) {
      return refuse(`${name} is Ruler reserved fieldName which cannot be used inside $or.`);
    }
    if (Array.isArray(value)) {
      const tests = value.map(valueTest);
      if (tests.length === 0) {
        return refuse('Empty arrays are not allowed');
      }
      alternatives = alternatives.map((one) => new Map([...one, [path + name, tests]]));
    } else if (isRecord(value)) {
      alternatives = compileObject(alternatives, value, `${path}${name}.`, insideOr);
    } else {
      return refuse(`"${name}" must be an object or an array`);
    }
  }
  return alternatives;
}

function compileOr(before: Alternatives, value: unknown, path: string): Alternatives {
  if (!Array.isArray(value)) {
    return refuse('It must be an Array followed with $or.');
  }
  const after = value.flatMap((one: unknown) =>
    isRecord(one)
      ? compileObject(before, one, path, true)
      : refuse('Only JSON object is allowed in array of $or relationship.'),
  );
  if (value.length < 2) {
    return refuse('There must have at least 2 Objects in $or relationship.');
  }
  return after.length > MOST_ALTERNATIVES ? refuse('Rule is too complex - try using fewer OR operators') : after;
}

function valueTest(value: unknown): ValueTest {
  if (Array.isArray(value)) {
    return refuse('Match value must be String, number, true, false, or null');
  }
  return isRecord(value) ? matchExpression(value) : present((leaf) => leaf === value);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
