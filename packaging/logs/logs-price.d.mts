import type { Operations } from '../../shared/policy/schema.ts';

/** Gigabytes a month, and money a month. */
export function logsPrice(
  policy: Operations,
  stage: string,
): { readonly gigabytes: number; readonly hot: number; readonly cold: number; readonly month: number };
