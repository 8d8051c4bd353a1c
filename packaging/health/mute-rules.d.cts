type Alarm = { readonly Condition?: string; readonly Properties: Record<string, unknown> };
export const mutedKinds: readonly string[];
export function stackOfHealth(alarm: Alarm): string;
export function muteRulesOf(parts: {
  readonly stage: string;
  readonly policy: object;
  readonly alarms: Readonly<Record<string, Alarm>>;
  readonly timeZone: string;
}): Record<string, { readonly Type: string; readonly Condition: string; readonly Properties: Record<string, unknown> }>;
