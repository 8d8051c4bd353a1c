import { invalidValue } from '../model/errors.ts';

export type InstanceClass = { readonly memoryBytes: number; readonly vcpus: number };

const gibibyte = 1024 ** 3;
/** GiB of memory and vCPUs of the `large` size, by family letter; bigger sizes are multiples. */
const large: Readonly<Record<string, readonly [number, number]>> = {
  t: [8, 2],
  m: [8, 2],
  c: [4, 2],
  r: [16, 2],
  x: [32, 2],
};
const small: Readonly<Record<string, readonly [number, number]>> = { micro: [1, 2], small: [2, 2], medium: [4, 2] };

export function instanceClass(name: string): InstanceClass {
  const [, family = '', size = ''] = /^db\.([a-z])\d[a-z]*\.(micro|small|medium|large|\d*xlarge)$/.exec(name) ?? [];
  const base = small[size] ?? large[family];
  if (base === undefined) throw invalidValue(`Invalid DB Instance class: ${name}`);
  const factor = size.endsWith('xlarge') ? 2 * Number(size.slice(0, -'xlarge'.length) || 1) : 1;
  return { memoryBytes: base[0] * factor * gibibyte, vcpus: base[1] * factor };
}
