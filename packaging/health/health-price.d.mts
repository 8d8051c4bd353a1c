import type { Operations } from '../../shared/policy/schema.ts';

export function healthPrice(
  policy: Operations,
  stage: keyof Operations['stages'],
): Promise<{
  readonly metrics: number;
  readonly alarms: number;
  /** Alarms on what others publish. */
  readonly platform: number;
  readonly dashboards: number;
  readonly prices: Readonly<Record<'metrics' | 'alarms' | 'platform' | 'dashboards', number>>;
  readonly month: number;
}>;
