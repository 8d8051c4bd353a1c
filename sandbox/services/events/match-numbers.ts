import { refuse } from './invalid-pattern.ts';
import { present, type ValueTest } from './value-test.ts';

/** The bounds of every number in a numeric or anything-but expression. */
const LARGEST = 5_000_000_000;

export function requireNumber(value: number): number {
  return Math.abs(value) <= LARGEST ? value : refuse('Value must be between -5.0E9 and 5.0E9, inclusive');
}

const lower = new Map([
  ['>', (leaf: number, limit: number) => leaf > limit],
  ['>=', (leaf: number, limit: number) => leaf >= limit],
]);
const upper = new Map([
  ['<', (leaf: number, limit: number) => leaf < limit],
  ['<=', (leaf: number, limit: number) => leaf <= limit],
]);

/** `["=", 5]`, `["<", 5]`, `[">", 0, "<=", 5]`: at most one lower bound, then at most one upper. */
export function numericTest(operand: unknown): ValueTest {
  if (!Array.isArray(operand)) {
    return refuse('Value of numeric must be an array.');
  }
  const [operator, value, second, top, ...others]: unknown[] = operand;
  if (typeof operator !== 'string') {
    return refuse(`Invalid member in numeric match: ${shown(operator)}`);
  }
  if (operator !== '=' && !lower.has(operator) && !upper.has(operator)) {
    return refuse(`Unrecognized numeric range operator: ${operator}`);
  }
  const limit = numberOf(value, operator === '=' ? 'equals' : operator);
  const least = lower.get(operator);
  if (operand.length === 2) {
    const holds = least ?? upper.get(operator) ?? ((leaf: number, wanted: number) => leaf === wanted);
    requireNumber(limit);
    return numbers((leaf) => holds(leaf, limit));
  }
  if (least === undefined) {
    return refuse('Too many elements in numeric expression');
  }
  if (typeof second !== 'string') {
    return refuse(`Bad value in numeric range: ${shown(second)}`);
  }
  const most = upper.get(second);
  if (most === undefined) {
    return refuse(`Bad numeric range operator: ${second}`);
  }
  const highest = numberOf(top, second);
  if (others.length > 0) {
    return refuse('Too many terms in numeric range expression');
  }
  if (requireNumber(limit) >= requireNumber(highest)) {
    return refuse('Bottom must be less than top');
  }
  return numbers((leaf) => least(leaf, limit) && most(leaf, highest));
}

const numbers = (passes: (leaf: number) => boolean): ValueTest =>
  present((leaf) => typeof leaf === 'number' && Math.abs(leaf) <= LARGEST && passes(leaf));

function numberOf(value: unknown, operator: string): number {
  return typeof value === 'number' ? value : refuse(`Value of ${operator} must be numeric`);
}

function shown(value: unknown): string {
  return value === undefined
    ? ']'
    : Array.isArray(value)
      ? '['
      : typeof value === 'object' && value !== null
        ? '{'
        : String(value);
}
