export function platformAlarmsOf(
  stage: string,
  metrics: unknown,
): Promise<
  Record<string, { readonly Type: string; readonly Condition: string; readonly Properties: Record<string, unknown> }>
>;
