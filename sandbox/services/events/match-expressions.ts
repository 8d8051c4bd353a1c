import { refuse } from './invalid-pattern.ts';
import { addressTest } from './match-addresses.ts';
import { anythingBut } from './match-anything-but.ts';
import { numericTest } from './match-numbers.ts';
import { wildcardTest } from './match-wildcards.ts';
import { present, text, type ValueTest } from './value-test.ts';

/** `{ "prefix": "a" }` and its kin, each with the refusals of AWS in the order in which it reads. */
export function matchExpression(expression: Readonly<Record<string, unknown>>): ValueTest {
  const [name, ...others] = Object.keys(expression);
  if (name === undefined) {
    return refuse('Match expression name not found');
  }
  const operator = operators.get(name);
  if (operator === undefined) {
    return refuse(`Unrecognized match type ${name}`);
  }
  const test = operator(expression[name]);
  if (others.length > 0) {
    // AWS counts what follows a number or a list as one element more of it.
    const counts = name === 'numeric' || name === 'anything-but';
    return refuse(counts ? 'Too many elements in numeric expression' : 'Only one key allowed in match expression');
  }
  return test;
}

const operators: ReadonlyMap<string, (operand: unknown) => ValueTest> = new Map([
  ['exact', (operand: unknown) => equal(requireText(operand, 'exact'))],
  ['prefix', (operand: unknown) => affix('prefix', operand, (leaf, part) => leaf.startsWith(part))],
  ['suffix', (operand: unknown) => affix('suffix', operand, (leaf, part) => leaf.endsWith(part))],
  ['equals-ignore-case', (operand: unknown) => equalIgnoringCase(requireText(operand, 'equals-ignore-case'))],
  ['wildcard', (operand: unknown) => text(wildcardTest(requireText(operand, 'wildcard')))],
  ['cidr', (operand: unknown) => text(addressTest(requireText(operand, 'prefix')))],
  ['numeric', numericTest],
  ['anything-but', anythingBut],
  ['exists', exists],
]);

/** Names that a `$or` must not have as fields. */
export const reservedNames: ReadonlySet<string> = new Set([...operators.keys(), '=', '<', '<=', '>', '>=']);

function requireText(operand: unknown, name: string): string {
  return typeof operand === 'string' ? operand : refuse(`${name} match pattern must be a string`);
}

const equal = (wanted: string): ValueTest => text((leaf) => leaf === wanted);

function equalIgnoringCase(wanted: string): ValueTest {
  const lower = wanted.toLowerCase();
  return text((leaf) => leaf.toLowerCase() === lower);
}

/** A string, or `{ "equals-ignore-case": "…" }`. */
function affix(name: string, operand: unknown, has: (leaf: string, part: string) => boolean): ValueTest {
  if (typeof operand !== 'object' || operand === null || Array.isArray(operand)) {
    const part = requireText(operand, name);
    return text((leaf) => has(leaf, part));
  }
  const [[inner, value] = [], ...others] = Object.entries(operand);
  if (inner === undefined) {
    return refuse(`${name.slice(0, 1).toUpperCase()}${name.slice(1)} expression name not found`);
  }
  if (inner !== 'equals-ignore-case') {
    return refuse(`Unsupported ${name} pattern: ${inner}`);
  }
  const part = requireText(value, 'equals-ignore-case').toLowerCase();
  if (others.length > 0) {
    return refuse('Only one key allowed in match expression');
  }
  return text((leaf) => has(leaf.toLowerCase(), part));
}

function exists(operand: unknown): ValueTest {
  if (typeof operand !== 'boolean') {
    return refuse('exists match pattern must be either true or false.');
  }
  return operand ? present(() => true) : { kind: 'absent' };
}
