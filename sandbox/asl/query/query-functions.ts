import { createHash, randomUUID } from 'node:crypto';
import type { Expression } from 'jsonata';

/** Step Functions' own JSONata functions, by name without the dollar sign. */
export const queryFunctionNames = ['partition', 'range', 'hash', 'random', 'uuid', 'parse'] as const;

const hashAlgorithms = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

const longestRange = 1000;

export function registerQueryFunctions(expression: Expression): void {
  expression.registerFunction('partition', partition, '<an:a>');
  expression.registerFunction('range', range, '<nnn:a<n>>');
  expression.registerFunction('hash', hash, '<ss:s>');
  expression.registerFunction('random', random, '<n?:n>');
  expression.registerFunction('uuid', () => randomUUID(), '<:s>');
  expression.registerFunction('parse', parse, '<s:x>');
  // Step Functions does not offer $eval: calling it is "attempted to invoke a non-function", as any unknown name is.
  expression.assign('eval', undefined);
}

export function partition(items: readonly unknown[], size: number): unknown[][] {
  const step = Math.trunc(size);
  if (step < 1) {
    throw new Error('the chunk size of $partition must be a positive integer');
  }
  const chunks: unknown[][] = [];
  for (let start = 0; start < items.length; start += step) {
    chunks.push(items.slice(start, start + step));
  }
  return chunks;
}

export function range(first: number, last: number, delta: number): number[] {
  if (delta === 0) {
    throw new Error('the step of $range must not be zero');
  }
  const values: number[] = [];
  for (let value = first; delta > 0 ? value <= last : value >= last; value += delta) {
    if (values.length === longestRange) {
      throw new Error(`$range must not give more than ${longestRange} values`);
    }
    values.push(value);
  }
  return values;
}

export function hash(content: string, algorithm: string): string {
  const name = hashAlgorithms.get(algorithm);
  if (name === undefined) {
    throw new Error(`the algorithm of $hash must be one of ${[...hashAlgorithms.keys()].join(', ')}`);
  }
  return createHash(name).update(content).digest('hex');
}

/** With a seed the same seed gives the same number; the generator (mulberry32) is not AWS's, so neither are the numbers. */
export function random(seed?: number): number {
  if (seed === undefined) {
    return Math.random();
  }
  let state = (Math.trunc(seed) + 0x6d2b79f5) | 0;
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 4294967296;
}

export function parse(text: string): unknown {
  return JSON.parse(text);
}
