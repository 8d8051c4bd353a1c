import type { Operations } from '../../shared/policy/schema.ts';

export function healthPrice(
  policy: Operations,
  stage: keyof Operations['stages'],
): Promise<{
  readonly metrics: number;
  readonly alarms: number;
  readonly prices: { readonly metrics: number; readonly alarms: number };
  readonly month: number;
}>;
