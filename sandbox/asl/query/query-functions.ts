import { createHash, randomUUID } from 'node:crypto';
import type { Expression } from 'jsonata';
import { javaRandom } from '../java-random.ts';

/** Step Functions' own JSONata functions, by name without the dollar sign. */
export const queryFunctionNames = ['partition', 'range', 'hash', 'random', 'uuid', 'parse'] as const;

const hashAlgorithms = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

/** AWS was measured to give 200,000 values. */
const longestRange = 500_000;

export function registerQueryFunctions(expression: Expression): void {
  expression.registerFunction('partition', partition, '<an:a>');
  expression.registerFunction('range', range, '<nnn:x>');
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

/** From the first through the last value; fractions are cut off before, and one value alone is no array. */
export function range(first: number, last: number, delta: number): number | number[] {
  const [from, until, step] = [Math.trunc(first) + 0, Math.trunc(last), Math.trunc(delta)];
  if (step === 0) {
    throw new Error('the step of $range must not be zero');
  }
  const count = Math.floor((until - from) / step) + 1;
  if (count > longestRange) {
    throw new Error(`$range must not give more than ${longestRange} values`);
  }
  const values = Array.from({ length: Math.max(0, count) }, (_none, index) => from + index * step);
  return values.length === 1 ? from : values;
}

export function hash(content: string, algorithm: string): string {
  const name = hashAlgorithms.get(algorithm);
  if (name === undefined) {
    throw new Error(`the algorithm of $hash must be one of ${[...hashAlgorithms.keys()].join(', ')}`);
  }
  return createHash(name).update(content).digest('hex');
}

export function random(seed?: number): number {
  return seed === undefined ? Math.random() : javaRandom(seed);
}

export function parse(text: string): unknown {
  return JSON.parse(text);
}
